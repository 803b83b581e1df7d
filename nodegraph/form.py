"""The form: parameters of a workflow's nodes, by names that people and ``--set`` know them by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from nodegraph.errors import GraphError
from nodegraph.form_field import Field
from nodegraph.params import check_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nodegraph.edits import Edit, Touched
    from nodegraph.graph import Graph
    from nodegraph.params import Param


Place: TypeAlias = tuple[str, str]
"""A node and one of its parameters."""


@dataclass(frozen=True, slots=True)
class SetForm:
    """Set which parameters are in the form, and in which order."""

    fields: Sequence[Field]
    touches: ClassVar[Touched] = "view"

    def check(self, graph: Graph) -> None:
        """Refuse two fields of one name, one that shows nothing, and text that no file can hold."""
        names: set[str] = set()
        for field in self.fields:
            _check_name(field.name)
            if field.name in names:
                raise GraphError(
                    f"two fields of the form are named {field.name!r}; give one another name"
                )
            names.add(field.name)
            _check_param(graph, field)
            check_json([field.title, field.help])

    def enact(self, graph: Graph) -> Edit:
        """Set it; the inverse sets what was there."""
        before, graph.form = graph.form, tuple(self.fields)
        return SetForm(before)


def shown(graph: Graph) -> Iterator[tuple[Field, Param]]:
    """Yield the fields whose parameters are there, each with its parameter as declared."""
    for field in graph.form:
        if field.node in graph:
            param = graph.spec(field.node).params.get(field.param)
            if param is not None:
                yield field, param


def written(graph: Graph) -> list[Field]:
    """Return the fields that a file has: those of parameters that are there.

    Others wait in memory for an undo. A type that nobody knows here may have any parameter.
    """
    return [
        field
        for field in graph.form
        if field.node in graph
        and (not (spec := graph.spec(field.node)).known or field.param in spec.params)
    ]


def field_of(graph: Graph, node_id: str, param: str) -> Field | None:
    """Return the field that shows a parameter."""
    return next((one for one in graph.form if (one.node, one.param) == (node_id, param)), None)


def with_field(graph: Graph, field: Field) -> SetForm:
    """Return the edit that adds a field at the end, or changes the one of its parameter."""
    ends = (field.node, field.param)
    if any((one.node, one.param) == ends for one in graph.form):
        same = [field if (one.node, one.param) == ends else one for one in graph.form]
        return SetForm(tuple(same))
    return SetForm((*graph.form, field))


def without_field(graph: Graph, name: str) -> SetForm:
    """Return the edit that takes a field out of the form; its parameter stays as it is."""
    return SetForm(tuple(one for one in graph.form if one.name != name))


def moved(graph: Graph, name: str, place: int) -> SetForm:
    """Return the edit that puts a field at a place among the others, counted from 0."""
    rest = [one for one in graph.form if one.name != name]
    rest[place:place] = [one for one in graph.form if one.name == name]
    return SetForm(tuple(rest))


def followed(graph: Graph, ways: Mapping[Place, Place]) -> SetForm | None:
    """Return the edit that has fields show the parameters that theirs have become; nothing where
    none has.

    Names, titles, helps and the order stay as they are; a field without a title keeps what it was
    called after its parameter.

    Args:
        graph: Whose form it is.
        ways: By node and parameter where each is set from now on.
    """
    fields = tuple(_moved(field, ways.get((field.node, field.param))) for field in graph.form)
    return None if fields == tuple(graph.form) else SetForm(fields)


def _moved(field: Field, to: Place | None) -> Field:
    if to is None:
        return field
    title = field.title or (field.param.replace("_", " ") if to[1] != field.param else "")
    return replace(field, node=to[0], param=to[1], title=title)


def proposed(graph: Graph, node_id: str, param: str) -> Field:
    """Return a field for a parameter, with a name that is free and a title that tells it apart.

    Where the node has a title of its own, that says more than what its parameter is called.
    """
    title = graph[node_id].title
    words = title or param.replace("_", " ")
    stem = "".join(c if c.isascii() and c.isalnum() else "_" for c in words.lower()).strip("_")
    stem = stem if stem[:1].isalpha() else f"{node_id}_{param}"
    names, number, name = {one.name for one in graph.form}, 2, stem[:60]
    while name in names:
        name, number = f"{stem[:56]}_{number}", number + 1
    return Field(name, node_id, param, words[:1].upper() + words[1:])


def _check_name(name: str) -> None:
    from nodegraph.edits import ID

    if not ID.fullmatch(name):
        raise GraphError(f"{name!r} is no name of a field; use letters, digits, _ and -")


def _check_param(graph: Graph, field: Field) -> None:
    if field.node not in graph:
        return  # it waits for its node, as a node's place does
    spec = graph.spec(field.node)
    if spec.known and field.param not in spec.params and field not in graph.form:
        raise GraphError(f"{field.node} ({spec.id}) has no parameter {field.param!r}")
