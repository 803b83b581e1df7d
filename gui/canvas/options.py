"""What a person may choose of how the canvas behaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.canvas.courses import Course


@dataclass(frozen=True, slots=True)
class Options:
    """How links are drawn, and where nodes may stand.

    Attributes:
        course: Curved, straight, or along the axes.
        over: Above the nodes rather than beneath them.
        hidden: Types whose links are not drawn; a dot at both sockets stands for one.
        snap: What is dragged snaps to the grid, unless Alt is down.
    """

    course: Course = "curved"
    over: bool = False
    hidden: frozenset[str] = frozenset()
    snap: bool = True
