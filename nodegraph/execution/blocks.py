"""Blocks: a zone stands in the order of a plan as one loop, with a block of its own inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from nodegraph.errors import PlanError, Problem
from nodegraph.execution.step import Step
from nodegraph.execution.wiring import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nodegraph.execution.zones import Zones


@dataclass(eq=False, slots=True)
class Block:
    """Items in running order: the top level of a plan, or the body of a zone.

    Attributes:
        steps: All steps in running order, those of inner loops among them.
        owner: The loop whose body it is; none at the top level.
        signed: Whether what it makes can be cached: at the top level, and in a zone whose turns
            do not depend on each other.
    """

    items: Sequence[Item] = ()
    steps: list[Step] = field(default_factory=list[Step])
    owner: Loop | None = None
    signed: bool = False


@dataclass(eq=False, slots=True)
class Loop:
    """A zone: its two steps, and what runs between them each turn.

    Attributes:
        name: The zone's id.
        block: The body of the zone around it; none at the top level.
        position, frees: As with a step.
    """

    name: str
    begin: Step
    end: Step
    block: Block | None = None
    body: Block = field(default_factory=Block)
    position: int = 0
    frees: tuple[int, ...] = ()


Item: TypeAlias = Step | Loop


def arrange(order: list[Step], zones: Zones) -> Block:
    """Return the top level of a plan, given its steps wired, and in an order without zones."""
    return _Arranger(order, zones).arrange() if zones.all else Block(order, order, signed=True)


def inside(item: Item) -> list[Step]:
    """Return the steps of an item: one, or a whole zone's in running order."""
    return [item.begin, *item.body.steps, item.end] if isinstance(item, Loop) else [item]


def free(top: Block, steps: list[Step], kept: Iterable[Step]) -> None:
    """Note at each item the values that it is the last to read, but for those to be kept."""
    last: list[Item | None] = [None] * len(steps)
    for item in top.items:
        for step in (item,) if isinstance(item, Step) else inside(item):
            for read in step.reads:
                last[read[0]] = item
    for step in kept:
        last[step.index] = None
    for index, item in enumerate(last):
        if item is not None:
            item.frees += (index,)


class _Arranger:
    """Sorts each block on its own, with an inner zone as one item."""

    def __init__(self, order: list[Step], zones: Zones) -> None:
        self.order, self.zones = order, zones
        self.steps = {step.path: step for step in order}
        self.loops = {
            name: Loop(name, self.steps[zone.begin], self.steps[zone.end])
            for name, zone in zones.all.items()
            if zone.begin in self.steps
        }
        self.top = Block(signed=True)

    def arrange(self) -> Block:
        """Fill the blocks, outermost first."""
        members = self._members()
        pending: list[tuple[str, Block]] = [("", self.top)]
        while pending:
            zone, block = pending.pop()
            block.items = self._sorted(zone, members.get(zone, []))
            for position, item in enumerate(block.items):
                self._place(item, block, position)
                if isinstance(item, Loop):
                    pending.append((item.name, item.body))
        for step in self.order:
            step.loop = self.loops.get(self.zones.home.get(step.path, ""))
        self._list_steps()
        return self.top

    def _place(self, item: Item, block: Block, position: int) -> None:
        """Let a zone's two nodes stand where it does, and its end depend on its begin."""
        item.position, item.block = position, None if block is self.top else block
        if isinstance(item, Loop):
            begin, end = item.begin, item.end
            begin.position = end.position = position
            begin.block = end.block = item.block
            end.reads = (*end.reads, (begin.index, 0, mark("", 0), None))
            item.body.owner = item
            item.body.signed = block.signed and begin.spec.independent

    def _members(self) -> dict[str, list[Step]]:
        """Return for each zone, outermost first, every step inside it however deep."""
        members: dict[str, list[Step]] = {"": self.order}
        for step in self.order:
            for zone in self.zones.chain(self.zones.home.get(step.path, ""))[:-1]:
                members.setdefault(zone, []).append(step)
        return members

    def _sorted(self, zone: str, steps: list[Step]) -> list[Item]:
        """Return a block's items in running order."""
        item_of = {step.index: item for step in steps if (item := self._item(zone, step))}
        needs: dict[Item, dict[Item, None]] = {item: {} for item in item_of.values()}
        for index, item in item_of.items():
            for read in self.order[index].reads:
                other = item_of.get(read[0], item)
                if other is not item:
                    needs[item][other] = None
        return self._postorder(needs)

    def _postorder(self, needs: dict[Item, dict[Item, None]]) -> list[Item]:
        order: dict[Item, None] = {}
        entered: set[Item] = set()
        for start in needs:
            stack = [start]
            while stack:
                item = stack[-1]
                waiting = [need for need in needs[item] if need not in order]
                if waiting and item not in order:
                    entered.add(item)
                    _refuse_knot(item, entered.intersection(waiting))
                    stack += reversed(waiting)
                    continue
                order[stack.pop()] = None
        return list(order)

    def _item(self, zone: str, step: Step) -> Item | None:
        """Return what stands for a step in a zone's block: itself, or the inner zone it is in."""
        home = self.zones.home.get(step.path, "")
        if home == zone:
            own = self.loops.get(zone)
            return None if own and step in (own.begin, own.end) else step
        chain = self.zones.chain(home)
        return self.loops[chain[chain.index(zone) - 1]]

    def _list_steps(self) -> None:
        blocks, loops = [self.top], [self.top]
        while loops:
            inner = [item.body for item in loops.pop().items if isinstance(item, Loop)]
            blocks += inner
            loops += inner
        for block in reversed(blocks):
            for item in block.items:
                block.steps += inside(item)


def _refuse_knot(item: Item, others: set[Item]) -> None:
    """Refuse zones that need each other: a zone runs whole, so neither could be first."""
    for other in others:
        loop = item if isinstance(item, Loop) else other
        begin, end = (loop.begin, loop.end) if isinstance(loop, Loop) else (loop, loop)
        message = (
            f"the zone of {begin.path} needs a value of one that needs {end.path} itself; "
            "take the nodes of one out of the other"
        )
        raise PlanError([Problem(f"{begin.place}.zone", message, begin.path)])
