"""The one real editor: it appears on the parameter that is edited, and goes when that is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPlainTextEdit, QWidget

from gui.canvas.entry import entered, shown_for_editing
from gui.canvas.looks import font_of
from gui.canvas.offering import offer, show_all
from gui.theme import FIELD_RADIUS, TEXT
from nodegraph.edits import SetParam
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from gui.canvas.canvas import Canvas
    from gui.canvas.looks import Looks
    from gui.canvas.measure import Field

ROW = 24
"""Height of a choice in the list, in logical pixels."""

ROWS = 12
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FieldEditor(QObject):
    """Edits one parameter in place: Enter keeps, Escape does not, Tab goes on to the next.

    Attributes:
        widget: The line, the text or the list that stands on the field.
        note: Says why what was typed does not fit.
    """

    def __init__(self, canvas: Canvas, node_id: str, field: Field) -> None:
        super().__init__(canvas)
        self._canvas, self._id, self._field = canvas, node_id, field
        self._over = False
        value = canvas.document.graph[node_id].params.get(field.param.name, field.param.default)
        self.widget = _widget(canvas, field, value)
        self.note = QLabel(canvas)
        self.note.setWordWrap(True)
        self.note.hide()
        for one in (self.widget, self.note):
            one.setStyleSheet(editor_style(canvas.looks))
        self.widget.setAccessibleName(f"{field.param.name} of {canvas.scene.cards[node_id].title}")
        self.widget.setGeometry(self._place())
        self.widget.installEventFilter(self)
        if isinstance(self.widget, QListWidget):
            self.widget.itemClicked.connect(self.commit)
        self.widget.show()
        self.widget.setFocus()
        self._offer()

    @property
    def node_id(self) -> str:
        """The node whose parameter it edits."""
        return self._id

    @property
    def text(self) -> str:
        """What is typed or chosen."""
        if isinstance(self.widget, QListWidget):
            item = self.widget.currentItem()
            return item.text() if item else ""
        return typed(self.widget)

    def _offer(self) -> None:
        """Offer the names of the models that the parameter may name."""
        names = self._canvas.model_names(self._field.param.kind) if self._field.param.kind else ()
        if not names or not isinstance(self.widget, QLineEdit):
            return
        offer(self.widget, names, lambda _: self.commit())
        show_all(self.widget)

    def commit(self) -> bool:
        """Set the parameter and close; tells whether what was typed fits, and says why not."""
        if self._over:
            return True
        param, document = self._field.param, self._canvas.document
        try:
            value = entered(param, self.text)
            if value != document.graph[self._id].params.get(param.name):
                document.apply(SetParam(self._id, param.name, value))
        except NodegraphError as error:
            self._say(str(error))
            return False
        self.close()
        return True

    def close(self) -> None:
        """Go away, keeping nothing that is not committed."""
        if self._over:
            return
        self._over = True
        put_away(self, self._canvas, self.widget, self.note)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read the keys that end editing; leaving the field keeps what fits."""
        if event.type() == QEvent.Type.FocusOut and not self._over:
            if cast("QFocusEvent", event).reason() == Qt.FocusReason.PopupFocusReason:
                return False
            if not self.commit():
                self.close()
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._key(cast("QKeyEvent", event))
        if event.type() == QEvent.Type.ShortcutOverride and _types(cast("QKeyEvent", event)):
            event.accept()
            return True
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close()
            return True
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            step = 1 if key == Qt.Key.Key_Tab else -1
            if self.commit():
                self._canvas.editing.open_next(self._id, self._field.param.name, step)
            return True
        typed_line = isinstance(self.widget, QPlainTextEdit)
        if key in ENTER and (not typed_line or held(event)):
            self.commit()
            return True
        return False

    def _say(self, sentence: str) -> None:
        place = self.widget.geometry()
        self.note.setText(sentence)
        self.note.setFixedWidth(max(place.width(), 220))
        self.note.adjustSize()
        self.note.move(place.left(), place.bottom() + 4)
        self.note.show()
        self.note.raise_()

    def _place(self) -> QRect:
        """Return where the editor stands: on the field, never smaller than at a zoom of 1."""
        canvas, field = self._canvas, self._field
        card, scale = canvas.scene.cards[self._id], canvas.camera.scale
        x, y = canvas.camera.to_view(card.x + field.x, card.y + field.y)
        grown = max(scale, 1.0)
        width, height = field.width * grown, field.height * grown
        if field.param.choices:
            height = min(len(field.param.choices), ROWS) * ROW + 8
        elif field.param.widget == "multiline":
            height *= 2
        top = min(y, max(canvas.height() - height - 8, 0))
        return QRect(round(x), round(top), round(width), round(height))


def _types(event: QKeyEvent) -> bool:
    """Tell whether a key is a letter, which here is no shortcut; lists would let it be one."""
    held_too = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return bool(event.text().strip()) and not event.modifiers() & held_too


def typed(widget: QLineEdit | QPlainTextEdit) -> str:
    """Return what is in a line or a text."""
    return widget.toPlainText() if isinstance(widget, QPlainTextEdit) else widget.text()


def put_away(editor: QObject, canvas: Canvas, widget: QWidget, *beside: QWidget) -> None:
    """Take an editor off the canvas, which has the focus again where the editor had it."""
    widget.removeEventFilter(editor)
    if widget.hasFocus():
        canvas.setFocus()
    for one in (widget, *beside):
        one.hide()
        one.deleteLater()
    canvas.editing.closed()
    editor.deleteLater()


def held(event: QKeyEvent) -> bool:
    """Tell whether Ctrl is held."""
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def _widget(canvas: Canvas, field: Field, value: Any) -> QLineEdit | QPlainTextEdit | QListWidget:
    """Return the widget that edits a parameter, holding its value."""
    font = font_of(max(round(TEXT * canvas.camera.scale), TEXT))
    if field.param.choices:
        made = QListWidget(canvas)
        made.addItems(list(field.param.choices))
        made.setCurrentRow(field.param.choices.index(value) if value in field.param.choices else 0)
    elif field.param.widget == "multiline":
        made = QPlainTextEdit(str(value), canvas)
        made.selectAll()
    else:
        made = QLineEdit(shown_for_editing(field.param, value), canvas)
        made.selectAll()
    made.setFont(font)
    return made


def editor_style(looks: Looks) -> str:
    """Return how editors on the canvas look."""
    theme = looks.theme
    return (
        f"QLineEdit, QPlainTextEdit, QListWidget {{ background: {theme.field};"
        f" color: {theme.strong}; border: 1px solid {theme.accent};"
        f" border-radius: {FIELD_RADIUS}px; padding: 2px 6px;"
        f" selection-background-color: {theme.accent}; selection-color: {theme.body}; }}"
        f"QListWidget {{ outline: none; }}"
        f"QListWidget::item {{ height: {ROW}px; }}"
        f"QListWidget::item:selected {{ background: {theme.accent}; color: {theme.body}; }}"
        f"QLabel {{ background: {theme.body}; color: {theme.error}; padding: 6px;"
        f" border: 1px solid {theme.error}; border-radius: {FIELD_RADIUS}px; }}"
    )
