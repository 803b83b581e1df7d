"""Planning: a pure function of the graph and the targets. Nothing runs, nothing is loaded.

A plan lists steps in an order in which each finds its inputs made. A zone stands in that order as
one loop with a block of its own. Everything a run needs is looked up here, once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodegraph.errors import PlanError, Problem, did_you_mean
from nodegraph.execution.blocks import Block, arrange, free
from nodegraph.execution.flatten import Flat, flatten
from nodegraph.execution.validate import validate
from nodegraph.execution.wiring import wire
from nodegraph.execution.zones import Zones, assign, pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nodegraph.execution.signature import Signatures
    from nodegraph.execution.step import Step
    from nodegraph.graph import Graph
    from nodegraph.registry import Registry


@dataclass(eq=False, slots=True)
class Plan:
    """What to run.

    Attributes:
        steps: By index.
        top: The outermost block.
        targets: The steps the run is for.
        skipped: Targets that cannot run while others can, with the problems in their way.
        effects: The steps that act on the world.
        fingerprinted: Those whose signature depends on more than the graph: files, time, chance.
        revision: Of the graph whose parameters it has.
        signed: Its signatures, with the salt and the fingerprints they were made with.
    """

    steps: list[Step]
    top: Block
    targets: list[Step]
    skipped: dict[str, list[Problem]]
    effects: list[Step] = field(init=False)
    fingerprinted: list[Step] = field(init=False)
    signed: tuple[tuple[bytes, dict[int, bytes]], Signatures] | None = None
    revision: int = 0

    def __post_init__(self) -> None:
        self.effects = [step for step in self.steps if step.spec.effect]
        self.fingerprinted = [step for step in self.steps if step.fingerprinted]

    def refresh(self, graph: Graph) -> None:
        """Take over parameters that were set since; the graph is otherwise the same."""
        self.revision = graph.revision
        for step in self.steps:
            node = graph[step.path]
            if node is not step.node:
                step.take(node)
                self.signed = None


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
        order = _needed(flat.nodes, zones, good)
        assign(flat.nodes, [step.path for step in order] if zones.all else [], zones)
        problems = validate(flat.nodes, order, zones, registry)
        blocked = _blocked(flat, zones, good, problems)
        if not blocked:
            break
        skipped |= blocked  # without them the zones may be others
    _number(order, flat.nodes, registry)
    made = Plan(order, arrange(order, zones), [flat.nodes[path] for path in good], skipped)
    free(made.top, made.steps, made.targets)
    return made


def _number(order: list[Step], steps: Mapping[str, Step], registry: Registry) -> None:
    for index, step in enumerate(order):
        step.index = step.position = index
        step.type = registry[step.spec.id]
        wire(step, steps)


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


def _gives(node: Step) -> bool:
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


def upstream_order(steps: Mapping[str, Step], wanted: Iterable[str]) -> list[Step]:
    """Return the targets and all they need, each after what it needs, branch by branch."""
    order: list[Step] = []
    entered: set[str] = set()
    done: set[str] = set()
    for target in wanted:
        stack = [target]
        while stack:
            path = stack[-1]
            if path not in entered:
                entered.add(path)
                waiting = [
                    source
                    for sources in steps[path].inputs.values()
                    for source, _ in sources
                    if source not in entered and source in steps
                ]
                if waiting:
                    stack += reversed(waiting)
                    continue
            if path not in done:
                done.add(path)
                order.append(steps[path])
            stack.pop()
    return order


def _needed(steps: Mapping[str, Step], zones: Zones, wanted: Iterable[str]) -> list[Step]:
    """Return what the targets need in order; a target inside a zone needs the zone's end too."""
    order = upstream_order(steps, wanted)
    while zones.all:
        present = {step.path for step in order}
        ends = [z.end for z in zones.all.values() if z.begin in present and z.end not in present]
        if not ends:
            break
        order = upstream_order(steps, [*(step.path for step in order), *ends])
    return order


def _blocked(
    flat: Flat, zones: Zones, wanted: Sequence[str], problems: dict[str, list[Problem]]
) -> dict[str, list[Problem]]:
    """Return for each target that cannot run the problems upstream of it."""
    if not problems and not flat.repeated:
        return {}
    blocked: dict[str, list[Problem]] = {}
    for target in wanted:
        upstream = _needed(flat.nodes, zones, [target])
        found = [problem for step in upstream for problem in problems.get(step.path, ())]
        found += flat.repeated.values()
        if found:
            blocked[target] = found
    return blocked
