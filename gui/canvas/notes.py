"""Notes: Markdown that is laid out once and fetches nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from gui.canvas.looks import font_of
from gui.canvas.pens import brush_of, pen_of
from gui.colors import mix
from gui.theme import RADIUS, TEXT

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.cards import Note
    from gui.canvas.sheet import Sheet

PAD = 12
HEADINGS = {1: TEXT + 6, 2: TEXT + 3, 3: TEXT + 1}
"""Sizes of headings by level; further ones are as large as text."""

EMPTY = "*Double-click to write*"


class _Text(QTextDocument):
    """A text that loads neither pictures nor style sheets, wherever they are."""

    def loadResource(self, type: int, name: QUrl | str) -> None:
        return None


@lru_cache(maxsize=128)
def laid_out(markdown: str, width: float, accent: str) -> QTextDocument:
    """Return a note's text, wrapped at a width in scene pixels, its links in a color."""
    made = _Text()
    made.setDefaultFont(font_of(TEXT))
    made.setDocumentMargin(0)
    made.setIndentWidth(20)
    made.setUseDesignMetrics(True)
    made.setMarkdown(
        markdown or EMPTY,
        QTextDocument.MarkdownFeature(
            QTextDocument.MarkdownFeature.MarkdownDialectGitHub.value
            | QTextDocument.MarkdownFeature.MarkdownNoHTML.value
        ),
    )
    _temper(made)
    _color_links(made, accent)
    made.setTextWidth(width)
    return made


def _temper(text: QTextDocument) -> None:
    """Give headings sizes that suit a note, and room above."""
    cursor, block = QTextCursor(text), text.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        if level:
            cursor.setPosition(block.position())
            cursor.movePosition(cursor.MoveOperation.EndOfBlock, cursor.MoveMode.KeepAnchor)
            style = QTextCharFormat()
            style.setFont(font_of(HEADINGS.get(level, TEXT), bold=True))
            cursor.setCharFormat(style)
            room = block.blockFormat()
            room.setTopMargin(0 if block.blockNumber() == 0 else 8)
            room.setBottomMargin(4)
            cursor.setBlockFormat(room)
        block = block.next()


def _color_links(text: QTextDocument, accent: str) -> None:
    """Give links a color of the theme in place of the blue that Qt gives them."""
    for start, end in _links(text):
        cursor, style = QTextCursor(text), QTextCharFormat()
        cursor.setPosition(start)
        cursor.setPosition(end, cursor.MoveMode.KeepAnchor)
        style.setForeground(brush_of(accent))
        cursor.mergeCharFormat(style)


def _links(text: QTextDocument) -> list[tuple[int, int]]:
    """Return from where to where links are."""
    found, block = list[tuple[int, int]](), text.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            piece = pieces.fragment()
            if piece.charFormat().isAnchor():
                found.append((piece.position(), piece.position() + piece.length()))
            pieces += 1
        block = block.next()
    return found


def paint_notes(painter: QPainter, sheet: Sheet) -> None:
    """Paint the notes that show; their text where it can be read."""
    for note in sheet.scene.notes.values():
        left, top, right, bottom = note.box
        area = sheet.area
        if left > area[2] or right < area[0] or top > area[3] or bottom < area[1]:
            continue
        _paint_paper(painter, sheet, note)
        if sheet.detail == "full":
            _paint_text(painter, sheet, note)
        sheet.tally["notes"] += 1


def _paint_paper(painter: QPainter, sheet: Sheet, note: Note) -> None:
    theme = sheet.looks.theme
    left, top, right, bottom = note.box
    tint = QColor(note.color).name() if QColor(note.color).isValid() else theme.category("value")
    marked = ("notes", note.id) in sheet.marks.areas
    paper = mix(theme.body, tint, 0.14)
    painter.setBrush(brush_of(paper))
    painter.setPen(pen_of(theme.accent, 2.0) if marked else pen_of(mix(paper, tint, 0.4), 1.0))
    painter.drawRoundedRect(QRectF(left, top, right - left, bottom - top), RADIUS, RADIUS)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_text(painter: QPainter, sheet: Sheet, note: Note) -> None:
    left, top, right, bottom = note.box
    text = laid_out(note.text, right - left - 2 * PAD, sheet.looks.theme.accent)
    context = QAbstractTextDocumentLayout.PaintContext()
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, sheet.looks.color("strong" if note.text else "weak"))
    context.palette = palette  # type: ignore[attr-defined]
    painter.save()
    painter.translate(left + PAD, top + PAD)
    room = QRectF(0, 0, right - left - 2 * PAD, bottom - top - 2 * PAD)
    painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
    context.clip = room  # type: ignore[attr-defined]
    text.documentLayout().draw(painter, context)
    painter.restore()
