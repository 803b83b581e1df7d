"""Other node types are known now: the open documents take them over where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gui.document.document import Document
    from nodegraph.edits import Edit, Touched
    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec


@dataclass(frozen=True, slots=True)
class TypesChanged:
    """Says that any node may have other sockets; it is told, and never made or undone."""

    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse nothing."""

    def enact(self, graph: Graph) -> Edit:
        """Change nothing."""
        return self


def renew(document: Document, catalogue: Mapping[str, NodeSpec]) -> None:
    """Let a document know other node types; what it holds, its file and its history stay."""
    graph = document.graph
    scopes = [graph, *graph.subgraphs.values()]
    for one in scopes:
        one.catalogue = catalogue
        one.interface = None
    for one in scopes:
        for node in [*one]:
            one.put(node)
    graph.announce(TypesChanged())
    document.changed.emit(TypesChanged())
