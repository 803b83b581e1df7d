"""What may be added, and the edit that adds it: in its place, with its zone's other end, linked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.canvas.fuzzy import score
from gui.document.placing import change
from gui.scope.reusable import inserted
from nodegraph.edits import AddNode, Batch, Connect
from nodegraph.graph import SUBGRAPH, Link, Node
from nodegraph.linking import output_type
from nodegraph.sockets import fits
from nodegraph.subgraphs import interface

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gui.canvas.linkable import End
    from gui.scope.reusable import Kept
    from nodegraph.edits import Edit
    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec

APART = 560.0
"""Between the two nodes of a new zone, in scene pixels."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A node type that may be added.

    Attributes:
        socket: The one to which the dragged link goes; nothing without a link.
        kept: The subgraph of the library that it is; nothing for what the document has.
    """

    spec: NodeSpec
    socket: str = ""
    kept: Kept | None = None


def offers(
    graph: Graph, query: str, end: End | None = None, library: Sequence[Kept] = ()
) -> list[Offer]:
    """Return what may be added, the best first.

    Args:
        graph: Where it would be added.
        query: What was typed.
        end: Only what can be linked to this socket.
        library: Subgraphs of the user's that may be added too.
    """
    kind = "" if end is None else _kind(graph, end)
    found: list[tuple[float, str, Offer]] = []
    types = [(spec, None) for spec in _specs(graph)] + [(one.spec, one) for one in library]
    for spec, kept in types:
        socket = "" if end is None else _socket(spec, kind, output=not end.output)
        fit = score(query, f"{title(spec)} {spec.category} {spec.id}")
        if socket is not None and fit is not None:
            exact = kind in (spec.targets.get(socket), _given(spec, socket))
            found.append((-fit if query else -float(exact), title(spec), Offer(spec, socket, kept)))
    return [offer for _, _, offer in sorted(found, key=lambda one: one[:2])]


def title(spec: NodeSpec) -> str:
    """Return what a type is offered as: a zone without the word that names its first node."""
    return spec.title.removesuffix(" begin") if spec.role == "begin" else spec.title


def added(
    graph: Graph, offer: Offer, at: tuple[float, float], end: End | None
) -> tuple[Batch, str]:
    """Return the edit that adds what was chosen, and the new node's id.

    Args:
        graph: Where it is added.
        offer: What was chosen.
        at: Its top left corner, in scene pixels.
        end: The socket to link it to.
    """
    if offer.kept is not None:
        whole, node_id = inserted(graph, offer.kept, at)
        edits: list[Edit] = [whole]
    else:
        node_id = graph.free_id(stem(offer.spec))
        edits = list(_nodes(graph, offer.spec, node_id, at))
    if end is not None and offer.socket:
        edits.append(Connect(_link(end, node_id, offer.socket)))
    return Batch(tuple(edits), f"Add {title(offer.spec)}"), node_id


def stem(spec: NodeSpec) -> str:
    """Return what new nodes of a type are called: the last words of its id."""
    words = spec.id.replace("/", ".").split(".")
    name = "_".join(words[-2:]) if spec.role != "node" else words[-1]
    return name if name[:1].isalpha() else f"node_{name}"


def _nodes(graph: Graph, spec: NodeSpec, node_id: str, at: tuple[float, float]) -> Iterator[Edit]:
    """Yield what adds a node, and behind a zone's begin its end."""
    zone = "" if spec.role == "node" else _free_zone(graph, spec)
    x, y = at
    yield AddNode(Node(node_id, spec.id, spec.version, zone=zone))
    yield change(graph, "nodes", node_id, pos=[round(x), round(y)])
    pair = graph.catalogue.get(spec.pair) if spec.role == "begin" else None
    if pair is not None:
        other = graph.free_id(stem(pair))
        yield AddNode(Node(other, pair.id, pair.version, zone=zone))
        yield change(graph, "nodes", other, pos=[round(x + APART), round(y)])


def _free_zone(graph: Graph, spec: NodeSpec) -> str:
    taken, name = {node.zone for node in graph}, spec.id.split(".")[-2]
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _specs(graph: Graph) -> Iterator[NodeSpec]:
    """Yield every type that may be added; a zone is offered by its begin alone."""
    for spec in graph.catalogue.values():
        if spec.role != "end":
            yield spec
    for name, definition in graph.subgraphs.items():
        yield interface(SUBGRAPH + name, definition)


def _kind(graph: Graph, end: End) -> str:
    if end.output:
        return output_type(graph, (end.id, end.name))
    return graph.spec(end.id).targets.get(end.name, "any")


def _socket(spec: NodeSpec, kind: str, *, output: bool) -> str | None:
    """Return the first socket that a link of a type may go to: of its own type if there is one."""
    if output:
        sockets = {name: one.type for name, one in spec.outputs.items()}
        fitting = [name for name, other in sockets.items() if fits(other, kind)]
    else:
        sockets = spec.targets
        fitting = [name for name, other in sockets.items() if fits(kind, other)]
    same = [name for name in fitting if sockets[name] == kind]
    return next(iter([*same, *fitting]), None)


def _given(spec: NodeSpec, name: str) -> str:
    return spec.outputs[name].type if name in spec.outputs else ""


def _link(end: End, node_id: str, socket: str) -> Link:
    if end.output:
        return Link(end.id, end.name, node_id, socket)
    return Link(node_id, socket, end.id, end.name)
