"""Running a plan: iterative, on demand from the targets, one node at a time."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from nodegraph.errors import Cancelled
from nodegraph.execution.arguments import pack
from nodegraph.execution.blocks import Loop
from nodegraph.execution.company import in_company, making
from nodegraph.execution.demand import want
from nodegraph.execution.events import NodeStarted
from nodegraph.execution.state import WANTED
from nodegraph.execution.turns import run_loop
from nodegraph.params import NeededError

if TYPE_CHECKING:
    from nodegraph.execution.blocks import Block, Item
    from nodegraph.execution.state import State
    from nodegraph.execution.step import Step

NOTHING: frozenset[str] = frozenset()


class Runner:
    """Runs one plan once."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.in_company = in_company()

    def run(self) -> None:
        """Make every target's values.

        Raises:
            NodeError: A node raised; what had finished stays cached.
            Cancelled: The run was cancelled; likewise.
        """
        state = self.state
        state.context.check_cancelled()
        for step in state.plan.targets:
            if step.block is not None:
                state.recall_turns(step)
        want(state, [s.index for s in state.plan.targets if s.index not in state.recalled])
        self.work(state.plan.top)

    def work(self, block: Block) -> None:
        """Run what waits in a block, in order.

        A node that asks for a lazy input goes back on the agenda with that branch on top of it,
        so that no depth of switches becomes a depth of calls.
        """
        agenda, state = self._agenda(block), self.state
        while agenda:
            item = agenda.pop()
            try:
                self._once(item) if self.in_company else self._item(item)
            except NeededError as needed:
                assert not isinstance(item, Loop)
                agenda.append(item)
                agenda += self._branch(item, needed.name, block)
                continue
            for index in item.frees:
                state.results[index] = None

    def _once(self, item: Item) -> None:
        """Make an item's values, unless another run of the company makes just these."""
        state, step = self.state, item.end if isinstance(item, Loop) else item
        if item.block is not None or step.index in state.keys.always or self._shown(item):
            self._item(item)
            return
        with making(state.signatures[step.index]) as met:
            if not (met and state.recall(step)):
                self._item(item)

    def _shown(self, item: Item) -> bool:
        """Tell whether the run itself wants to see turns of a zone."""
        return isinstance(item, Loop) and any(
            step.spec.effect or step.index in self.state.history for step in item.body.steps
        )

    def _item(self, item: Item) -> None:
        if isinstance(item, Loop):
            run_loop(self.state, item, self.work)
        elif self.state.phase[item.index] == WANTED:
            self._step(item)

    def _agenda(self, block: Block) -> list[Item]:
        """Take what waits in a block, the last to run first."""
        waiting = self.state.fresh[block]
        self.state.fresh[block] = []
        waiting.sort(key=_position, reverse=True)
        return waiting

    def _branch(self, step: Step, name: str, block: Block) -> list[Item]:
        """Want a lazy input's branch; what of it lies in blocks around this one runs at once."""
        state = self.state
        state.ready[step.index] = state.ready.get(step.index, NOTHING) | {name}
        want(state, step.wiring.branch(name) if step.wiring is not None else ())
        turn = state.turn
        for depth, outer in enumerate(state.fresh):
            if outer is not block and state.fresh[outer]:
                state.turn = turn[:depth]
                self.work(outer)
        state.turn = turn
        return self._agenda(block)

    def _step(self, step: Step) -> None:
        state, context = self.state, self.state.context
        if context.cancel.cancelled:
            raise Cancelled
        context.node = step.path
        if context.listener is not None:
            context.listener(NodeStarted(context.run, step.path, state.turn))
        start = perf_counter()
        try:
            values = pack(step, step.call(state.results, state.ready))
        except NeededError:
            raise
        except (Exception, SystemExit) as error:
            raise state.failed(step, error) from error
        state.finish(step, values, perf_counter() - start)


def _position(item: Item) -> int:
    return item.position
