"""How the lines of the queue look."""

from __future__ import annotations

from datetime import datetime
from time import monotonic, time
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.canvas.states import time_text
from gui.docks.queue_lines import values
from gui.docks.queue_model import LINE
from gui.docks.rows import bold, ground, height, small, write
from gui.sentences import as_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex
    from PySide6.QtGui import QFont

    from gui.canvas.looks import Looks
    from gui.docks.pace import Pace
    from gui.docks.queue_lines import Line
    from gui.theme import Theme
    from nodegraph.engine.jobs import Job

OPENED, SHUT = ((-3, -1.5), (0, 1.5), (3, -1.5)), ((-1.5, -3), (1.5, 0), (-1.5, 3))
"""The arrow of a batch."""
INSET, INDENT, CROSS = 34, 16, 28
"""Pixels left of the text; more of it inside of a batch; right of it for the cross."""


class QueueRows(QStyledItemDelegate):
    """Paints sections, batches and jobs."""

    def __init__(
        self, looks: Callable[[], Looks], paces: Mapping[str, Pace], parent: QObject
    ) -> None:
        """Paint with what is known of running jobs, by their ids."""
        super().__init__(parent)
        self._looks, self._paces = looks, paces

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a line; it is as wide as there is room."""
        line, font = cast("Line", index.data(LINE)), cast("QFont", option.font)  # type: ignore[attr-defined]
        if line.kind == "section":
            return QSize(0, height(font) + 12)
        return QSize(0, height(font) + height(small(font)) + 14)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a line."""
        line, theme = cast("Line", index.data(LINE)), self._looks().theme
        rect, font = cast("QRect", option.rect), cast("QFont", option.font)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.kind == "section":
            box = rect.adjusted(12, 2, -12, 0)
            write(painter, box, line.title, theme.weak, font=bold(small(font)))
        else:
            ground(painter, option, theme)
            self._paint_line(painter, rect, line, font)
            shown = QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected
            if option.state & shown:  # type: ignore[attr-defined]
                _paint_cross(painter, cross_box(rect), theme)
        painter.restore()

    def _paint_line(self, painter: QPainter, rect: QRect, line: Line, font: QFont) -> None:
        theme, left = self._looks().theme, INSET + (INDENT if line.inside else 0)
        _paint_sign(painter, QPointF(rect.left() + left - 14, rect.center().y() + 0.5), line, theme)
        top = QRect(rect.left() + left, rect.top() + 6, 0, height(font))
        top.setRight(rect.right() - CROSS)
        write(painter, top, line.title, theme.strong, font=font)
        below = top.translated(0, top.height() + 1)
        failed = line.kind == "job" and line.job.state == "failed"
        color = theme.error if failed else theme.weak
        pace = self._paces.get(line.job.id)
        write(painter, below, about(line, pace), color, font=small(font))
        if pace is not None and line.job.state == "running":
            _paint_bar(
                painter, QRectF(below.left(), below.bottom() + 2, below.width(), 3), pace, theme
            )


def cross_box(rect: QRect) -> QRect:
    """Return where in a line a click cancels or removes it."""
    return QRect(rect.right() - CROSS, rect.top(), CROSS, rect.height())


def about(line: Line, pace: Pace | None) -> str:
    """Return what a line says below its title."""
    if line.kind == "batch":
        return f"{len(line.jobs)} runs of one batch"
    job = line.job
    words = {"queued": "Waiting", "cancelled": "Cancelled", "running": "Starting"}
    if job.state == "running" and pace is not None and pace.text(monotonic()):
        spent = time_text(max(time() - (job.started or time()), 0.0))
        return " · ".join((pace.text(monotonic()), f"{spent} so far", *_where(job)))
    if job.state == "failed":
        return as_sentence(job.error.message) if job.error else "Failed"
    if job.state == "done":
        return _done(job)
    set_ = "" if line.inside else values(job)
    return " · ".join(part for part in (words[job.state], set_, job.note, *_where(job)) if part)


def _where(job: Job) -> tuple[str, ...]:
    """Return who runs a job, where there may be several who could."""
    several = job.state == "running" and job.worker not in ("", "cpu")
    return (f"on {job.worker}",) if several else ()


def _done(job: Job) -> str:
    finished, started = job.finished or 0.0, job.started or job.finished or 0.0
    count = len(job.outputs)
    saved = "" if not count else "1 file" if count == 1 else f"{count} files"
    clock = datetime.fromtimestamp(finished).strftime("%H:%M")
    return " · ".join(part for part in (clock, time_text(finished - started), saved) if part)


def _paint_bar(painter: QPainter, box: QRectF, pace: Pace, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.line))
    painter.drawRoundedRect(box, 1.5, 1.5)
    painter.setBrush(QColor(theme.running))
    box.setWidth(box.width() * max(pace.share, 0.0))
    painter.drawRoundedRect(box, 1.5, 1.5)


def _paint_sign(painter: QPainter, at: QPointF, line: Line, theme: Theme) -> None:
    """Paint the state as a sign that is known by its shape too."""
    painter.save()
    painter.translate(at)
    state = line.job.state
    if line.kind == "batch":
        tip = (
            ((-3, -1.5), (0, 1.5), (3, -1.5)) if line.opened else ((-1.5, -3), (1.5, 0), (-1.5, 3))
        )
        painter.setPen(_pen(theme.weak))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in tip]))
    elif state == "running":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.running))
        painter.drawPolygon(QPolygonF([QPointF(-3.5, -5), QPointF(5, 0), QPointF(-3.5, 5)]))
    elif state == "queued":
        painter.setPen(_pen(theme.weak))
        painter.drawEllipse(QPointF(0, 0), 4, 4)
    elif state == "done":
        painter.setPen(_pen(theme.running))
        painter.drawPolyline(QPolygonF([QPointF(-4, 0), QPointF(-1, 3), QPointF(4.5, -3.5)]))
    else:
        painter.setPen(_pen(theme.error if state == "failed" else theme.weak))
        painter.drawLine(QPointF(-3.5, -3.5), QPointF(3.5, 3.5))
        painter.drawLine(QPointF(3.5, -3.5), QPointF(-3.5, 3.5))
    painter.restore()


def _paint_cross(painter: QPainter, box: QRect, theme: Theme) -> None:
    at = QPointF(box.center())
    painter.setPen(_pen(theme.weak))
    painter.drawLine(at + QPointF(-3, -3), at + QPointF(3, 3))
    painter.drawLine(at + QPointF(3, -3), at + QPointF(-3, 3))


def _pen(color: str) -> QPen:
    return QPen(QColor(color), 1.6, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)
