"""Everything that keeps a graph from running, found before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.errors import Problem, UnknownNodeError
from nodegraph.jsontext import join
from nodegraph.linking import Wired, describe_mismatch, infer
from nodegraph.sockets import ANY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nodegraph.execution.step import Step
    from nodegraph.execution.zones import Zones


def validate(
    steps: Mapping[str, Step], order: Sequence[Step], zones: Zones, known: Iterable[str]
) -> dict[str, list[Problem]]:
    """Return the problems of the steps in ``order``, by the node to blame.

    Args:
        known: The type ids there are.
    """
    problems: dict[str, list[Problem]] = {}
    strange = {step.node.type for step in order if not step.spec.known}
    errors = {type_id: UnknownNodeError(type_id, known) for type_id in strange}
    for step in order:
        if not step.spec.known:
            problems[step.path] = [_unknown(step, errors[step.node.type])]
        elif not step.spec.inputs.keys() <= step.inputs.keys():
            missing = _missing(step)
            if missing:
                problems[step.path] = missing
    for path, problem in zones.problems.items():
        problems.setdefault(path, []).append(problem)
    _types(steps, order, problems)
    return problems


def _types(
    steps: Mapping[str, Step], order: Sequence[Step], problems: dict[str, list[Problem]]
) -> None:
    """Infer types where the two ends of a link do not just say the same."""
    odd = [step for step in order if step.spec.generic or not _agrees(step, steps)]
    if not odd:
        return
    sources = {source for step in odd for found in step.inputs.values() for source, _ in found}
    heard = sources.union(step.path for step in odd)
    wired = (
        Wired(step.path, step.spec, step.inputs, step.zone or step.path)
        for step in order
        if step.path in heard
    )
    for wrong in infer(wired)[1]:
        place = join(f"{steps[wrong.target].place}.inputs", wrong.input)
        problem = Problem(place, describe_mismatch(wrong), wrong.target, wrong.input)
        problems.setdefault(wrong.target, []).append(problem)


def _agrees(step: Step, steps: Mapping[str, Step]) -> bool:
    """Tell whether every link into a step carries just the type that its input declares."""
    targets = step.spec.targets
    for name, sources in step.inputs.items():
        wanted = targets.get(name, ANY)
        for source, output in sources:
            given = steps[source].spec.outputs.get(output) if source in steps else None
            if given is None or given.type != wanted:
                return False
    return True


def _unknown(step: Step, error: UnknownNodeError) -> Problem:
    return Problem(
        f"{step.place}.type",
        f"{step.path} is of a type that no installed node pack knows; install the pack, or mute or "
        f"remove the node: {error}",
        step.path,
    )


def _missing(step: Step) -> list[Problem]:
    return [
        Problem(
            join(f"{step.place}.inputs", name),
            f"{step.path} ({step.spec.id}) needs {name}; link an output of {socket.type} to it",
            step.path,
            name,
        )
        for name, socket in step.spec.inputs.items()
        if name not in step.inputs and not socket.optional and not socket.variadic
    ]
