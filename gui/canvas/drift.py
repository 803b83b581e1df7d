"""Moving the view while something is dragged to the edge of the canvas."""

from __future__ import annotations

EDGE, FASTEST = 28, 24
"""How near the edge it begins, and how far the view moves at a time, in pixels of the widget."""

EVERY = 16
"""Milliseconds between two moves."""


def drift(left: float, top: float, width: int, height: int) -> tuple[int, int]:
    """Return by how many pixels the view moves, given where the pointer is."""
    return _along(left, width), _along(top, height)


def _along(at: float, size: int) -> int:
    over = max(EDGE - at, 0.0) - max(at - (size - EDGE), 0.0)
    return round(max(min(over / EDGE, 1.0), -1.0) * FASTEST)
