"""What a run knows while it goes on: values, what is wanted, what the cache had."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from nodegraph.errors import NodeError
from nodegraph.execution.cache import paths_in
from nodegraph.execution.events import NodeFailed, NodeFinished
from nodegraph.execution.signature import join

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodegraph.execution.blocks import Block, Item, Loop
    from nodegraph.execution.cache import Cache
    from nodegraph.execution.context import Context
    from nodegraph.execution.plan import Plan
    from nodegraph.execution.signature import Signatures
    from nodegraph.execution.step import Step, Values

IDLE, WANTED, DONE = 0, 1, 2


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

    def of_turns(self, step: Step) -> bytes:
        """Sign all turns of a step: what comes round to it again depends on the zones' ends too."""
        parts, block = [self.static[step.index]], step.block
        while block is not None and block.owner is not None:
            parts.append(self.static[block.owner.end.index])
            block = block.owner.block
        return join(parts)


@dataclass(eq=False, slots=True)
class State:
    """One run of one plan.

    Attributes:
        results: Each step's values, by index; ``None`` where there are none (any more).
        phase: By index: idle, wanted or done.
        signatures: By index; inside a zone of independent turns, those of the turn.
        turn: The index of the turn of each running zone, outermost first.
        ready: The lazy inputs of a step whose branches have run, by index.
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
    phase: list[int] = field(init=False)
    signatures: Signatures = field(init=False)
    ready: dict[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])
    history: dict[int, list[Values]] = field(default_factory=dict[int, "list[Values]"])
    recalled: set[int] = field(default_factory=set[int])
    fresh: dict[Block, list[Item]] = field(default_factory=dict["Block", "list[Item]"])

    def __post_init__(self) -> None:
        self.results = [None] * len(self.plan.steps)
        self.phase = [IDLE] * len(self.plan.steps)
        self.signatures = list(self.keys.static)
        self.fresh[self.plan.top] = []

    def recall(self, step: Step, key: bytes | None = None) -> bool:
        """Take a step's values from the cache, if they are there, by its signature or the key."""
        index, context = step.index, self.context
        if index in self.keys.always:
            return False
        values = self.cache.get(key or self.signatures[index], step)  # type: ignore[arg-type]
        if values is None:
            return False
        self.results[index] = values
        self.phase[index] = DONE
        if step.spec.effect:
            for path in paths_in(values):
                context.saved(step.path, path, new=False)
        if context.listener is not None:
            context.listener(NodeFinished(context.run, step.path, 0.0, True, 0, self.turn))
        if self.turn:
            self.seen(step, values)
        return True

    def recall_turns(self, step: Step) -> None:
        """Take all turns' values of a target inside a zone from the cache."""
        self.history[step.index] = []
        if self.recall(step, self.keys.of_turns(step)):
            self.history[step.index] = list(self.results[step.index] or ())
            self.recalled.add(step.index)

    def finish(self, step: Step, values: Values, seconds: float) -> None:
        """Take in what a step gave: keep it, and tell of it."""
        index = step.index
        self.results[index] = values
        self.phase[index] = DONE
        size = self._keep(step, values, seconds)
        if step.spec.effect:
            for path in paths_in(values):
                self.context.saved(step.path, path)
        if self.context.listener is not None:
            self.context.listener(
                NodeFinished(self.context.run, step.path, seconds, False, size, self.turn)
            )
        if self.observe is not None:
            self.seen(step, values)

    def _keep(self, step: Step, values: Values, seconds: float) -> int:
        """Cache values where a signature stands for just them; collect those of turns."""
        index = step.index
        if step.block is not None:
            if step.spec.effect or index in self.history:
                self.history.setdefault(index, []).append(values)
            if not step.block.signed:
                return 0
        if index in self.keys.always:
            return 0
        return self.cache.put(self.signatures[index], values, step, seconds)  # type: ignore[arg-type]

    def seen(self, step: Step, values: Values) -> None:
        """Show a step's values to whoever watches."""
        if self.observe is not None:
            named = dict(zip(step.spec.outputs, values, strict=True))
            self.observe(Seen(step.path, named, self.turn))

    def failed(self, step: Step, error: BaseException) -> NodeError:
        """Return the error that blames a step, having told of it."""
        failure = NodeError(step.path, step.spec.id, error)
        if self.context.listener is not None:
            self.context.listener(
                NodeFailed(self.context.run, step.path, step.spec.id, failure.reason)
            )
        return failure

    def forget(self, loop: Loop) -> None:
        """Make a zone's body as if it had not run."""
        for step in loop.body.steps:
            self.results[step.index] = None
            self.phase[step.index] = IDLE
            self.ready.pop(step.index, None)

    def store_turns(self, loop: Loop) -> None:
        """Cache what effects and targets inside an outermost zone gave in all its turns."""
        if loop.block is not None:
            return
        for step in loop.body.steps:
            index = step.index
            if index in self.history and index not in self.keys.always | self.recalled:
                self.cache.put(self.keys.of_turns(step), tuple(self.history[index]), step, 0.0)
