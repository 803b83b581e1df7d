"""Running a plan: iterative, on demand from the targets, one node at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from nodegraph.errors import Cancelled, NodeError
from nodegraph.execution.arguments import pack, sent
from nodegraph.execution.cache import paths_in
from nodegraph.execution.events import NodeFailed, NodeFinished, NodeStarted
from nodegraph.execution.plan import Loop
from nodegraph.execution.signature import join, of_value, sign
from nodegraph.params import NeededError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from nodegraph.execution.arguments import Step, Values
    from nodegraph.execution.cache import Cache
    from nodegraph.execution.context import Context
    from nodegraph.execution.plan import Block, Item, Plan
    from nodegraph.execution.signature import Signatures

IDLE, WANTED, DONE = 0, 1, 2
NOTHING: frozenset[str] = frozenset()


class Seen(NamedTuple):
    """A node's values just made, for whoever watches: the editor's viewers, a test.

    Attributes:
        turn: The index of the turn of each zone around it, outermost first.
    """

    node: str
    values: dict[str, Any]
    turn: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """What the run's signatures are made of.

    Attributes:
        static: Each step's signature, by index; a body step's stands for all its turns.
        salt: Device, dtype, versions.
        extra: Fingerprints, by index.
        always: Steps that are never cached, by index.
    """

    static: Signatures
    salt: bytes
    extra: dict[int, bytes]
    always: frozenset[int]


@dataclass(eq=False)
class Runner:
    """One run of one plan.

    Attributes:
        results: Each step's values, by index; ``None`` where there are none (any more).
        state: By index: idle, wanted or done.
        signatures: By index; inside a zone of independent turns, those of the turn.
        turn: The index of the turn of each running zone, outermost first.
        history: What effects and targets inside zones gave turn by turn, by index.
        recalled: Those of them that the cache had whole, by index.
        fresh: Wanted items that wait for their block's turn to run; only of blocks that run now.
    """

    plan: Plan
    cache: Cache
    context: Context
    keys: Keys
    observe: Callable[[Seen], None] | None = None
    turn: tuple[int, ...] = ()
    results: list[Values | None] = field(init=False)
    state: list[int] = field(init=False)
    signatures: Signatures = field(init=False)
    ready: dict[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])
    history: dict[int, list[Values]] = field(default_factory=dict[int, "list[Values]"])
    recalled: set[int] = field(default_factory=set[int])
    fresh: dict[Block, list[Item]] = field(default_factory=dict["Block", "list[Item]"])

    def __post_init__(self) -> None:
        self.results = [None] * len(self.plan.steps)
        self.state = [IDLE] * len(self.plan.steps)
        self.signatures = list(self.keys.static)
        self.fresh[self.plan.top] = []

    def run(self) -> None:
        """Make every target's values.

        Raises:
            NodeError: A node raised; what had finished stays cached.
            Cancelled: The run was cancelled; likewise.
        """
        self.context.check_cancelled()
        loops = self.plan.loops
        for step in self.plan.targets:
            if loops[step.index] is not None and step.block is not self.plan.top:
                self._recall_turns(step)
        self._want(s.index for s in self.plan.targets if s.index not in self.recalled)
        self._work(self.plan.top)

    # Wanting: from the targets back to what is done or cached

    def _want(self, indices: Iterable[int]) -> None:
        steps, state, results, loops = self.plan.steps, self.state, self.results, self.plan.loops
        stack = list(indices)
        stack.reverse()
        while stack:
            index = stack.pop()
            if state[index] == WANTED or (state[index] == DONE and results[index] is not None):
                continue
            step, loop = steps[index], loops[index]
            if loop is None:
                if not self._recall(step):
                    state[index] = WANTED
                    stack += step.needs
                    self.fresh[self.plan.top].append(step)
            elif step is loop.end:
                if not (self._signed_now(loop.block) and self._recall(step)):
                    stack += self._want_loop(loop)
            elif step is loop.begin:
                stack += self._want_loop(loop)
            else:
                stack += self._want_inside(step, loop)

    def _want_loop(self, loop: Loop) -> list[int]:
        """Mark a zone as a whole; return what has to be wanted with it."""
        begin, end = loop.begin.index, loop.end.index
        if self.state[begin] == WANTED:
            return []
        self.state[begin] = self.state[end] = WANTED
        self._wait(loop)
        return [*loop.begin.needs, *self._roots(loop), *self._around(loop)]

    def _roots(self, loop: Loop) -> list[int]:
        """Return what a body runs for: what its end takes, its effects, targets inside."""
        fires = [
            step.index
            for step in loop.body.steps
            if (step.spec.effect or step.index in self.history) and step.index not in self.recalled
        ]
        return [*loop.end.needs, *fires]

    def _signed_now(self, block: Block) -> bool:
        return block.signed and block in self.fresh

    def _want_inside(self, step: Step, loop: Loop) -> list[int]:
        """Mark a body step; its zone must run too, whatever is cached of it."""
        if self._signed_now(loop.body) and self._recall(step):
            return []
        self.state[step.index] = WANTED
        self._wait(step)
        return [*step.needs, *self._around(step)]

    def _around(self, item: Item) -> list[int]:
        """Return the begin of the zone around an item, unless that zone is running now."""
        owner = item.block.owner
        return [] if owner is None or item.block in self.fresh else [owner.begin.index]

    def _wait(self, item: Item) -> None:
        if item.block in self.fresh:
            self.fresh[item.block].append(item)

    def _recall(self, step: Step, key: bytes | None = None) -> bool:
        """Take a step's values from the cache, if they are there, by its signature or the key."""
        if step.index in self.keys.always:
            return False
        values = self.cache.get(key or self.signatures[step.index], step)  # type: ignore[arg-type]
        if values is None:
            return False
        self.results[step.index] = values
        self.state[step.index] = DONE
        if step.spec.effect:
            self.context.files += paths_in(values)
        if self.context.listener is not None:
            self.context.listener(
                NodeFinished(self.context.run, step.path, 0.0, cached=True, turn=self.turn)
            )
        return True

    def _recall_turns(self, step: Step) -> None:
        """Take all turns' values of a target inside a zone from the cache."""
        self.history[step.index] = []
        if self._recall(step, self._turns_key(step)):
            self.history[step.index] = list(self.results[step.index] or ())
            self.recalled.add(step.index)

    # Working: the wanted items of a block, in order

    def _work(self, block: Block) -> None:
        """Run what waits in a block.

        A node that asks for a lazy input goes back on the agenda with that branch on top of it,
        so that no depth of switches becomes a depth of calls.
        """
        agenda = self._agenda(block)
        while agenda:
            item = agenda.pop()
            if isinstance(item, Loop):
                self._loop(item)
            elif self.state[item.index] == WANTED:
                try:
                    self._step(item)
                except NeededError as needed:
                    agenda.append(item)
                    agenda += self._branch(item, needed.name, block)
                    continue
            for index in block.frees.get(item.position, ()):
                self.results[index] = None

    def _agenda(self, block: Block) -> list[Item]:
        """Take what waits in a block, the last to run first."""
        waiting = self.fresh[block]
        self.fresh[block] = []
        waiting.sort(key=_position, reverse=True)
        return waiting

    def _branch(self, step: Step, name: str, block: Block) -> list[Item]:
        """Want a lazy input's branch; what of it lies in blocks around this one runs at once."""
        self.ready[step.index] = self.ready.get(step.index, NOTHING) | {name}
        self._want(read.step for socket, read in step.reads if socket == name)
        turn = self.turn
        for depth, outer in enumerate(self.fresh):
            if outer is not block and self.fresh[outer]:
                self.turn = turn[:depth]
                self._work(outer)
        self.turn = turn
        return self._agenda(block)

    def _step(self, step: Step) -> None:
        context, index, listener = self.context, step.index, self.context.listener
        if context.cancel.cancelled:
            raise Cancelled
        context.node = step.path
        if listener is not None:
            listener(NodeStarted(context.run, step.path, self.turn))
        start = perf_counter()
        try:
            values = pack(step, step.call(self.results, self.ready.get(index, NOTHING)))
        except NeededError:
            raise
        except Exception as error:
            raise self._failed(step, error) from error
        self._finish(step, values, perf_counter() - start)

    def _finish(self, step: Step, values: Values, seconds: float) -> None:
        index = step.index
        self.results[index] = values
        self.state[index] = DONE
        size = self._keep(step, values, seconds)
        if step.spec.effect:
            for path in paths_in(values):
                self.context.saved(path)
        if self.context.listener is not None:
            self.context.listener(
                NodeFinished(self.context.run, step.path, seconds, False, size, self.turn)
            )
        if self.observe is not None:
            self._seen(step, values)

    def _keep(self, step: Step, values: Values, seconds: float) -> int:
        """Cache values where a signature stands for just them; collect those of turns."""
        index = step.index
        if step.block.owner is not None and (step.spec.effect or index in self.history):
            self.history.setdefault(index, []).append(values)
        if not step.block.signed or index in self.keys.always:
            return 0
        return self.cache.put(self.signatures[index], values, step, seconds)  # type: ignore[arg-type]

    def _seen(self, step: Step, values: Values) -> None:
        if self.observe is not None:
            named = dict(zip(step.spec.outputs, values, strict=True))
            self.observe(Seen(step.path, named, self.turn))

    def _failed(self, step: Step, error: Exception) -> NodeError:
        failure = NodeError(step.path, step.spec.id, error)
        if self.context.listener is not None:
            self.context.listener(
                NodeFailed(self.context.run, step.path, step.spec.id, failure.reason)
            )
        return failure

    # Zones

    def _loop(self, loop: Loop) -> None:
        """Drive a zone's generator: what it yields goes into the body, the body's end goes back."""
        if self.state[loop.begin.index] != WANTED:
            return
        start, around = perf_counter(), self.turn
        if self.context.listener is not None:
            self.context.listener(NodeStarted(self.context.run, loop.begin.path, around))
        generator = self._drive(loop, lambda: loop.begin.call(self.results, NOTHING))
        collected: list[Any] = []
        self.fresh[loop.body] = []
        try:
            result = self._turns(loop, generator, collected)
        finally:
            del self.fresh[loop.body]
            self.turn = around
            generator.close()
        count = len(loop.end.spec.outputs) - 1
        values = (*self._drive(loop, lambda: pack(loop.end, result, count)), collected)
        seconds = perf_counter() - start
        self._store_turns(loop)
        self._forget(loop)
        self.state[loop.begin.index] = DONE
        if self.context.listener is not None:
            self.context.listener(
                NodeFinished(self.context.run, loop.begin.path, seconds, turn=around)
            )
        self._finish(loop.end, values, seconds)

    def _turns(self, loop: Loop, generator: Generator[Any, Any, Any], collected: list[Any]) -> Any:
        around, number, back = self.turn, 0, None
        while True:
            try:
                given = self._drive(loop, partial(_yielded, loop.begin, generator, back))
            except StopIteration as stop:
                return stop.value
            self.turn = (*around, number)
            self._turn(loop, given)
            back = self._drive(loop, lambda: sent(loop.end, self.results, collected))
            self.turn = around
            number += 1

    def _drive(self, loop: Loop, call: Callable[[], Any]) -> Any:
        """Let the zone's own code run, blaming its begin for what it raises."""
        if self.context.cancel.cancelled:
            raise Cancelled
        self.context.node = loop.begin.path
        try:
            return call()
        except StopIteration:
            raise
        except Exception as error:
            raise self._failed(loop.begin, error) from error

    def _turn(self, loop: Loop, given: Values) -> None:
        """Run the body once."""
        begin, body = loop.begin, loop.body
        self._forget(loop)
        self.results[begin.index] = given
        self.state[begin.index] = DONE
        if self.observe is not None:
            self._seen(begin, given)
        if body.signed:
            self._sign_turn(loop, given)
        self._want(self._roots(loop))
        self._work(body)

    def _forget(self, loop: Loop) -> None:
        for step in loop.body.steps:
            self.results[step.index] = None
            self.state[step.index] = IDLE
            self.ready.pop(step.index, None)

    def _sign_turn(self, loop: Loop, given: Values) -> None:
        """Sign what a turn gives by content where it can be, so that a turn is cached by itself."""
        begin, keys = loop.begin, self.keys
        origin = b"%b %d" % (self.signatures[begin.index], self.turn[-1])
        before = self.signatures[begin.index]
        self.signatures[begin.index] = tuple(
            of_value(value, b"%b %d" % (origin, output)) for output, value in enumerate(given)
        )
        sign(loop.body.steps, self.signatures, keys.salt, keys.extra)
        self.signatures[begin.index] = before

    def _store_turns(self, loop: Loop) -> None:
        """Cache what effects and targets inside an outermost zone gave in all its turns."""
        if loop.block is not self.plan.top:
            return
        for step in loop.body.steps:
            index = step.index
            if index in self.history and index not in self.keys.always | self.recalled:
                self.cache.put(self._turns_key(step), tuple(self.history[index]), step, 0.0)

    def _turns_key(self, step: Step) -> bytes:
        """Sign all turns of a step: what comes round to it again depends on the zones' ends too."""
        parts, owner = [self.keys.static[step.index]], step.block.owner
        while owner is not None:
            parts.append(self.keys.static[owner.end.index])
            owner = owner.block.owner
        return join(parts)


def _yielded(begin: Step, generator: Generator[Any, Any, Any], back: Any) -> Values:
    return pack(begin, generator.send(back))


def _position(item: Item) -> int:
    return item.position
