"""Nodes at three levels of detail: everything; body, header and title; rectangles by color."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QTransform

from gui.canvas.looks import brush_of, pen_of
from gui.canvas.paint_fields import paint_values
from gui.canvas.paint_header import paint_header
from gui.canvas.paint_sockets import paint_halo, paint_socket
from gui.canvas.paint_state import outline, paint_message, paint_picture
from gui.canvas.stencils import paint_stencil
from gui.colors import mix
from gui.theme import RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.cards import Card
    from gui.canvas.sheet import Sheet

FADED = 0.45
"""Opacity of a node that does not run."""

TITLE_ROW = 17
"""Height of a header in the middle level of detail, in pixels of the screen."""

TITLED = 300
"""Up to so many nodes in view have their title in the middle level of detail."""


def paint_nodes(painter: QPainter, sheet: Sheet) -> None:
    """Paint the nodes that show, those on top last."""
    cards = sheet.scene.cards_in(sheet.area)
    if sheet.detail == "dots":
        _paint_rectangles(painter, sheet, cards)
    elif sheet.detail == "plain":
        for card in cards:
            _paint_plain(painter, sheet, card)
        if len(cards) <= TITLED:
            _paint_titles(painter, sheet, cards)
    else:
        for card in cards:
            _paint_full(painter, sheet, card)
    sheet.tally[sheet.detail] += len(cards)


def ground(sheet: Sheet, card: Card) -> QColor:
    """Return the color of a node's header."""
    theme = sheet.looks.theme
    if card.color and QColor(card.color).isValid():
        return QColor(mix(theme.body, QColor(card.color).name(), theme.header_share * 1.6))
    return sheet.looks.header(card.layout.spec.category)


def _paint_full(painter: QPainter, sheet: Sheet, card: Card) -> None:
    painter.save()
    _stand(painter, sheet, card)
    if card.node.mode != "run":
        painter.setOpacity(FADED)
    paint_stencil(painter, sheet.looks, card.layout, ground(sheet, card))
    paint_header(painter, sheet, card)
    paint_values(painter, sheet, card)
    paint_picture(painter, sheet, card)
    painter.setOpacity(1.0)
    _paint_outline(painter, sheet, card)
    _paint_sockets(painter, sheet, card)
    paint_message(painter, sheet, card)
    painter.restore()


def _stand(painter: QPainter, sheet: Sheet, card: Card) -> None:
    """Put the origin at a node's corner, on a whole pixel, so that hairlines are sharp."""
    scale = sheet.camera.scale
    x, y = sheet.camera.to_view(card.x, card.y)
    painter.setTransform(QTransform(scale, 0, 0, scale, round(x), round(y)))


def _paint_outline(painter: QPainter, sheet: Sheet, card: Card) -> None:
    pen = outline(sheet, card)
    if pen is not None:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rect = QRectF(0, 0, card.layout.width, card.layout.height)
        painter.drawRoundedRect(rect, RADIUS, RADIUS)


def _paint_sockets(painter: QPainter, sheet: Sheet, card: Card) -> None:
    """Paint the sockets; a parameter's only when it is linked, pointed at, or may be linked."""
    looks, lit = sheet.looks, sheet.marks.lit
    ins = {w.link.input for w in sheet.scene.wires_of(card.id) if w.link.target == card.id}
    outs = {w.link.output for w in sheet.scene.wires_of(card.id) if w.link.source == card.id}
    for sockets, linked, output in (
        (card.layout.inputs, ins, False),
        (card.layout.outputs, outs, True),
    ):
        for socket in sockets.values():
            fits = lit is not None and lit(card.id, socket.name, output)
            filled = socket.name in linked
            if socket.param and not (filled or fits or sheet.marks.hovered == card.id):
                continue
            if fits:
                paint_halo(painter, looks, socket.type, (socket.x, socket.y))
            painter.setOpacity(1.0 if fits or lit is None else 0.3)
            paint_socket(painter, looks, socket.type, (socket.x, socket.y), filled=filled)
    painter.setOpacity(1.0)


def _paint_plain(painter: QPainter, sheet: Sheet, card: Card) -> None:
    theme = sheet.looks.theme
    painter.setOpacity(1.0 if card.node.mode == "run" else FADED)
    painter.fillRect(card.rect, sheet.looks.color("body"))
    header = QRectF(card.x, card.y, card.layout.width, TITLE_ROW / sheet.camera.scale)
    painter.fillRect(header & card.rect, ground(sheet, card))
    painter.setPen(outline(sheet, card) or pen_of(theme.line, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(card.rect)
    painter.setOpacity(1.0)


def _paint_titles(painter: QPainter, sheet: Sheet, cards: list[Card]) -> None:
    """Paint titles at one size on the screen, whatever the zoom."""
    painter.save()
    painter.resetTransform()
    small = sheet.looks.small
    painter.setFont(small.font)
    painter.setPen(sheet.looks.color("strong"))
    for card in cards:
        width = round(card.layout.width * sheet.camera.scale) - 8
        x, y = sheet.camera.to_view(card.x, card.y)
        if width >= 28:
            painter.drawStaticText(
                QPointF(round(x) + 4, round(y) + 1), small.line(card.title, width)
            )
    painter.restore()


def _paint_rectangles(painter: QPainter, sheet: Sheet, cards: list[Card]) -> None:
    """Paint all bodies by color, each color at once."""
    theme, selected = sheet.looks.theme, sheet.marks.selected
    groups: dict[str, list[QRectF]] = {}
    for card in cards:
        state = sheet.states.nodes.get(card.id)
        special = card.id in selected or (state is not None and state.phase in ("running", "error"))
        key = _special(sheet, card) if special else card.color or card.layout.spec.category
        groups.setdefault(key, []).append(card.rect)
    painter.setPen(Qt.PenStyle.NoPen)
    for key, rects in groups.items():
        color = key if key.startswith("#") else mix(theme.body, theme.category(key), 0.5)
        painter.setBrush(brush_of(color))
        painter.drawRects(rects)


def _special(sheet: Sheet, card: Card) -> str:
    pen = outline(sheet, card)
    return sheet.looks.theme.accent if pen is None else pen.color().name()
