"""What is the same on all nodes of a type: body, header ground, names, fields."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from gui.canvas.looks import brush_of, pen_of
from gui.canvas.measure import HEADER
from gui.canvas.paint_fields import paint_ground
from gui.canvas.values import label
from gui.theme import RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QPainter

    from gui.canvas.looks import Looks
    from gui.canvas.measure import Layout, Socket

NAME = 12
"""Between a socket's middle and its name."""


def paint_stencil(painter: QPainter, looks: Looks, layout: Layout, header: QColor) -> None:
    """Paint it around the origin, a node's top left corner."""
    theme = looks.theme
    rect = QRectF(0, 0, layout.width, layout.height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(header if layout.collapsed else brush_of(theme.body))
    painter.drawRoundedRect(rect, RADIUS, RADIUS)
    if not layout.collapsed:
        painter.setBrush(header)
        painter.drawPath(header_path(layout.width))
        painter.setPen(pen_of(theme.line, 1.0))
        painter.drawLine(QLineF(0, HEADER, layout.width, HEADER))
        _paint_names(painter, looks, layout)
        for one in layout.fields.values():
            paint_ground(painter, looks, one)
    painter.setPen(pen_of(theme.line, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, RADIUS, RADIUS)


def _paint_names(painter: QPainter, looks: Looks, layout: Layout) -> None:
    painter.setFont(looks.text.font)
    width = layout.width - 2 * NAME
    outputs = {socket.y: socket for socket in layout.outputs.values()}
    for socket in layout.inputs.values():
        if not socket.param:
            beside = outputs.get(socket.y)
            taken = 0.0 if beside is None else looks.text.width(label(beside.name)) + NAME
            painter.setPen(looks.color("weak" if socket.hollow else "strong"))
            _paint_name(painter, looks, socket, width - min(taken, width * 0.5), right=False)
    painter.setPen(looks.color("strong"))
    for socket in layout.outputs.values():
        _paint_name(painter, looks, socket, width * 0.7, right=True)


def _paint_name(
    painter: QPainter, looks: Looks, socket: Socket, width: float, *, right: bool
) -> None:
    text = looks.text.line(label(socket.name), width)
    x = socket.x - NAME - text.size().width() if right else socket.x + NAME
    painter.drawStaticText(QPointF(x, socket.y - looks.text.height / 2), text)


@lru_cache(maxsize=64)
def header_path(width: float) -> QPainterPath:
    """Return a header's outline: round above, straight below."""
    path = QPainterPath()
    path.moveTo(0, HEADER)
    path.lineTo(0, RADIUS)
    path.arcTo(QRectF(0, 0, 2 * RADIUS, 2 * RADIUS), 180, -90)
    path.lineTo(width - RADIUS, 0)
    path.arcTo(QRectF(width - 2 * RADIUS, 0, 2 * RADIUS, 2 * RADIUS), 90, -90)
    path.lineTo(width, HEADER)
    path.closeSubpath()
    return path
