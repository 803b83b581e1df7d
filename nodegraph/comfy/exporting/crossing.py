"""Empty latents that pass the boundaries of subgraphs: here they are sizes and have no links, so
each boundary keeps where theirs came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodegraph.comfy.exporting.opened import Opened, origin
from nodegraph.comfy.origin import ORIGIN
from nodegraph.comfy.ui.model import INPUTS
from nodegraph.comfy.ui.values import listing, obj
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from nodegraph.graph import Graph, Node


def crossed(flat: Opened, around: str, link: list[Any]) -> tuple[str, list[Any]] | None:
    """Return where a link of theirs comes from on the other side of one boundary, if it does.

    Args:
        around: The uses around the node that the link ends at, as the beginning of paths.
        link: A node of theirs, or the boundary, and the number of its output.
    """
    source, slot = link
    scope = inside(flat, around)
    if source == INPUTS:
        path = around.rstrip("/")
        numbers = [number for number, _ in entering(scope)]
        if not path or slot not in numbers:
            return None
        came = listing(origin(list(flat.way(path))[-1][0]).get("enters"))[numbers.index(slot)]
        return (path[: path.rfind("/") + 1], came) if came else None
    use = use_of(scope, source)
    left = [] if use is None else leaving(used(scope, use))
    found = next((came for number, _, came in left if number == slot), None)
    return None if use is None or found is None else (f"{around}{use.id}/", found)


def inside(flat: Opened, around: str) -> Graph:
    """Return the graph that is inside of some uses."""
    if not around:
        return flat.whole
    node, scope = list(flat.way(around.rstrip("/")))[-1]
    return used(scope, node)


def used(scope: Graph, use: Node) -> Graph:
    """Return what a node uses."""
    return scope.subgraphs[use.type.removeprefix(SUBGRAPH)]


def use_of(scope: Graph, name: str) -> Node | None:
    """Return the use of a subgraph that came from a node of theirs."""
    uses = (one for one in scope if one.type.startswith(SUBGRAPH))
    return next((one for one in uses if origin(one).get("id") == name), None)


def entering(graph: Graph) -> list[list[Any]]:
    """Return the number and the name of each input of a definition for an empty latent."""
    return listing(obj(graph.extra.get(ORIGIN)).get("enters"))


def leaving(graph: Graph) -> list[list[Any]]:
    """Return the number and the name of each such output, and where inside it comes from."""
    return listing(obj(graph.extra.get(ORIGIN)).get("leaves"))
