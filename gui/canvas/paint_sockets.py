"""Sockets: color and shape say the type, so that neither has to be seen to know it."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, sin
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen, QPolygonF

from gui.canvas.pens import brush_of
from nodegraph.sockets import item_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.looks import Looks

RADIUS = 5.0
POLYGONS = {"diamond": (4, 0.0, 6.2), "triangle": (3, 0.0, 7.0), "hexagon": (6, 0.0, 5.8)}
"""Corners, turn of the first one, and radius."""


def paint_socket(
    painter: QPainter, looks: Looks, kind: str, at: tuple[float, float], *, filled: bool
) -> None:
    """Paint a socket: filled where it is linked, else a ring; a list's stands before another.

    Args:
        painter: In scene pixels.
        looks: The theme.
        kind: The type's text.
        at: Its middle.
        filled: Whether it has a link.
    """
    color, body = looks.socket(kind), looks.theme.body
    path = shape(looks.style(kind).shape)
    painter.setPen(_outline(body if filled else color))
    painter.setBrush(brush_of(color if filled else body))
    x, y = at
    for shift in (2.5, 0.0) if item_of(kind) is not None else (0.0,):
        painter.translate(x + shift, y - shift)
        painter.drawPath(path)
        painter.translate(-x - shift, shift - y)


def paint_halo(painter: QPainter, looks: Looks, kind: str, at: tuple[float, float]) -> None:
    """Paint the glow around a socket at which a dragged link may end."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush_of(looks.socket(kind), 0.28))
    painter.drawEllipse(QPointF(*at), 2 * RADIUS, 2 * RADIUS)


def paint_cover(painter: QPainter, looks: Looks, at: tuple[float, float]) -> None:
    """Cover the ring of a socket that takes another shape from what is linked to it."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush_of(looks.theme.body))
    painter.drawEllipse(QPointF(*at), RADIUS + 1.5, RADIUS + 1.5)


def paint_dimmed(painter: QPainter, looks: Looks, at: tuple[float, float]) -> None:
    """Veil a socket at which a dragged link may not end."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush_of(looks.theme.body, 0.7))
    painter.drawEllipse(QPointF(*at), RADIUS + 2, RADIUS + 2)


@lru_cache(maxsize=64)
def shape(name: str) -> QPainterPath:
    """Return the outline of a socket around the origin."""
    path = QPainterPath()
    if name == "square":
        path.addRoundedRect(QRectF(-4.5, -4.5, 9, 9), 1.5, 1.5)
    elif name in POLYGONS:
        path.addPolygon(_polygon(*POLYGONS[name]))
        path.closeSubpath()
    else:
        path.addEllipse(QPointF(0, 0), RADIUS, RADIUS)
    return path


def _polygon(corners: int, turn: float, radius: float) -> QPolygonF:
    angles = [turn + 2 * pi * index / corners for index in range(corners)]
    return QPolygonF([QPointF(radius * cos(angle), radius * sin(angle)) for angle in angles])


@lru_cache(maxsize=256)
def _outline(color: str) -> QPen:
    return QPen(brush_of(color), 1.6)
