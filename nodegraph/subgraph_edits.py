"""Edits of subgraph definitions: defining, replacing, removing one, and editing inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nodegraph.edits import ID, AddNode, Edit, Touched
from nodegraph.errors import GraphError, did_you_mean
from nodegraph.graph import SUBGRAPH, Graph
from nodegraph.subgraphs import check_inside, used_by


@dataclass(frozen=True, slots=True)
class SetSubgraph:
    """Define a subgraph, replace its definition, or with ``None`` remove it."""

    name: str
    definition: Graph | None
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse an unreadable name, a definition that contains itself, removing one in use."""
        if not ID.fullmatch(self.name):
            raise GraphError(f"{self.name!r} is no subgraph name; use letters, digits, _ and -")
        if self.definition is None:
            scopes = [graph, *graph.subgraphs.values()]
            users = [n.id for one in scopes for n in one if n.type == SUBGRAPH + self.name]
            if users:
                raise GraphError(f"subgraph {self.name!r} is used by {', '.join(users)}")
            return
        for used in used_by(self.definition):
            check_inside(graph.subgraphs, self.name, used)

    def enact(self, graph: Graph) -> Edit:
        """Set it; the inverse sets what was there."""
        before = graph.subgraphs.pop(self.name, None)
        if self.definition is not None:
            graph.subgraphs[self.name] = self.definition
        return SetSubgraph(self.name, before)


@dataclass(frozen=True, slots=True)
class EditSubgraph:
    """Apply an edit inside a definition: every use of it changes."""

    name: str
    edit: Edit
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse an unknown definition, a recursive one, and what the edit itself refuses."""
        self._definition(graph).check(self.edit)
        added = self.edit.node.type if isinstance(self.edit, AddNode) else ""
        if added == SUBGRAPH + self.name:
            raise GraphError(f"subgraph {self.name!r} would contain itself")
        if added.startswith(SUBGRAPH):
            check_inside(graph.subgraphs, self.name, added.removeprefix(SUBGRAPH))

    def enact(self, graph: Graph) -> Edit:
        """Edit the definition; the inverse undoes it there. The document announces it, not it."""
        definition = self._definition(graph)
        inverse = self.edit.enact(definition)
        definition.revision += self.edit.touches != "view"
        return EditSubgraph(self.name, inverse)

    def _definition(self, graph: Graph) -> Graph:
        if self.name not in graph.subgraphs:
            hint = did_you_mean(self.name, graph.subgraphs)
            raise GraphError(f"there is no subgraph {self.name!r}{hint}")
        return graph.subgraphs[self.name]
