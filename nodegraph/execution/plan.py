"""Planning: a pure function of the graph and the targets. Nothing runs, nothing is loaded.

A plan lists steps in an order in which each finds its inputs made. A zone stands in that order as
one loop with a block of its own. Everything a run needs is looked up here, once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from nodegraph.errors import PlanError, Problem, did_you_mean
from nodegraph.execution.arguments import Read, Step, make_step
from nodegraph.execution.flatten import Flat, FlatNode, flatten
from nodegraph.execution.validate import validate
from nodegraph.execution.zones import Zones, assign, pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nodegraph.execution.signature import Signatures
    from nodegraph.graph import Graph
    from nodegraph.registry import Registry


@dataclass(eq=False, slots=True)
class Block:
    """Items in running order: the top level of a plan, or the body of a zone.

    Attributes:
        owner: The loop whose body it is; none at the top level.
        signed: Whether what it makes can be cached: at the top level, and in a zone whose turns
            do not depend on each other.
        frees: By position, the steps whose values nobody reads after it.
        steps: All steps in running order, those of inner loops among them.
    """

    items: list[Item] = field(default_factory=list["Item"])
    owner: Loop | None = None
    steps: list[Step] = field(default_factory=list["Step"])
    signed: bool = False
    frees: dict[int, list[int]] = field(default_factory=dict[int, "list[int]"])


@dataclass(eq=False, slots=True)
class Loop:
    """A zone: its two steps, and what runs between them each turn."""

    begin: Step
    end: Step
    block: Block = field(init=False)
    body: Block = field(default_factory=Block)
    position: int = 0


Item: TypeAlias = Step | Loop


@dataclass(eq=False, slots=True)
class Plan:
    """What to run.

    Attributes:
        steps: By index.
        top: The outermost block.
        targets: The steps the run is for.
        skipped: Targets that cannot run while others can, with the problems in their way.
        loops: The loop whose begin, end or body each step is, innermost; by index.
        revision: Of the graph whose parameters it has.
        signed: Its signatures, with the salt and the fingerprints they were made with.
    """

    steps: list[Step]
    top: Block
    targets: list[Step]
    skipped: dict[str, list[Problem]]
    loops: list[Loop | None]
    signed: tuple[tuple[bytes, dict[int, bytes]], Signatures] | None = None
    revision: int = 0

    def refresh(self, graph: Graph) -> None:
        """Take over parameters that were set since; the graph is otherwise the same."""
        self.revision = graph.revision
        for step in self.steps:
            node = graph[step.path]
            if node is not step.node:
                step.take(node)
                self.signed = None

    @property
    def fingerprinted(self) -> list[Step]:
        """The steps whose signature depends on more than the graph: files, time, randomness."""
        return [step for step in self.steps if step.fingerprinted]


def plan(graph: Graph, registry: Registry, targets: Sequence[str] | None = None) -> Plan:
    """Plan a run of the targets; without any named, of every effect, or else of every leaf.

    Raises:
        PlanError: A named target does not exist or cannot run, or nothing can.
    """
    flat = flatten(graph)
    wanted = _targets(flat, targets)
    skipped: dict[str, list[Problem]] = {}
    while True:
        good = [path for path in wanted if path not in skipped]
        if skipped and (targets is not None or not good):
            found = (problem for problems in skipped.values() for problem in problems)
            raise PlanError(list(dict.fromkeys(found)))
        zones = pair(flat.nodes)
        order = _needed(flat, zones, good)
        assign(flat.nodes, order, zones)
        problems = validate(flat.nodes, order, zones, registry)
        blocked = _blocked(flat, zones, good, problems)
        if not blocked:
            return _Maker(flat, zones, registry).make(order, good, skipped)
        skipped |= blocked  # without them the zones may be others


def _targets(flat: Flat, named: Sequence[str] | None) -> list[str]:
    """Return the paths a run is for.

    Raises:
        PlanError: None is named where some must be, one does not exist, or nothing is left.
    """
    if named is not None:
        return _named(flat, named)
    effects = [path for path, node in flat.nodes.items() if node.spec.effect]
    if effects:
        return effects
    used = {s for node in flat.nodes.values() for found in node.inputs.values() for s, _ in found}
    leaves = [p for p, node in flat.nodes.items() if p not in used and _gives(node)]
    if not leaves:
        reasons = [f"{path}: {why}" for path, why in flat.asleep.items()]
        message = "there is nothing to run; add a node that saves or shows a value"
        raise PlanError([Problem("$.nodes", "; ".join([message, *reasons[:3]]))])
    return leaves


def _gives(node: FlatNode) -> bool:
    return bool(node.spec.outputs) or not node.spec.known


def _named(flat: Flat, named: Sequence[str]) -> list[str]:
    if not named:
        message = "the list of targets is empty; name a node, or leave it out"
        raise PlanError([Problem("$", message)])
    problems: list[Problem] = []
    for path in named:
        if path in flat.asleep:
            message = f"{path} cannot run, since {flat.asleep[path]}; set its mode to run"
            problems.append(Problem(f"$.nodes.{path}", message, path))
        elif path not in flat.nodes:
            hint = did_you_mean(path, flat.nodes)
            problems.append(Problem("$.nodes", f"there is no node {path!r} to run{hint}", path))
    if problems:
        raise PlanError(problems)
    return list(dict.fromkeys(named))


def _upstream_order(nodes: dict[str, FlatNode], wanted: Iterable[str]) -> list[str]:
    """Return the targets and all they need, each after what it needs, branch by branch."""
    order: list[str] = []
    done: set[str] = set()
    for target in wanted:
        stack = [target]
        while stack:
            path = stack[-1]
            if path in done:
                stack.pop()
                continue
            waiting = [
                source
                for sources in nodes[path].inputs.values()
                for source, _ in sources
                if source not in done and source in nodes
            ]
            if waiting:
                stack += reversed(waiting)
                continue
            done.add(path)
            order.append(path)
            stack.pop()
    return order


def _needed(flat: Flat, zones: Zones, wanted: Iterable[str]) -> list[str]:
    """Return what the targets need in order; a target inside a zone needs the zone's end too."""
    order = _upstream_order(flat.nodes, wanted)
    while zones.all:
        present = set(order)
        ends = [z.end for z in zones.all.values() if z.begin in present and z.end not in present]
        if not ends:
            break
        order = _upstream_order(flat.nodes, [*order, *ends])
    return order


