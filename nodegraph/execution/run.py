"""The executor: plans a graph, signs the plan, runs it, keeps the values."""

from __future__ import annotations

import gc
import secrets
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from nodegraph.errors import Cancelled
from nodegraph.execution.cache import Cache
from nodegraph.execution.context import CancelToken, Context, Options, enter, leave
from nodegraph.execution.events import (
    Listener,
    RunCancelled,
    RunFinished,
    RunStarted,
    TargetSkipped,
)
from nodegraph.execution.fingerprints import fingerprints
from nodegraph.execution.plan import Plan, plan
from nodegraph.execution.runner import Runner
from nodegraph.execution.signature import Signatures, join, sign
from nodegraph.execution.state import Keys, Seen, State
from nodegraph.overrides import override
from nodegraph.params import MAX_SEED, RANDOM
from nodegraph.registry import Registry, load_packs

if TYPE_CHECKING:
    from pathlib import Path

    from nodegraph.errors import Problem
    from nodegraph.execution.step import Step
    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec


@dataclass(frozen=True)
class Result:
    """What a run gave.

    Attributes:
        values: For each target its outputs by name.
        files: What effects wrote, in order.
        skipped: Targets that could not run, and the problems in their way.
        graph: The graph that ran, its random seeds resolved.
    """

    values: dict[str, dict[str, Any]]
    files: list[Path]
    seconds: float
    skipped: dict[str, list[Problem]]
    graph: Graph

    def __getitem__(self, name: str) -> Any:
        """Return a target's value by ``node.output``, or by ``node`` where it has one output."""
        node, _, output = name.partition(".")
        outputs = self.values[node]
        return outputs[output] if output else next(iter(outputs.values()))


@dataclass
class Executor:
    """Runs graphs, one at a time, and keeps values between runs.

    Attributes:
        registry: The node types that can run; all installed packs by default.
        cache: Values by signature.
    """

    registry: Registry = field(default_factory=load_packs)
    cache: Cache = field(default_factory=Cache)
    _plans: WeakKeyDictionary[Graph, tuple[Any, Plan]] = field(
        default_factory=WeakKeyDictionary[Any, "tuple[Any, Plan]"], repr=False
    )

    def run(
        self,
        graph: Graph,
        targets: Sequence[str] | None = None,
        *,
        options: Options | None = None,
        listener: Listener | None = None,
        cancel: CancelToken | None = None,
        observe: Callable[[Seen], None] | None = None,
    ) -> Result:
        """Run a graph up to its targets: every effect, or else every leaf.

        Args:
            targets: Paths of nodes; a zone around one runs whole.
            listener: Called with every event.
            observe: Called with every node's values as they are made.

        Raises:
            PlanError: It cannot run; nothing has.
            NodeError: A node raised; what had finished stays cached.
            Cancelled: It was cancelled; likewise.
        """
        graph = resolve_seeds(graph)
        ready = self.plan(graph, targets)
        options = options or Options()
        context = Context(options, uuid.uuid4().hex, listener, cancel or CancelToken())
        keys = self._keys(ready, options)
        notes = context.notes  # not the context, which would hold itself
        context.make_record = lambda: run_record(graph, keys, ready, options, notes)
        context.drop = self.cache.drop
        return self._run(State(ready, self.cache, context, keys, observe), graph)

    def look(
        self, graph: Graph, node: str, *, options: Options | None = None
    ) -> dict[str, Any] | None:
        """Return a node's outputs by name, as far as they are kept; nothing runs.

        Those of a node inside a zone, which are of a turn, are not.

        Raises:
            PlanError: There is no such node, or it cannot run.
        """
        ready = self.plan(graph, [node])
        step, keys = ready.targets[0], self._keys(ready, options or Options())
        if step.block is not None:
            return None
        values = self.cache.get(keys.static[step.index], step)  # type: ignore[arg-type]
        return None if values is None else dict(zip(step.spec.names, values, strict=True))

    def signatures(
        self, graph: Graph, targets: Sequence[str] | None = None, *, options: Options | None = None
    ) -> dict[str, bytes]:
        """Return what each node inside a zone of a run is made of, by path.

        Equal signatures mean equal values, turn by turn, in whichever graph.

        Raises:
            PlanError: It cannot run.
        """
        ready = self.plan(graph, targets)
        inside = [(step, step.loop) for step in ready.steps if step.loop is not None]
        if not inside:
            return {}
        keys, found = self._keys(ready, options or Options()), dict[str, bytes]()
        for step, loop in inside:
            ends = [keys.of_turns(loop.end)] if step is loop.begin else []
            found[step.path] = join([keys.of_turns(step), *ends])
        return found

    def _run(self, state: State, graph: Graph) -> Result:
        context, ready, start = state.context, state.plan, perf_counter()
        self._announce(context, ready)
        token = enter(context)
        try:
            Runner(state).run()
        except Cancelled:
            if context.listener is not None:
                context.listener(RunCancelled(context.run))
            raise
        finally:
            leave(token)
        seconds, files = perf_counter() - start, list(dict.fromkeys(context.files))
        if context.listener is not None:
            context.listener(RunFinished(context.run, seconds, tuple(map(str, files))))
        values = {step.path: _named(state, step) for step in ready.targets}
        return Result(values, files, seconds, ready.skipped, graph)

    def _announce(self, context: Context, ready: Plan) -> None:
        if context.listener is None:
            return
        paths = tuple(step.path for step in ready.steps)
        targets = tuple(step.path for step in ready.targets)
        context.listener(RunStarted(context.run, paths, targets))
        for target, problems in ready.skipped.items():
            reason = "; ".join(problem.message for problem in problems)
            context.listener(TargetSkipped(context.run, target, reason))

    def plan(self, graph: Graph, targets: Sequence[str] | None = None) -> Plan:
        """Plan a run, or return the plan made before, with the parameters as they are now.

        Raises:
            PlanError: It cannot run.
        """
        inside = [definition.revision for definition in graph.subgraphs.values()]
        shape = graph.revision if inside else graph.structure
        key = (shape, tuple(inside), None if targets is None else tuple(targets))
        known = self._plans.get(graph)
        if known is None or known[0] != key:
            with uncollected():
                made = plan(graph, self.registry, targets)
            self._plans[graph] = known = (key, made)
            made.revision = graph.revision
        elif known[1].revision != graph.revision:
            known[1].refresh(graph)
        return known[1]

    def _keys(self, ready: Plan, options: Options) -> Keys:
        extra, always = fingerprints(ready, options)
        salt = f"{options.device} {options.dtype} {self.registry.stamp}".encode()
        if ready.signed is not None and ready.signed[0] == (salt, extra):
            return Keys(ready.signed[1], salt, extra, always)
        signatures: Signatures = [b""] * len(ready.steps)
        sign(ready.top.steps, signatures, salt, extra)
        if not always:
            ready.signed = ((salt, extra), signatures)
        return Keys(signatures, salt, extra, always)


