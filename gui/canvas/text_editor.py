"""A text that is edited where it stands: a title, a note."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from gui.canvas.fields import ENTER, editor_style, held, put_away, typed
from gui.canvas.looks import font_of
from gui.theme import TEXT
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

    from gui.canvas.boxes import Box
    from gui.canvas.canvas import Canvas


class TextEditor(QObject):
    """Stands on a rectangle of the scene: Enter keeps (Ctrl+Enter in a note), Escape does not."""

    node_id = ""

    def __init__(
        self, canvas: Canvas, box: Box, text: str, keep: Callable[[str], None], *, lines: bool
    ) -> None:
        super().__init__(canvas)
        self._canvas, self._before, self._keep, self._over = canvas, text, keep, False
        made = QPlainTextEdit(text, canvas) if lines else QLineEdit(text, canvas)
        made.selectAll()
        self.widget = made
        made.setFont(font_of(max(round(TEXT * canvas.camera.scale), TEXT)))
        made.setStyleSheet(editor_style(canvas.looks))
        made.setAccessibleName("Note in Markdown" if lines else "Title")
        made.setGeometry(_place(canvas, box))
        made.installEventFilter(self)
        made.show()
        made.setFocus()

    @property
    def text(self) -> str:
        """What is typed."""
        return typed(self.widget)

    def commit(self) -> bool:
        """Keep the text and close; tells whether it could be kept."""
        if not self._over and self.text != self._before:
            try:
                self._keep(self.text)
            except NodegraphError as error:
                self.widget.setToolTip(str(error))
                return False
        self.close()
        return True

    def close(self) -> None:
        """Go away, keeping nothing."""
        if self._over:
            return
        self._over = True
        put_away(self, self._canvas, self.widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read the keys that end editing; leaving keeps what is typed."""
        if event.type() == QEvent.Type.FocusOut and not self._over:
            if not self.commit():
                self.close()
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        key = cast("QKeyEvent", event)
        if key.key() == Qt.Key.Key_Escape:
            self.close()
            return True
        if key.key() in ENTER and (isinstance(self.widget, QLineEdit) or held(key)):
            self.commit()
            return True
        return False


def _place(canvas: Canvas, box: Box) -> QRect:
    left, top = canvas.camera.to_view(box[0], box[1])
    right, bottom = canvas.camera.to_view(box[2], box[3])
    return QRect(
        round(left), round(top), max(round(right - left), 160), max(round(bottom - top), 28)
    )
