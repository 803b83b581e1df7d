"""What is the same on all nodes of a type (body, header ground, names, fields, free sockets), kept
as a picture at the zoom in use: a node is then one picture, its values and its linked sockets."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap, QTransform

from gui.canvas.measure import HEADER
from gui.canvas.paint_fields import paint_ground
from gui.canvas.paint_sockets import paint_socket
from gui.canvas.pens import brush_of, pen_of
from gui.canvas.values import label
from gui.theme import RADIUS

if TYPE_CHECKING:
    from gui.canvas.looks import Looks
    from gui.canvas.measure import Layout, Socket

NAME = 12
"""Between a socket's middle and its name."""


MARGIN = 10
"""Around the body in a picture, for sockets and the outline, in scene pixels."""

BUDGET = 16 * 2**20
"""Bytes of pictures kept; beyond it all are made anew."""


class Stencils:
    """Pictures of node types for one theme."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._kept: dict[tuple[Layout, str, float, float], QPixmap] = {}
        self._bytes = 0

    def picture(self, layout: Layout, header: str, scale: float, ratio: float) -> QPixmap:
        """Return the picture of a layout.

        Args:
            layout: Of the node's type.
            header: The header's color.
            scale: Logical pixels a scene pixel.
            ratio: Device pixels a logical pixel.
        """
        key = layout, header, scale, ratio
        found = self._kept.get(key)
        return self._made(key) if found is None else found

    def _made(self, key: tuple[Layout, str, float, float]) -> QPixmap:
        layout, header, scale, ratio = key
        size = QSizeF(layout.width + 2 * MARGIN, layout.height + 2 * MARGIN) * scale * ratio
        made = QPixmap(ceil(size.width()), ceil(size.height()))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = round(MARGIN * scale)
        painter.setTransform(QTransform(scale, 0, 0, scale, inset, inset))
        paint_stencil(painter, self._looks, layout, QColor(header))
        painter.end()
        self._keep(key, made)
        return made

    def _keep(self, key: tuple[Layout, str, float, float], made: QPixmap) -> None:
        size = made.width() * made.height() * 4
        if self._bytes + size > BUDGET:
            self._kept.clear()
            self._bytes = 0
        self._kept[key] = made
        self._bytes += size


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
    for sockets in () if layout.collapsed else (layout.inputs, layout.outputs):
        for socket in sockets.values():
            if not socket.param:
                paint_socket(painter, looks, socket.type, (socket.x, socket.y), filled=False)


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
