"""What an edit is called in the menu, after Undo and Redo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nodegraph.edits import AddNode, Batch, RemoveNode, SetMode, SetParam, SetView
from nodegraph.subgraph_edits import EditSubgraph

if TYPE_CHECKING:
    from nodegraph.edits import Edit


def title_of(edit: Edit) -> str:
    """Return a few words for an edit that is a step by itself."""
    match edit:
        case Batch(_, label) if label:
            return label
        case Batch(edits, _):
            return f"Change {len(edits)} things"
        case AddNode(node):
            return f"Add {node.id}"
        case RemoveNode(node_id):
            return f"Remove {node_id}"
        case SetParam(_, name, _):
            return f"Set {name}"
        case SetMode(_, mode):
            return mode.capitalize()
        case SetView():
            return "Change the view"
        case EditSubgraph(_, inner):
            return title_of(inner)
        case _:
            return _words(type(edit).__name__)


def _words(name: str) -> str:
    """Return ``RenameNode`` as ``Rename node``."""
    return re.sub(r"(?<!^)([A-Z])", r" \1", name).capitalize()
