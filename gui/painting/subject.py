"""What of a graph is painted: the node and its parameter that names the mask, and the edit that
gives it another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gui.document.placing import change, place
from gui.painting.under import IMAGE, first_output
from nodegraph.edits import AddNode, Batch, Connect, Disconnect, SetParam
from nodegraph.graph import Link, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gui.painting.under import Output
    from nodegraph.edits import Edit
    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec

PAINT, PATH, FEATHER = "mask.paint", "path", "feather"
"""The type that is added to a picture, its file and its softness."""

MASK = "Mask"
AS_PAINTED: Mapping[str, Any] = {"channel": "luminance", "invert": False}
"""Parameters that say how a mask is read off a picture, as they are for one that was painted."""

BESIDE = (300, 40)
"""How far right and down of its picture a new node stands, in scene pixels."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is painted.

    Attributes:
        node: The node that has the mask; empty where one is to be added.
        param: Its parameter that names the file.
        picture: The output that a node is to be added to.
    """

    node: str = ""
    param: str = PATH
    picture: Output | None = None

    def value(self, graph: Graph, name: str, default: Any) -> Any:
        """Return a parameter's value; the default where the node has none, or is not there yet."""
        if not self.node or name not in graph.spec(self.node).params:
            return default
        return graph[self.node].params.get(name, default)

    def has(self, graph: Graph, name: str) -> bool:
        """Tell whether a parameter can be set by hand."""
        if not self.node:
            return name in graph.catalogue[PAINT].params
        return name in graph.spec(self.node).params and not graph.inputs(self.node).get(name)


def subject_of(graph: Graph, node_id: str) -> Subject | None:
    """Return what is painted for a node: its own mask, or that of the picture which it gives."""
    if node_id not in graph:
        return None
    own = _mask_param(graph, node_id)
    if own:
        return Subject(node_id, own)
    image = first_output(graph.spec(node_id), IMAGE)
    if not image:
        return None
    for link in sorted(_links_from(graph, node_id, image), key=lambda link: link.target):
        param = _mask_param(graph, link.target)
        if param:
            return Subject(link.target, param)
    return Subject(picture=(node_id, image)) if PAINT in graph.catalogue else None


def kept_edit(graph: Graph, subject: Subject, path: str, feather: float | None) -> Batch:
    """Return the edit that names a painted mask, of one step.

    A picture that has no node for its mask gets one, which takes over what its own mask led to.

    Args:
        graph: Where the node is.
        subject: What was painted.
        path: The file.
        feather: How soft its edges shall be, where the node softens them.
    """
    values = {subject.param: path} | ({} if feather is None else {FEATHER: feather})
    if subject.node:
        node = graph[subject.node]
        known = {name: value for name, value in AS_PAINTED.items() if name in node.params}
        wanted = {name: one for name, one in (values | known).items() if node.params[name] != one}
        edits: list[Edit] = [SetParam(node.id, name, value) for name, value in wanted.items()]
    else:
        edits = list(_added(graph, subject, values))
    return Batch(tuple(edits), "Paint mask")


def _added(graph: Graph, subject: Subject, values: dict[str, Any]) -> Iterator[Edit]:
    assert subject.picture is not None
    source, output = subject.picture
    spec, node_id = graph.catalogue[PAINT], graph.free_id("mask")
    x, y = place(graph, source).pos or (0, 0)
    yield AddNode(Node(node_id, PAINT, spec.version, params=values))
    yield change(graph, "nodes", node_id, pos=[round(x + BESIDE[0]), round(y + BESIDE[1])])
    yield Connect(Link(source, output, node_id, _first_input(spec)))
    given = first_output(graph.spec(source), MASK)
    for link in _links_from(graph, source, given) if given else ():
        yield Disconnect(link)
        yield Connect(Link(node_id, first_output(spec, MASK), link.target, link.input, link.index))


def _links_from(graph: Graph, node_id: str, output: str) -> list[Link]:
    found = graph.links_of(node_id)
    return [link for link in found if link.source == node_id and link.output == output]


def _mask_param(graph: Graph, node_id: str) -> str:
    """Return the parameter that names a mask's file, where no link drives it."""
    driven = graph.inputs(node_id)
    params = graph.spec(node_id).params.values()
    return next((one.name for one in params if one.widget == "mask" and one.name not in driven), "")


def _first_input(spec: NodeSpec) -> str:
    return next(name for name, one in spec.inputs.items() if one.type == IMAGE)
