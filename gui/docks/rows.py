"""What rows of the docks share: fonts that follow the text size, texts cut where they are wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle

from gui.colors import mix
from gui.theme import FIELD_RADIUS, SMALL, TEXT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem

    from gui.theme import Theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
ENDLESS = 10_000
"""Pixels that a wrapped text may be high while it is measured."""


def small(font: QFont) -> QFont:
    """Return a font for what stands beside, in the proportion of the theme's sizes."""
    return _sized(font, SMALL / TEXT)


def bold(font: QFont) -> QFont:
    """Return a font for headings."""
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made


def width(font: QFont, text: str) -> int:
    """Return how wide a text is, in pixels."""
    return QFontMetrics(font).horizontalAdvance(text)


def height(font: QFont, text: str = "", room: int = 0) -> int:
    """Return how high a line is, or a text that is wrapped into some room."""
    metrics = QFontMetrics(font)
    if not text:
        return metrics.height()
    return metrics.boundingRect(QRect(0, 0, room, ENDLESS), WRAPPED, text).height()


def write(
    painter: QPainter,
    rect: QRect,
    text: str,
    color: str,
    *,
    font: QFont,
    flags: Qt.AlignmentFlag | Qt.TextFlag = LEFT,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """Write a text, on one line cut with an ellipsis unless ``flags`` wrap it."""
    painter.setFont(font)
    painter.setPen(QColor(color))
    if not int(flags & Qt.TextFlag.TextWordWrap):
        text = QFontMetrics(font).elidedText(text, cut, rect.width())
    painter.drawText(rect, flags, text)


def ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    """Paint what is under a row: it is selected, it has the focus, or the pointer is over it."""
    state = option.state  # type: ignore[attr-defined]
    box = QRectF(option.rect).adjusted(4.5, 1.5, -4.5, -1.5)  # type: ignore[attr-defined]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_Selected:
        painter.setBrush(QColor(theme.fill))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(QColor(mix(theme.body, theme.strong, 0.08)))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    if state & QStyle.StateFlag.State_Selected and state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QColor(theme.accent))
    painter.drawRoundedRect(box, FIELD_RADIUS, FIELD_RADIUS)


def _sized(font: QFont, share: float) -> QFont:
    made = QFont(font)
    if font.pixelSize() > 0:
        made.setPixelSize(round(font.pixelSize() * share))
    else:
        made.setPointSizeF(font.pointSizeF() * share)
    return made
