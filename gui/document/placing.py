"""Where things are: typed access to the view, and the edits that change it.

Everything is in logical pixels of the canvas at a zoom of 1, x to the right, y down, at an object's
top left corner. Entries of the view are objects of JSON; what is not understood in them is kept,
and what is no number counts as not being there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from nodegraph.edits import Batch, SetView

if TYPE_CHECKING:
    from nodegraph.graph import Graph, Link

Point: TypeAlias = tuple[float, float]
Size: TypeAlias = tuple[float, float]
Section: TypeAlias = Literal["nodes", "frames", "notes", "links"]


@dataclass(frozen=True, slots=True)
class Place:
    """How a node, a frame or a note stands on the canvas.

    Attributes:
        pos: ``None`` where nobody has put it yet.
        size: ``None`` where it follows from what is in it.
        color: ``#rrggbb``, or empty for the theme's.
        collapsed: Only its header is drawn.
        text: A frame's title, a note's Markdown.
    """

    pos: Point | None = None
    size: Size | None = None
    color: str = ""
    collapsed: bool = False
    text: str = ""


def place(graph: Graph, key: str, section: Section = "nodes") -> Place:
    """Return how a node stands, or a frame or a note."""
    found = entry(graph, section, key)
    color, text = found.get("color"), found.get(_text_key(section))
    return Place(
        _pair(found.get("pos")),
        _pair(found.get("size")),
        color if isinstance(color, str) else "",
        found.get("collapsed") is True,
        text if isinstance(text, str) else "",
    )


def unplaced(graph: Graph) -> list[str]:
    """Return the nodes that nobody has put anywhere: of files that no editor has seen."""
    return [node.id for node in graph if place(graph, node.id).pos is None]


def bends(graph: Graph, link: Link) -> list[Point]:
    """Return the points that a link is led through."""
    points: Any = entry(graph, "links", link_key(link)).get("points")
    found = cast("list[Any]", points) if isinstance(points, list) else []
    return [point for point in map(_pair, found) if point is not None]


def entry(graph: Graph, section: str, key: str) -> Mapping[str, Any]:
    """Return an entry of the view; empty where there is none."""
    entries: Any = graph.view.get(section)
    found: Any = cast("Mapping[str, Any]", entries).get(key) if isinstance(entries, dict) else None
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else {}


def link_key(link: Link) -> str:
    """Return a link's key in the view: where it ends, since it alone ends there."""
    return f"{link.target}.{link.input}.{link.index}"


# Edits


def move(graph: Graph, positions: Mapping[str, Point], section: Section = "nodes") -> Batch:
    """Return the edit that puts things where ``positions`` says, on whole pixels."""
    edits = [change(graph, section, key, pos=_whole(pos)) for key, pos in positions.items()]
    return Batch(tuple(edits), f"Move {counted(len(edits), _NAMES[section])}")


def resize(graph: Graph, key: str, size: Size, section: Section = "nodes") -> SetView:
    """Return the edit that gives a node, a frame or a note a size."""
    return change(graph, section, key, size=_whole(size))


def bend(graph: Graph, link: Link, points: list[Point]) -> SetView:
    """Return the edit that leads a link through points, in order; of none, straight again."""
    found = [_whole(point) for point in points]
    return change(graph, "links", link_key(link), points=found or None)


def paint(graph: Graph, key: str, color: str, section: Section = "nodes") -> SetView:
    """Return the edit that colors a node, a frame or a note; empty: as the theme has it."""
    return change(graph, section, key, color=color or None)


def collapse(graph: Graph, node_id: str, collapsed: bool) -> SetView:
    """Return the edit that draws a node's header alone, or all of it."""
    return change(graph, "nodes", node_id, collapsed=collapsed or None)


def write(graph: Graph, section: Literal["frames", "notes"], key: str, text: str) -> SetView:
    """Return the edit that sets a frame's title or a note's text."""
    return change(graph, section, key, **{_text_key(section): text or None})


def change(graph: Graph, section: Section, key: str, **values: Any) -> SetView:
    """Return the edit that sets values of an entry; ``None`` removes one, the last the entry."""
    merged = {**entry(graph, section, key), **values}
    kept = {name: value for name, value in merged.items() if value is not None}
    return SetView(section, key, kept or None)


def free_key(graph: Graph, section: Section, stem: str) -> str:
    """Return the first of ``stem_1``, ``stem_2`` … that nothing in the section has."""
    number = 1
    while entry(graph, section, f"{stem}_{number}"):
        number += 1
    return f"{stem}_{number}"


def counted(count: int, name: str) -> str:
    """Return ``1 node``, ``3 nodes``."""
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


_NAMES: dict[Section, str] = {"nodes": "node", "frames": "frame", "notes": "note", "links": "link"}


def _text_key(section: Section) -> str:
    return "title" if section == "frames" else "text"


def _pair(value: Any) -> Point | None:
    match value:
        case [int() | float() as x, int() | float() as y] if isfinite(x) and isfinite(y):
            return float(x), float(y)
        case _:
            return None


def _whole(pair: tuple[float, float]) -> list[int]:
    return [round(pair[0]), round(pair[1])]
