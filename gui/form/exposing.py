"""Putting a parameter of the graph into the form, and taking it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.form import field_of, proposed, with_field, without_field

if TYPE_CHECKING:
    from gui.document.document import Document
    from nodegraph.graph import Graph


def is_shown(graph: Graph, node_id: str, param: str) -> bool:
    """Tell whether a parameter is in the form."""
    return field_of(graph, node_id, param) is not None


def toggle(document: Document, node_id: str, param: str) -> None:
    """Show a parameter in the form under a name of its own, or show it there no more.

    Raises:
        GraphError: There is no such parameter.
    """
    graph = document.graph
    field = field_of(graph, node_id, param)
    title = f"Show {param} in the form" if field is None else f"Take {param} out of the form"
    edit = (
        with_field(graph, proposed(graph, node_id, param))
        if field is None
        else without_field(graph, field.name)
    )
    with document.gesture(title):
        document.apply(edit)
