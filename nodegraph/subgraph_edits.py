"""Edits of subgraph definitions: defining, replacing, removing one, and editing inside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from nodegraph.edits import ID, AddNode, Batch, Edit, Touched
from nodegraph.errors import GraphError, NodegraphError, did_you_mean
from nodegraph.graph import SUBGRAPH, Graph
from nodegraph.mending import Rewire, face, mend
from nodegraph.params import check_json
from nodegraph.subgraphs import check_inside, check_use, used_by


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
        """Set it, and have its uses agree with it; the inverse sets what was there."""
        seen = face(graph, self.name)
        before = graph.subgraphs.pop(self.name, None)
        if self.definition is not None:
            graph.subgraphs[self.name] = self.definition
        for definition in graph.subgraphs.values():
            definition.interface = None  # made of definitions that may be others now
        return _taking_back(SetSubgraph(self.name, before), mend(graph, self.name, seen))


@dataclass(frozen=True, slots=True)
class EditSubgraph:
    """Apply an edit inside a definition: every use of it changes."""

    name: str
    edit: Edit
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse an unknown definition, a recursive one, and what the edit itself refuses."""
        definition = self._definition(graph)
        try:
            definition.check(self.edit)
        finally:
            if isinstance(self.edit, Batch):  # was tried on it; half of it must not be remembered
                definition.revision += 1
        added = self.edit.node.type if isinstance(self.edit, AddNode) else ""
        if added == SUBGRAPH + self.name:
            raise GraphError(f"subgraph {self.name!r} would contain itself")
        if added.startswith(SUBGRAPH):
            check_inside(graph.subgraphs, self.name, added.removeprefix(SUBGRAPH))

    def enact(self, graph: Graph) -> Edit:
        """Edit the definition, and have its uses agree with it; the inverse undoes both.

        The document announces it, not the definition.
        """
        definition = self._definition(graph)
        if self.edit.touches == "view":
            return EditSubgraph(self.name, self.edit.enact(definition))
        seen = face(graph, self.name)
        inverse = self.edit.enact(definition)
        definition.revision += 1
        return _taking_back(EditSubgraph(self.name, inverse), mend(graph, self.name, seen))

    def _definition(self, graph: Graph) -> Graph:
        if self.name not in graph.subgraphs:
            hint = did_you_mean(self.name, graph.subgraphs)
            raise GraphError(f"there is no subgraph {self.name!r}{hint}")
        return graph.subgraphs[self.name]


@dataclass(frozen=True, slots=True)
class UseSubgraph:
    """Make a use of one definition a use of another, which has the same sockets."""

    node_id: str
    name: str
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse what is no use, and a definition that is not there or would contain itself."""
        if not graph[self.node_id].type.startswith(SUBGRAPH):
            raise GraphError(f"{self.node_id} is no use of a subgraph; choose one that is")
        if self.name not in graph.subgraphs:
            hint = did_you_mean(self.name, graph.subgraphs)
            raise GraphError(f"there is no subgraph {self.name!r}{hint}")
        check_use(graph, self.name)
        after = graph.spec_of(replace(graph[self.node_id], type=SUBGRAPH + self.name))
        now = graph.spec(self.node_id)
        if now.known and (now.targets, now.outputs) != (after.targets, after.outputs):
            raise GraphError(f"subgraph {self.name!r} has other sockets than {self.node_id}")

    def enact(self, graph: Graph) -> Edit:
        """Make it one; the inverse makes it a use of what it was."""
        node = graph[self.node_id]
        graph.keep(replace(node, type=SUBGRAPH + self.name))
        return UseSubgraph(self.node_id, node.type.removeprefix(SUBGRAPH))


@dataclass(frozen=True, slots=True)
class TitleSubgraph:
    """Set the title of a definition; empty shows its name."""

    name: str
    title: str
    touches: ClassVar[Touched] = "view"

    def check(self, graph: Graph) -> None:
        """Refuse a definition that is not there, and text that no file can hold."""
        if self.name not in graph.subgraphs:
            hint = did_you_mean(self.name, graph.subgraphs)
            raise GraphError(f"there is no subgraph {self.name!r}{hint}")
        try:
            check_json(self.title)
        except NodegraphError as error:
            raise GraphError(f"the title of {self.name}: {error}") from None

    def enact(self, graph: Graph) -> Edit:
        """Set it; the inverse sets what was there."""
        definition = graph.subgraphs[self.name]
        before = definition.extra.pop("title", "")
        if self.title:
            definition.extra["title"] = self.title
        definition.interface = None
        return TitleSubgraph(self.name, before)


@dataclass(frozen=True, slots=True)
class Unmend:
    """Take an edit of a definition back, with what it made of the uses."""

    edit: Edit
    mends: Sequence[Edit]
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse what the edit refuses."""
        self.edit.check(graph)

    def enact(self, graph: Graph) -> Edit:
        """Take it back; the inverse makes it again, and mends again."""
        again = self.edit.enact(graph)
        for one in self.mends:
            one.enact(graph)
        return again.edit if isinstance(again, Unmend) else again


def _taking_back(inverse: Edit, mends: Sequence[Rewire]) -> Edit:
    return Unmend(inverse, tuple(mends)) if mends else inverse
