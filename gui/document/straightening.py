"""New links run straight: bends are kept by where a link ends, and another one ended there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.document.placing import entry, link_key
from gui.document.titles import title_of
from nodegraph.edits import Batch, Connect, SetView
from nodegraph.subgraph_edits import EditSubgraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.edits import Edit
    from nodegraph.graph import Graph, Link


def straightened(graph: Graph, edit: Edit) -> Edit:
    """Return an edit whose new links take over no bends; the edit itself where there are none."""
    if isinstance(edit, EditSubgraph):
        inner = straightened(graph.subgraphs[edit.name], edit.edit)
        return edit if inner is edit.edit else EditSubgraph(edit.name, inner)
    keys = map(link_key, _new_links(edit)) if "links" in graph.view else ()
    bent = sorted({key for key in keys if entry(graph, "links", key)})
    if not bent:
        return edit
    return Batch((*(SetView("links", key, None) for key in bent), edit), title_of(edit))


def _new_links(edit: Edit) -> Iterator[Link]:
    if isinstance(edit, Connect):
        yield edit.link
    elif isinstance(edit, Batch):
        for one in edit.edits:
            yield from _new_links(one)
