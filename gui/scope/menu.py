"""What the menu of a socket or parameter offers: publishing it, or showing it in the form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from gui.form.exposing import is_shown, toggle
from gui.scope.publishing import publish_input, publish_output, publisher, unpublish

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.document.document import Document
    from gui.scope.scope import Scope


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    title: str
    run: Callable[[], None]


def of_parameter(document: Document, node_id: str, name: str) -> list[Entry]:
    """Return what is offered for a parameter of a node of the document itself."""
    if name not in document.graph.spec(node_id).params:
        return []
    there = is_shown(document.graph, node_id, name)
    title = "Take out of the Form" if there else "Show in the Form"
    return [Entry(title, partial(toggle, document, node_id, name))]


def of_socket(scope: Scope, node_id: str, name: str, *, output: bool) -> list[Entry]:
    """Return what is offered for a socket or parameter inside of a subgraph."""
    graph = scope.graph
    if publisher(graph, node_id, name, output=output):
        return [
            Entry(
                f"Unpublish {name}",
                lambda: scope.apply(unpublish(graph, node_id, name, output=output)),
            )
        ]
    if output:
        return [Entry(f"Publish {name}", lambda: scope.apply(publish_output(graph, node_id, name)))]
    if name in graph.inputs(node_id) and not graph.spec(node_id).variadic(name):
        return []
    return [Entry(f"Publish {name}", lambda: scope.apply(publish_input(graph, node_id, name)))]
