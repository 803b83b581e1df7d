"""Nodes at three levels of detail: everything; body, header and title; rectangles by color."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QTransform

from gui.canvas.paint_fields import paint_values
from gui.canvas.paint_header import paint_header
from gui.canvas.paint_modes import VEIL, paint_advice, paint_folder, paint_mode
from gui.canvas.paint_sockets import paint_cover, paint_dimmed, paint_halo, paint_socket
from gui.canvas.paint_state import outline, paint_message, paint_picture
from gui.canvas.pens import brush_of, pen_of
from gui.canvas.pictures import fitted, paint_small, room_of
from gui.canvas.stencils import MARGIN, paint_stencil
from gui.colors import mix
from gui.theme import RADIUS
from nodegraph.sockets import has_variable

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.cards import Card
    from gui.canvas.sheet import Lit, Sheet
    from nodegraph.graph import Link

TITLE_ROW = 17
"""Height of a header in the middle level of detail, in pixels of the screen."""

TITLED = 300
"""Up to so many nodes in view have their title in the middle level of detail."""


def paint_nodes(painter: QPainter, sheet: Sheet) -> None:
    """Paint the nodes that show, those on top last."""
    cards = sheet.scene.cards_in(sheet.area)
    if sheet.detail == "dots":
        paint_rectangles(painter, sheet, cards)
    elif sheet.detail == "plain":
        for card in cards:
            _paint_plain(painter, sheet, card)
        if len(cards) <= TITLED:
            _paint_titles(painter, sheet, cards)
    else:
        painter.save()
        for card in cards:
            _paint_full(painter, sheet, card)
        painter.restore()
    sheet.tally[sheet.detail] += len(cards)


def ground(sheet: Sheet, card: Card) -> QColor:
    """Return the color of a node's header."""
    theme = sheet.looks.theme
    if card.color and QColor(card.color).isValid():
        return QColor(mix(theme.body, QColor(card.color).name(), theme.header_share * 1.6))
    return sheet.looks.header(card.layout.spec.category)


def _paint_full(painter: QPainter, sheet: Sheet, card: Card) -> None:
    _paint_stencil(painter, sheet, card)
    paint_advice(painter, sheet, card)
    links = [wire.link for wire in sheet.scene.wires_of(card.id)]
    driven = {link.input for link in links if link.target == card.id}
    paint_values(painter, sheet, card, driven)
    paint_picture(painter, sheet, card)
    paint_mode(painter, sheet, card)
    paint_header(painter, sheet, card)
    _paint_outline(painter, sheet, card)
    _paint_sockets(painter, sheet, card, links)
    paint_message(painter, sheet, card)


def _paint_stencil(painter: QPainter, sheet: Sheet, card: Card) -> None:
    """Paint what all nodes of the type share, and leave the origin at the node's corner.

    The corner is put on a whole pixel, so that hairlines are sharp.
    """
    scale, ratio = sheet.camera.scale, sheet.ratio
    header = ground(sheet, card).name()
    left, top = sheet.camera.to_view(card.x, card.y)
    x, y, inset = round(left), round(top), round(MARGIN * scale)
    painter.setTransform(QTransform(scale, 0, 0, scale, x, y))
    paint_folder(painter, sheet, card)
    if sheet.vector:
        paint_stencil(painter, sheet.looks, card.layout, ground(sheet, card))
        return
    picture = sheet.looks.stencils.picture(card.layout, header, scale, ratio)
    painter.resetTransform()
    painter.drawPixmap(x - inset, y - inset, picture)
    painter.setTransform(QTransform(scale, 0, 0, scale, x, y))


def _paint_outline(painter: QPainter, sheet: Sheet, card: Card) -> None:
    pen = outline(sheet, card)
    if pen is not None:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rect = QRectF(0, 0, card.layout.width, card.layout.height)
        painter.drawRoundedRect(rect, RADIUS, RADIUS)


def _paint_sockets(painter: QPainter, sheet: Sheet, card: Card, links: list[Link]) -> None:
    """Paint the linked sockets; while a link is dragged, light up those at which it may end."""
    looks, layout = sheet.looks, card.layout
    for link in links:
        for socket in (
            layout.inputs.get(link.input) if link.target == card.id else None,
            layout.outputs.get(link.output) if link.source == card.id else None,
        ):
            if socket is not None:
                kind = socket.type
                if has_variable(kind):
                    kind = sheet.scene.carried(sheet.scene.wires[link])
                    paint_cover(painter, looks, (socket.x, socket.y))
                paint_socket(painter, looks, kind, (socket.x, socket.y), filled=True)
    if sheet.marks.lit is not None:
        _paint_lit(painter, sheet, card, sheet.marks.lit)


def _paint_lit(painter: QPainter, sheet: Sheet, card: Card, lit: Lit) -> None:
    looks = sheet.looks
    for output, sockets in ((False, card.layout.inputs), (True, card.layout.outputs)):
        for socket in sockets.values():
            at = (socket.x, socket.y)
            if lit(card.id, socket.name, output):
                paint_halo(painter, looks, socket.type, at)
                linked = sheet.scene.linked(card.id, socket.name, output=output)
                paint_socket(painter, looks, socket.type, at, filled=linked)
            elif not socket.param:
                paint_dimmed(painter, looks, at)


def _paint_plain(painter: QPainter, sheet: Sheet, card: Card) -> None:
    theme = sheet.looks.theme
    painter.setOpacity(1.0 if card.node.mode == "run" else 1.0 - VEIL)
    painter.fillRect(card.rect, sheet.looks.color("body"))
    header = QRectF(card.x, card.y, card.layout.width, TITLE_ROW / sheet.camera.scale)
    painter.fillRect(header & card.rect, ground(sheet, card))
    painter.setPen(outline(sheet, card) or pen_of(theme.line, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(card.rect)
    picture = sheet.states.picture(card.id) if card.layout.thumbnail else None
    if picture is not None:
        spot = fitted(room_of(card.layout).translated(card.x, card.y), picture)
        paint_small(painter, sheet, picture, spot)
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


def paint_rectangles(painter: QPainter, sheet: Sheet, cards: list[Card]) -> None:
    """Paint all bodies by color, each color at once, and on top those that stand out."""
    theme = sheet.looks.theme
    groups: dict[str, list[QRectF]] = {}
    for card in cards:
        groups.setdefault(card.tint, []).append(card.rect)
    painter.setPen(Qt.PenStyle.NoPen)
    for tint, rects in groups.items():
        color = tint if QColor.isValidColorName(tint) else theme.category(tint)
        painter.setBrush(brush_of(mix(theme.body, QColor(color).name(), 0.5)))
        painter.drawRects(rects)
    groups = {}
    for card in _outstanding(sheet, cards):
        pen = outline(sheet, card)
        if pen is not None:
            groups.setdefault(pen.color().name(), []).append(card.rect)
    for color, rects in groups.items():
        painter.setBrush(brush_of(color))
        painter.drawRects(rects)


def _outstanding(sheet: Sheet, cards: list[Card]) -> list[Card]:
    """Return the nodes that are selected, run or failed."""
    active = {
        node_id
        for node_id, state in sheet.states.nodes.items()
        if state.phase in ("running", "error")
    }
    marked = sheet.marks.selected | active
    return [card for card in cards if card.node.id in marked] if marked else []