def _blocked(
    flat: Flat, zones: Zones, wanted: Sequence[str], problems: dict[str, list[Problem]]
) -> dict[str, list[Problem]]:
    """Return for each target that cannot run the problems upstream of it."""
    if not problems and not flat.repeated:
        return {}
    blocked: dict[str, list[Problem]] = {}
    for target in wanted:
        upstream = _needed(flat, zones, [target])
        found = [problem for path in upstream for problem in problems.get(path, ())]
        found += flat.repeated.values()
        if found:
            blocked[target] = found
    return blocked


class _Maker:
    """Builds the steps and the blocks."""

    def __init__(self, flat: Flat, zones: Zones, registry: Registry) -> None:
        self.flat, self.zones, self.registry = flat, zones, registry
        self.steps: dict[str, Step] = {}
        self.loops: dict[str, Loop] = {}

    def make(self, order: list[str], targets: list[str], skipped: dict[str, list[Problem]]) -> Plan:
        for index, path in enumerate(order):
            node = self.flat.nodes[path]
            self.steps[path] = make_step(index, node, self.registry, self.steps)
        for name, zone in self.zones.all.items():
            if zone.begin in self.steps:
                self.loops[name] = Loop(self.steps[zone.begin], self.steps[zone.end])
        top = Block(signed=True)
        self._blocks(order, top)
        _free(top, {self.steps[path].index for path in targets})
        homes = self.zones.home
        loops = [self.loops.get(homes.get(path, "")) for path in order]
        steps = list(self.steps.values())
        return Plan(steps, top, [self.steps[path] for path in targets], skipped, loops)

    def _blocks(self, order: list[str], top: Block) -> None:
        """Sort each block on its own, with an inner zone as one item; outermost first."""
        members = self._members(order)
        pending: list[tuple[str, Block]] = [("", top)]
        while pending:
            zone, block = pending.pop()
            for item in self._sorted(zone, members.get(zone, [])):
                found = self.loops.get(item) or self.steps[item]
                found.position, found.block = len(block.items), block
                block.items.append(found)
                if isinstance(found, Loop):
                    self._place(found, block)
                    pending.append((item, found.body))
        self._list_steps(top)

    def _place(self, loop: Loop, block: Block) -> None:
        """Let a zone's two nodes stand where it does, and its end depend on its begin."""
        begin, end = loop.begin, loop.end
        begin.block = end.block = block
        begin.position = end.position = loop.position
        end.reads = (*end.reads, ("", Read(begin.index, 0)))
        loop.body.owner = loop
        loop.body.signed = block.signed and begin.spec.independent

    def _members(self, order: list[str]) -> dict[str, list[str]]:
        """Return for each zone, outermost first, every path inside it however deep."""
        members: dict[str, list[str]] = {"": order}
        for path in order:
            for zone in self.zones.chain(self.zones.home.get(path, ""))[:-1]:
                members.setdefault(zone, []).append(path)
        return members

    def _sorted(self, zone: str, paths: list[str]) -> list[str]:
        """Return a block's items in running order: paths, and the ids of the zones inside."""
        if not self.loops:
            return paths
        item_of = {path: item for path in paths if (item := self._item(zone, path))}
        needs: dict[str, dict[str, None]] = {item: {} for item in item_of.values()}
        for path, item in item_of.items():
            for sources in self.flat.nodes[path].inputs.values():
                for source, _ in sources:
                    other = item_of.get(source, item)
                    if other != item:
                        needs[item][other] = None
        return self._postorder(needs)

    def _postorder(self, needs: dict[str, dict[str, None]]) -> list[str]:
        order: dict[str, None] = {}
        entered: set[str] = set()
        for start in needs:
            stack = [start]
            while stack:
                item = stack[-1]
                waiting = [need for need in needs[item] if need not in order]
                if waiting and item not in order:
                    entered.add(item)
                    self._refuse_knot(item, entered.intersection(waiting))
                    stack += reversed(waiting)
                    continue
                order[stack.pop()] = None
        return list(order)

    def _refuse_knot(self, item: str, others: set[str]) -> None:
        """Refuse zones that need each other: a zone runs whole, so neither could be first."""
        for other in others:
            zone = self.zones.all.get(item) or self.zones.all[other]
            message = (
                f"the zone of {zone.begin} needs a value of one that needs {zone.end} itself; "
                "take the nodes of one out of the other"
            )
            place = self.flat.nodes[zone.begin].place
            raise PlanError([Problem(f"{place}.zone", message, zone.begin)])

    def _item(self, zone: str, path: str) -> str:
        """Return what stands for a path in a zone's block: itself, or the inner zone it is in."""
        home = self.zones.home.get(path, "")
        if home == zone:
            own = self.zones.all.get(zone)
            return "" if own and path in (own.begin, own.end) else path
        chain = self.zones.chain(home)
        return chain[chain.index(zone) - 1]

    def _list_steps(self, top: Block) -> None:
        blocks, loops = [top], [top]
        while loops:
            inner = [item.body for item in loops.pop().items if isinstance(item, Loop)]
            blocks += inner
            loops += inner
        for block in reversed(blocks):
            for item in block.items:
                if isinstance(item, Loop):
                    block.steps += [item.begin, *item.body.steps, item.end]
                else:
                    block.steps.append(item)


def _free(top: Block, targets: set[int]) -> None:
    """Note after which item each value is read for the last time."""
    last: dict[int, int] = {}
    for item in top.items:
        inside = [item.begin, *item.body.steps, item.end] if isinstance(item, Loop) else [item]
        for step in inside:
            for _, read in step.reads:
                last[read.step] = item.position
    for index, position in last.items():
        if index not in targets:
            top.frees.setdefault(position, []).append(index)
