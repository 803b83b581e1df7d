"""What every tool can do, and what it is told of the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is.

    Attributes:
        x: As ``y`` in scene pixels.
        left: As ``top`` in pixels of the widget.
        free: Nothing snaps: Alt is down, or snapping is off and it is not.
    """

    x: float
    y: float
    left: float
    top: float
    shift: bool = False
    ctrl: bool = False
    free: bool = False

    def far_from(self, other: Pointer) -> bool:
        """Tell whether it has gone so far that a press was no click."""
        return abs(self.left - other.left) + abs(self.top - other.top) > 4


class Tool(Protocol):
    """One gesture, from the press to the release."""

    def move(self, pointer: Pointer) -> None:
        """Follow the pointer."""
        ...

    def release(self, pointer: Pointer) -> None:
        """End the gesture."""
        ...

    def cancel(self) -> None:
        """Leave everything as it was before the press."""
        ...

    def paint(self, painter: QPainter) -> None:
        """Paint what it shows on top of everything, in scene pixels."""
        ...
