"""Everything a painter needs to know for one paint."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from gui.canvas.options import Options
from gui.canvas.states import States

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.areas import Area
    from gui.canvas.boxes import Box
    from gui.canvas.camera import Camera
    from gui.canvas.looks import Looks
    from gui.canvas.scene import Scene
    from nodegraph.graph import Link

Lit: TypeAlias = "Callable[[str, str, bool], bool]"
Detail = Literal["full", "plain", "dots"]

FULL, PLAIN = 0.45, 0.18
"""Zooms from which everything is painted, and from which nodes have a body and a header."""


@dataclass
class Marks:
    """What the user points at.

    Attributes:
        areas: The selected frames and notes.
        hovered: The node under the pointer.
        wire: The link under the pointer.
        hidden: A link that is being dragged away, and so not painted.
        lit: While a link is dragged: whether it may end at a socket, given the node, the
            socket's name and whether it is an output.
    """

    selected: set[str] = field(default_factory=set[str])
    areas: set[Area] = field(default_factory=set["Area"])
    hovered: str = ""
    wire: Link | None = None
    hidden: Link | None = None
    lit: Lit | None = None


@dataclass
class Sheet:
    """One paint: what, how, from where.

    Attributes:
        area: The part of the scene to paint.
        tally: How much was painted, by kind; for tests.
        ratio: Device pixels a logical pixel.
        vector: Nothing is painted from kept pictures, so that it stays sharp at any size.
        options: How links are drawn.
    """

    scene: Scene
    looks: Looks
    camera: Camera
    area: Box
    states: States = field(default_factory=States)
    marks: Marks = field(default_factory=Marks)
    tally: Counter[str] = field(default_factory=Counter[str])
    ratio: float = 1.0
    vector: bool = False
    options: Options = field(default_factory=Options)

    @property
    def detail(self) -> Detail:
        """How much of a node is worth painting at this zoom."""
        scale = self.camera.scale
        return "full" if scale >= FULL else "plain" if scale >= PLAIN else "dots"
