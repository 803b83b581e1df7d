"""Nodes and frames as they stand in the scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from gui.canvas.measure import Form, Layout, layout_of, shown_spec
from gui.document.placing import entry, place
from gui.document.seeds import LOCKED, locked
from nodegraph.core_nodes import INPUT, OUTPUT

if TYPE_CHECKING:
    from gui.canvas.boxes import Box
    from nodegraph.graph import Graph, Node


class Card:
    """A node as it is drawn: what it is, its layout, and where it stands.

    Attributes:
        depth: Of two that overlap, the one with the higher is on top.
        color: ``#rrggbb`` that the user gave it, or nothing.
        tint: That color, or else the category that decides it.
        locked: The seeds that new ones do not replace.
    """

    __slots__ = ("color", "depth", "layout", "locked", "node", "rect", "tint", "x", "y")

    def __init__(self, node: Node, layout: Layout, x: float, y: float, color: str) -> None:
        self.node, self.layout, self.x, self.y, self.color = node, layout, x, y, color
        self.rect = QRectF(x, y, layout.width, layout.height)
        self.tint = color or layout.spec.category
        self.depth = 0
        self.locked: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The node's id."""
        return self.node.id

    @property
    def title(self) -> str:
        """What its header says; of a subgraph's input or output, what that is called outside."""
        name = self.node.params.get("name") if self.node.type in (INPUT, OUTPUT) else ""
        return self.node.title or name or self.layout.spec.title or self.node.type

    @property
    def box(self) -> Box:
        """Where it stands."""
        return self.x, self.y, self.x + self.layout.width, self.y + self.layout.height

    def input_at(self, name: str) -> tuple[float, float]:
        """Return where a link to an input ends, in the scene."""
        x, y = self.layout.input_at(name)
        return self.x + x, self.y + y

    def output_at(self, name: str) -> tuple[float, float]:
        """Return where a link from an output begins, in the scene."""
        x, y = self.layout.output_at(name)
        return self.x + x, self.y + y


@dataclass(frozen=True, slots=True)
class Frame:
    """A colored frame with a title."""

    id: str
    title: str
    color: str
    box: Box


@dataclass(frozen=True, slots=True)
class Note:
    """A note in Markdown."""

    id: str
    text: str
    color: str
    box: Box


def card_of(graph: Graph, node_id: str, thumbnail: float) -> Card:
    """Return a node as it is drawn.

    Args:
        graph: The graph it is in, whose view says where it stands.
        node_id: The node.
        thumbnail: Height of its picture area.
    """
    node, stands = graph[node_id], place(graph, node_id)
    width, height = stands.size or (0.0, 0.0)
    form = Form(width, height, thumbnail, stands.collapsed)
    layout = layout_of(shown_spec(graph, node), form)
    card = Card(node, layout, *(stands.pos or (0.0, 0.0)), stands.color)
    if LOCKED in entry(graph, "nodes", node_id):
        card.locked = locked(graph, node_id)
    return card


def frames_of(graph: Graph) -> dict[str, Frame]:
    """Return the frames of a graph, large ones first, since what is in another is smaller."""
    frames = [_frame(graph, key) for key in graph.view.get("frames", {})]
    return {frame.id: frame for frame in sorted(frames, key=_size, reverse=True)}


def notes_of(graph: Graph) -> dict[str, Note]:
    """Return the notes of a graph."""
    return {key: _note(graph, key) for key in graph.view.get("notes", {})}


def _note(graph: Graph, key: str) -> Note:
    stands = place(graph, key, "notes")
    (x, y), (width, height) = stands.pos or (0.0, 0.0), stands.size or (260.0, 160.0)
    return Note(key, stands.text, stands.color, (x, y, x + width, y + height))


def _size(frame: Frame) -> float:
    left, top, right, bottom = frame.box
    return (right - left) * (bottom - top)


def _frame(graph: Graph, key: str) -> Frame:
    stands = place(graph, key, "frames")
    (x, y), (width, height) = stands.pos or (0.0, 0.0), stands.size or (400.0, 300.0)
    return Frame(key, stands.text, stands.color, (x, y, x + width, y + height))
