"""Wanting: from the targets back to what is done or cached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.execution.state import DONE, WANTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodegraph.execution.blocks import Block, Item, Loop
    from nodegraph.execution.state import State
    from nodegraph.execution.step import Step


def want(state: State, indices: Iterable[int]) -> None:
    """Mark steps and all they need, as far as it is neither done nor cached; iteratively."""
    steps, phase, results = state.plan.steps, state.phase, state.results
    waiting = state.fresh[state.plan.top]
    stack = list(indices)
    stack.reverse()
    while stack:
        index = stack.pop()
        if phase[index] == WANTED or (phase[index] == DONE and results[index] is not None):
            continue
        step = steps[index]
        loop = step.loop
        if loop is None:
            if not state.recall(step):
                phase[index] = WANTED
                stack += step.needs
                waiting.append(step)
        elif step is loop.end:
            if not (_signed_now(state, loop.block) and state.recall(step)):
                stack += _want_loop(state, loop)
        elif step is loop.begin:
            stack += _want_loop(state, loop)
        else:
            stack += _want_inside(state, step, loop)


def roots(state: State, loop: Loop) -> list[int]:
    """Return what a zone's body runs for: what its end takes, its effects, targets inside."""
    fires = [
        step.index
        for step in loop.body.steps
        if (step.spec.effect or step.index in state.history) and step.index not in state.recalled
    ]
    return [*loop.end.needs, *fires]


def _want_loop(state: State, loop: Loop) -> list[int]:
    """Mark a zone as a whole; return what has to be wanted with it."""
    begin, end = loop.begin.index, loop.end.index
    if state.phase[begin] == WANTED:
        return []
    state.phase[begin] = state.phase[end] = WANTED
    _wait(state, loop)
    return [*loop.begin.needs, *roots(state, loop), *_around(state, loop)]


def _want_inside(state: State, step: Step, loop: Loop) -> list[int]:
    """Mark a body step; its zone must run too, whatever is cached of it."""
    if _signed_now(state, loop.body) and state.recall(step):
        return []
    state.phase[step.index] = WANTED
    _wait(state, step)
    return [*step.needs, *_around(state, step)]


def _signed_now(state: State, block: Block | None) -> bool:
    return block is None or (block.signed and block in state.fresh)


def _around(state: State, item: Item) -> list[int]:
    """Return the begin of the zone around an item, unless that zone is running now."""
    block = item.block
    if block is None or block.owner is None or block in state.fresh:
        return []
    return [block.owner.begin.index]


def _wait(state: State, item: Item) -> None:
    block = item.block or state.plan.top
    if block in state.fresh:
        state.fresh[block].append(item)