def run(
    graph: Graph,
    targets: Sequence[str] | None = None,
    *,
    set: Mapping[str, Any] | None = None,
    options: Options | None = None,
    listener: Listener | None = None,
) -> Result:
    """Run a graph with the process's own executor, so that a second run finds the first's values.

    Args:
        set: Parameters by ``node.param``, as with ``nodegraph run --set``.

    Raises:
        OverrideError: ``set`` names something that is not there, or a value that does not fit.
        PlanError: It cannot run; nothing has.
        NodeError: A node raised.
    """
    if _shared.executor is None:
        _shared.executor = Executor()
    graph = override(graph, set) if set else graph
    return _shared.executor.run(graph, targets, options=options, listener=listener)


class _Shared:
    executor: Executor | None = None


_shared = _Shared()


@contextmanager
def uncollected() -> Generator[None]:
    """Make many objects that stay, without the collector walking them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def resolve_seeds(graph: Graph) -> Graph:
    """Return the graph with every ``"random"`` seed drawn; the same graph when there is none."""
    copy: Graph | None = None
    for name, scope in [("", graph), *graph.subgraphs.items()]:
        seeds: dict[str, list[str]] = {}
        for node in scope:
            if node.type not in seeds:
                seeds[node.type] = _seeds(scope.spec_of(node))
            for param in seeds[node.type]:
                if node.params.get(param) == RANDOM:
                    copy = copy or graph.copy()
                    target = copy.subgraphs[name] if name else copy
                    target.put(target[node.id].with_param(param, secrets.randbelow(MAX_SEED + 1)))
    return graph if copy is None else copy


def _seeds(spec: NodeSpec) -> list[str]:
    return [name for name, param in spec.params.items() if param.widget == "seed"]


def run_record(
    graph: Graph, keys: Keys, ready: Plan, options: Options, notes: Sequence[dict[str, str]]
) -> dict[str, Any]:
    """Return what a saved picture says of how it was made."""
    from nodegraph.record import versions
    from nodegraph.workflow import write

    fixed = [step for step in ready.fingerprinted if step.index not in keys.always]
    record = {
        "workflow": write(graph),
        "fingerprints": {step.path: keys.extra[step.index].decode() for step in fixed},
        "options": {"device": options.device, "dtype": options.dtype},
        "versions": versions(),
    }
    return record | {"notes": list(notes)} if notes else record


def _named(state: State, step: Step) -> dict[str, Any]:
    """Return a target's outputs by name; of one inside a zone, those of the last turn."""
    values = state.results[step.index] or ()
    if step.block is not None:
        turns = state.history.get(step.index) or [()]
        values = turns[-1]
    return dict(zip(step.spec.names, values, strict=False))
