"""What steps depend on beyond the graph: the files they read, and what their types say."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from nodegraph.errors import ParamError, PlanError, Problem
from nodegraph.files import identity
from nodegraph.storage import StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from nodegraph.execution.context import Options
    from nodegraph.execution.plan import Plan
    from nodegraph.execution.step import Step


def fingerprints(ready: Plan, options: Options) -> tuple[dict[int, bytes], frozenset[int]]:
    """Return what joins the signatures of some steps, and the steps that are never cached.

    Raises:
        PlanError: A file a node reads is not there; every such file is named.
    """
    extra: dict[int, bytes] = {}
    always: set[int] = set()
    problems: list[Problem] = []
    for step in ready.fingerprinted:
        try:
            found = fingerprint(step, options)
        except Exception as error:  # noqa: BLE001 - a pack's own function, blamed on its node
            problems.append(Problem(f"{step.place}.params", f"{step.path}: {error}", step.path))
            continue
        extra[step.index] = (found or "").encode()
        if found is None:
            always.add(step.index)
            extra[step.index] = secrets.token_bytes(8)
    if problems:
        raise PlanError(problems)
    if ready.effects:
        place = str(options.out.resolve()).encode()
        extra |= {step.index: place for step in ready.effects}
    return extra, frozenset(always)


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
            parts.append(_identity(name, options.resolve(step.constants[name])))
    if step.type.fingerprint is not None:
        own = step.type.fingerprint(**step.constants)
        if own is None:
            return None
        parts.append(own)
    return " ".join(parts)


def _identity(name: str, path: Path) -> str:
    try:
        return identity(path)
    except StorageError as error:
        raise ParamError(f"{name}: {error}") from error
