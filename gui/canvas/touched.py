"""Which parts of a scene an edit may have changed; the scene then reads the graph there anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodegraph.edits import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    RemoveNode,
    RenameNode,
    SetMode,
    SetParam,
    SetTitle,
    SetView,
)
from nodegraph.subgraph_edits import EditSubgraph, SetSubgraph, TitleSubgraph

if TYPE_CHECKING:
    from nodegraph.edits import Edit


@dataclass
class Touched:
    """What to read anew.

    Attributes:
        nodes: Ids, of nodes that are gone too.
        linked: Of those, the ones whose links may have changed.
        titled: Of the nodes, those that may be called otherwise; a zone is called as its begin.
        bent: Nodes into which links may be led otherwise.
        frames: Whether frames or notes may have.
        everything: More than can be said.
    """

    nodes: set[str] = field(default_factory=set[str])
    linked: set[str] = field(default_factory=set[str])
    titled: set[str] = field(default_factory=set[str])
    bent: set[str] = field(default_factory=set[str])
    frames: bool = False
    uses: bool = False
    everything: bool = False

    def add(self, edit: Edit) -> None:
        """Take in what an edit may have changed."""
        match edit:
            case Batch(edits):
                for one in edits:
                    self.add(one)
            case SetView(section, key):
                self._view(section, key)
            case SetParam(node_id) | SetMode(node_id):
                self.nodes.add(node_id)
            case SetTitle(node_id):
                self.nodes.add(node_id)
                self.titled.add(node_id)
            case Connect(link) | Disconnect(link):
                self._linked(link.source, link.target)
            case AddNode(node):
                self._linked(node.id)
            case RemoveNode(node_id):
                self._linked(node_id)
            case RenameNode(node_id, new_id):
                self._linked(node_id, new_id)
            case _:
                self._other(edit)

    def _view(self, section: str, key: str) -> None:
        if section == "nodes":
            self.nodes.add(key)
        elif section == "links":
            target = key.partition(".")[0]
            self.nodes.add(target)
            self.bent.add(target)
        else:
            self.frames = True

    def _linked(self, *ids: str) -> None:
        self.nodes.update(ids)
        self.linked.update(ids)

    def _other(self, edit: Edit) -> None:
        """Take in an edit of a definition, or an inverse, which brings back what it holds: a link,
        or a node with its links.
        """
        if isinstance(edit, EditSubgraph | SetSubgraph | TitleSubgraph):
            self.uses |= not isinstance(edit, EditSubgraph) or edit.edit.touches != "view"
            return
        link, node = getattr(edit, "link", None), getattr(edit, "node", None)
        if link is not None:
            self._linked(link.source, link.target)
        elif node is not None:
            self._linked(node.id)
        else:
            self.everything = True


def touched(edit: Edit) -> Touched:
    """Return what an edit may have changed."""
    found = Touched()
    found.add(edit)
    return found
