"""Everything that keeps a graph from running, found before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.errors import Problem, UnknownNodeError
from nodegraph.jsontext import join
from nodegraph.linking import Wired, describe_mismatch, infer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nodegraph.execution.flatten import FlatNode
    from nodegraph.execution.zones import Zones


def validate(
    nodes: Mapping[str, FlatNode], order: Sequence[str], zones: Zones, known: Iterable[str]
) -> dict[str, list[Problem]]:
    """Return the problems of the nodes in ``order``, by the node to blame.

    Args:
        known: The type ids there are.
    """
    problems: dict[str, list[Problem]] = {}
    strange = {nodes[path].node.type for path in order if not nodes[path].spec.known}
    errors = {type_id: UnknownNodeError(type_id, known) for type_id in strange}
    for path in order:
        node = nodes[path]
        if not node.spec.known:
            problems[path] = [_unknown(node, errors[node.node.type])]
            continue
        missing = [
            _missing(node, name)
            for name, socket in node.spec.inputs.items()
            if name not in node.inputs and not socket.optional and not socket.variadic
        ]
        if missing:
            problems[path] = missing
    for path, problem in zones.problems.items():
        problems.setdefault(path, []).append(problem)
    _types(nodes, order, problems)
    return problems


def _types(
    nodes: Mapping[str, FlatNode], order: Sequence[str], problems: dict[str, list[Problem]]
) -> None:
    wired = (
        Wired(path, (node := nodes[path]).spec, node.inputs, node.zone or path) for path in order
    )
    for wrong in infer(wired)[1]:
        place = join(f"{nodes[wrong.target].place}.inputs", wrong.input)
        problem = Problem(place, describe_mismatch(wrong), wrong.target, wrong.input)
        problems.setdefault(wrong.target, []).append(problem)


def _unknown(node: FlatNode, error: UnknownNodeError) -> Problem:
    return Problem(
        f"{node.place}.type",
        f"{node.path} is of a type that no installed node pack knows; install the pack, or mute or "
        f"remove the node: {error}",
        node.path,
    )


def _missing(node: FlatNode, name: str) -> Problem:
    socket = node.spec.inputs[name]
    return Problem(
        join(f"{node.place}.inputs", name),
        f"{node.path} ({node.spec.id}) needs {name}; link an output of {socket.type} to it",
        node.path,
        name,
    )
