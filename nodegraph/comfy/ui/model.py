"""A workflow as ComfyUI's editor saves it, in one shape whatever its version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Point: TypeAlias = tuple[float, float]
Mode = Literal["run", "mute", "bypass"]

INPUTS, OUTPUTS = "-10", "-20"
"""The ids that links have at a subgraph's boundary."""
NOTES = ("Note", "MarkdownNote")
REROUTE, PRIMITIVE = "Reroute", "PrimitiveNode"


@dataclass(frozen=True, slots=True)
class Slot:
    """An input or output of a node.

    Attributes:
        link: An input's link; empty where it has none.
        widget: The widget whose value a link would replace; empty for a plain socket.
    """

    name: str
    type: str
    link: str = ""
    widget: str = ""


@dataclass(frozen=True, slots=True)
class UiLink:
    """From an output to an input, through reroute points in order."""

    id: str
    source: str
    slot: int
    target: str
    target_slot: int
    type: str = "*"
    points: tuple[Point, ...] = ()


@dataclass
class UiNode:
    """A node as the editor drew it.

    Attributes:
        type: The class, or the id of a subgraph's definition.
        widgets: Values as they came: a list by position, an object by name, or nothing.
        named: Values by name, where the file says them so; they count before the others.
        raw: The rest of the node: properties, colors … untouched.
    """

    id: str
    type: str
    title: str = ""
    mode: Mode = "run"
    pos: Point | None = None
    size: Point | None = None
    collapsed: bool = False
    color: str = ""
    inputs: list[Slot] = field(default_factory=list[Slot])
    outputs: list[Slot] = field(default_factory=list[Slot])
    widgets: Any = None
    named: dict[str, Any] = field(default_factory=dict[str, Any])
    properties: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Group:
    """A frame around nodes."""

    title: str
    pos: Point
    size: Point
    color: str = ""


@dataclass
class UiGraph:
    """Nodes and links: a whole workflow, or the definition of a subgraph.

    Attributes:
        inputs: Of a definition, what its uses give it, in order; ``link`` is not used.
        outputs: The same for what it gives; ``link`` is where the value comes from.
        ends: Where the boundary's two nodes stand.
    """

    name: str = ""
    nodes: dict[str, UiNode] = field(default_factory=dict[str, UiNode])
    links: dict[str, UiLink] = field(default_factory=dict[str, UiLink])
    groups: list[Group] = field(default_factory=list[Group])
    inputs: list[Slot] = field(default_factory=list[Slot])
    outputs: list[Slot] = field(default_factory=list[Slot])
    ends: tuple[Point | None, Point | None] = (None, None)

    def source(self, slot: Slot) -> UiLink | None:
        """Return the link that feeds an input, where there is one."""
        return self.links.get(slot.link) if slot.link else None


@dataclass
class UiWorkflow:
    """A whole file.

    Attributes:
        definitions: Subgraphs by id; a legacy group node's by its type.
        models: Where the file says that models come from.
        notes: What could not be read as it stands, a sentence each.
    """

    graph: UiGraph
    definitions: dict[str, UiGraph] = field(default_factory=dict[str, UiGraph])
    models: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    notes: list[str] = field(default_factory=list[str])
