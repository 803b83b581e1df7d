"""Driving a zone: what its generator yields goes into the body, what the end takes goes back."""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from nodegraph.errors import Cancelled
from nodegraph.execution.arguments import pack, sent
from nodegraph.execution.demand import roots, want
from nodegraph.execution.events import NodeFinished, NodeStarted
from nodegraph.execution.signature import of_value, sign
from nodegraph.execution.state import DONE, WANTED

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from nodegraph.execution.blocks import Block, Loop
    from nodegraph.execution.signature import Signature
    from nodegraph.execution.state import State
    from nodegraph.execution.step import Step, Values


def run_loop(state: State, loop: Loop, work: Callable[[Block], None]) -> None:
    """Run a zone to its end.

    Args:
        work: Runs what waits in a block; called with the body once a turn.
    """
    if state.phase[loop.begin.index] != WANTED:
        return
    start, around, listener = perf_counter(), state.turn, state.context.listener
    origin = state.signatures[loop.begin.index]
    if listener is not None:
        listener(NodeStarted(state.context.run, loop.begin.path, around))
    generator = _drive(state, loop, lambda: loop.begin.call(state.results, state.ready))
    collected: list[Any] = []
    state.fresh[loop.body] = []
    try:
        result = _turns(state, loop, work, generator, collected)
    finally:
        del state.fresh[loop.body]
        state.turn = around
        state.signatures[loop.begin.index] = origin
        generator.close()
    count = len(loop.end.spec.outputs) - 1
    values = (*_drive(state, loop, lambda: pack(loop.end, result, count)), collected)
    seconds = perf_counter() - start
    state.store_turns(loop)
    state.forget(loop)
    state.phase[loop.begin.index] = DONE
    if listener is not None:
        listener(NodeFinished(state.context.run, loop.begin.path, seconds, turn=around))
    state.finish(loop.end, values, seconds)


def _turns(
    state: State,
    loop: Loop,
    work: Callable[[Block], None],
    generator: Generator[Any, Any, Any],
    collected: list[Any],
) -> Any:
    """Go round until the generator returns; what it returns is the zone's result."""
    around, number, back = state.turn, 0, None
    origin = state.signatures[loop.begin.index]
    while True:
        try:
            given = _drive(state, loop, partial(_yielded, loop.begin, generator, back))
        except StopIteration as stop:
            return stop.value
        state.turn = (*around, number)
        _turn(state, loop, given, origin)
        work(loop.body)
        back = _drive(state, loop, lambda: sent(loop.end, state.results, collected))
        state.turn = around
        number += 1


def _yielded(begin: Step, generator: Generator[Any, Any, Any], back: Any) -> Values:
    return pack(begin, generator.send(back))


def _drive(state: State, loop: Loop, call: Callable[[], Any]) -> Any:
    """Let the zone's own code run, blaming its begin for what it raises."""
    if state.context.cancel.cancelled:
        raise Cancelled
    state.context.node = loop.begin.path
    try:
        return call()
    except StopIteration:
        raise
    except (Exception, SystemExit) as error:
        raise state.failed(loop.begin, error) from error


def _turn(
    state: State, loop: Loop, given: Values, origin: Signature | tuple[Signature, ...]
) -> None:
    """Make the body ready to run with what the generator has yielded."""
    begin = loop.begin
    state.forget(loop)
    state.results[begin.index] = given
    state.phase[begin.index] = DONE
    state.seen(begin, given)
    if loop.body.signed:
        _sign_turn(state, loop, given, origin)
    want(state, roots(state, loop))


def _sign_turn(
    state: State, loop: Loop, given: Values, origin: Signature | tuple[Signature, ...]
) -> None:
    """Sign what a turn gives by content where it can be, so that a turn is cached by itself.

    It stays signed so while the turn runs, since zones within may read it too.
    """
    index, signatures = loop.begin.index, state.signatures
    place = b"%b %d" % (origin, state.turn[-1])
    signatures[index] = tuple(
        of_value(value, b"%b %d" % (place, output)) for output, value in enumerate(given)
    )
    sign(loop.body.steps, signatures, state.keys.salt, state.keys.extra)
