"""Colors, brushes and pens, made once each."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QBrush, QColor, QPen


@lru_cache(maxsize=1024)
def color_of(text: str, alpha: float = 1.0) -> QColor:
    """Return a color, opaque by an alpha of 0 to 1."""
    color = QColor(text)
    color.setAlphaF(alpha)
    return color


@lru_cache(maxsize=1024)
def brush_of(text: str, alpha: float = 1.0) -> QBrush:
    """Return a plain brush of a color."""
    return QBrush(color_of(text, alpha))


@lru_cache(maxsize=1024)
def pen_of(text: str, width: float, alpha: float = 1.0, *, dashed: bool = False) -> QPen:
    """Return a pen of a color; its width is in device pixels at every zoom."""
    pen = QPen(color_of(text, alpha), width)
    pen.setCosmetic(True)
    if dashed:
        pen.setDashPattern([4.0, 3.0])
    return pen
