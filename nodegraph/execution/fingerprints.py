"""What steps depend on beyond the graph: the files they read, and what their types say."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from nodegraph.errors import ParamError, PlanError, Problem
from nodegraph.execution.context import Context, enter, leave
from nodegraph.execution.flatten import flatten
from nodegraph.files import identity
from nodegraph.jsontext import join
from nodegraph.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nodegraph.execution.context import Options
    from nodegraph.execution.plan import Plan
    from nodegraph.execution.step import Step
    from nodegraph.graph import Graph
    from nodegraph.registry import Registry


def fingerprints(ready: Plan, options: Options) -> tuple[dict[int, bytes], frozenset[int]]:
    """Return what joins the signatures of some steps, and the steps that are never cached.

    Raises:
        PlanError: A file a node reads is not there; every such file is named.
    """
    extra: dict[int, bytes] = {}
    always: set[int] = set()
    problems: list[Problem] = []
    for step, found in _look(ready.fingerprinted, options):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        extra[step.index] = (found or "").encode()
        if found is None:
            always.add(step.index)
            extra[step.index] = secrets.token_bytes(8)
    if problems:
        raise PlanError(problems)
    if ready.effects:
        place = str((options.shelf or options.out).resolve()).encode()
        extra |= {step.index: place for step in ready.effects}
    return extra, frozenset(always)


def absent(graph: Graph, registry: Registry, options: Options) -> list[Problem]:
    """Return what nodes name that is not there, of a graph that cannot be planned yet.

    Raises:
        PlanError: Its subgraphs open into too much.
    """
    steps: list[Step] = []
    for step in flatten(graph).nodes.values():
        if step.spec.id in registry and not step.inputs.keys() & step.spec.params.keys():
            step.type = registry[step.spec.id]
            step.take(step.node)
            steps.append(step)
    wanted = (step for step in steps if step.fingerprinted)
    return [found for _, found in _look(wanted, options) if isinstance(found, Problem)]


def _look(steps: Iterable[Step], options: Options) -> Iterator[tuple[Step, str | Problem | None]]:
    """Yield each step with its fingerprint, or with what is wrong."""
    token = enter(Context(options))  # a pack's fingerprint asks what it may read
    try:
        for step in steps:
            try:
                yield step, fingerprint(step, options)
            except Exception as error:  # noqa: BLE001 - a pack's own function, blamed on its node
                yield step, _problem(step, error)
    finally:
        leave(token)


def _problem(step: Step, error: Exception) -> Problem:
    param = error.param if isinstance(error, ParamError) else ""
    place = join(f"{step.place}.params", param) if param else f"{step.place}.params"
    return Problem(place, f"{step.path}: {error}", step.path, param)


def fingerprint(step: Step, options: Options) -> str | None:
    """Return what of the world a step depends on; ``None`` when it must always run.

    Raises:
        ParamError: A file or folder it names cannot be read.
    """
    parts: list[str] = []
    driven = step.wiring.names if step.wiring is not None else ()
    for name in step.spec.file_params:
        if name in driven:
            return None
        if step.constants[name]:
            parts.append(_identity(name, step.constants[name], options))
    if step.type.fingerprint is not None:
        own = step.type.fingerprint(**step.constants)
        if own is None:
            return None
        parts.append(own)
    return " ".join(parts)


def _identity(name: str, value: str, options: Options) -> str:
    try:
        return identity(options.resolve(value))
    except (ParamError, StorageError) as error:
        raise ParamError(str(error), name) from error
