"""A bubble that points at a part of the window: a title, a few sentences, how far a tour is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.theme import RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gui.theme import Theme

Side: TypeAlias = Literal["left", "right", "above", "below", ""]

WIDTH, ARROW, APART = 340, 10, 8
"""Width of the text's ground, length of the arrow, and its distance from the part, in px."""

CHARACTERS = 46
"""How many characters fit on a line at least, however large text is."""

DOT = 6


class Bubble(QWidget):
    """Stands beside what it points at, wherever there is room."""

    def __init__(self, parent: QWidget, theme: Theme, count: int) -> None:
        super().__init__(parent)
        self._theme, self._side, self._tip = theme, "", 0
        self.hide()
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._title, self._text = QLabel(), QLabel()
        self._title.setProperty("title", True)
        self._title.setWordWrap(True)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._dots = _Dots(theme, count)
        self.skip, self.back, self.next = (QPushButton(one) for one in ("Skip", "Back", "Next"))
        self.skip.setProperty("flat", True)
        self.skip.setToolTip("End the tour; Help has it again")
        self.next.setProperty("primary", True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._dots, 1)
        for button in (self.skip, self.back, self.next):
            row.addWidget(button)
        box = self._box = QVBoxLayout(self)
        box.setContentsMargins(*(ARROW + one for one in (16, 14, 14, 12)))
        box.setSpacing(6)
        box.addWidget(self._title)
        box.addWidget(self._text, 1)
        box.addSpacing(8)
        box.addLayout(row)

    def tell(self, title: str, text: str, index: int) -> None:
        """Say something else."""
        last = index == self._dots.count - 1
        self._title.setText(title)
        self._text.setText(text)
        self.back.setVisible(index > 0)
        self.skip.setVisible(not last)
        self.next.setText("Done" if last else "Next")
        self._dots.show_index(index)
        self.setAccessibleName(f"{title}. {text}")
        self._text.ensurePolished()
        wide = CHARACTERS * self._text.fontMetrics().averageCharWidth()
        self.setFixedWidth(max(WIDTH, wide) + 2 * ARROW)
        self.setFixedHeight(self._box.totalHeightForWidth(self.width()))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def point_at(self, part: QRect | None, whole: QRect) -> None:
        """Stand beside a part, inside of the whole; in the middle where there is none."""
        self._side = "" if part is None else _side(part, whole, self.size())
        self.move(_corner(self._side, part or whole, whole, self.size()))
        middle = (part or whole).center() - self.pos()
        self._tip = middle.x() if self._side in ("above", "below") else middle.y()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the arrow as one shape."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(ARROW, ARROW, -ARROW, -ARROW)
        shape = QPainterPath()
        shape.addRoundedRect(ground, RADIUS + 2, RADIUS + 2)
        shape = shape.united(self._arrow(ground))
        painter.fillPath(shape, QColor(self._theme.body))
        painter.setPen(QPen(QColor(self._theme.accent), 1.5))
        painter.drawPath(shape)
        painter.end()

    def _arrow(self, ground: QRectF) -> QPainterPath:
        path = QPainterPath()
        if not self._side:
            return path
        along = ground.height() if self._side in ("left", "right") else ground.width()
        tip = min(max(float(self._tip), ARROW * 2.5), along - ARROW / 2)
        far = {
            "right": (QPointF(0, tip), QPointF(ground.left() + 1, tip), QPointF(0, 1)),
            "left": (QPointF(self.width(), tip), QPointF(ground.right() - 1, tip), QPointF(0, 1)),
            "below": (QPointF(tip, 0), QPointF(tip, ground.top() + 1), QPointF(1, 0)),
            "above": (
                QPointF(tip, self.height()),
                QPointF(tip, ground.bottom() - 1),
                QPointF(1, 0),
            ),
        }
        point, base, way = far[self._side]
        path.moveTo(point)
        path.lineTo(base + way * ARROW)
        path.lineTo(base - way * ARROW)
        path.closeSubpath()
        return path


class _Dots(QWidget):
    """Where one is."""

    def __init__(self, theme: Theme, count: int) -> None:
        super().__init__()
        self.count, self._theme, self._index = count, theme, 0

    def show_index(self, index: int) -> None:
        """Show another one."""
        self._index = index
        self.setAccessibleName(f"Step {index + 1} of {self.count}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the width of all dots."""
        return QSize(self.count * 2 * DOT, DOT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dots, the present one in the accent's color."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top = (self.height() - DOT) / 2
        for index in range(self.count):
            color = self._theme.accent if index == self._index else self._theme.line
            painter.setBrush(QColor(color))
            painter.drawEllipse(QRectF(index * 2 * DOT, top, DOT, DOT))
        painter.end()


def _side(part: QRect, whole: QRect, size: QSize) -> Side:
    """Return the side of a part with room for a bubble: right, left, below or above."""
    room: dict[Side, int] = {
        "right": whole.right() - part.right() - size.width(),
        "left": part.left() - whole.left() - size.width(),
        "below": whole.bottom() - part.bottom() - size.height(),
        "above": part.top() - whole.top() - size.height(),
    }
    fitting: list[Side] = [side for side, space in room.items() if space >= APART]
    return fitting[0] if fitting else ""


def _corner(side: Side, part: QRect, whole: QRect, size: QSize) -> QPoint:
    x = part.center().x() - size.width() // 2
    y = part.center().y() - size.height() // 2
    if side == "right":
        x = part.right() + APART
    elif side == "left":
        x = part.left() - APART - size.width()
    elif side == "below":
        y = part.bottom() + APART
    elif side == "above":
        y = part.top() - APART - size.height()
    right, bottom = whole.right() - size.width(), whole.bottom() - size.height()
    return QPoint(min(max(x, whole.left()), right), min(max(y, whole.top()), bottom))
