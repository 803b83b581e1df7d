"""One field of the form: its title, a handle to move it, its editor, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from gui.document.seeds import lock, locked
from gui.form.editors import Seed, editor_for
from gui.form.files import Mask
from nodegraph.edits import SetParam
from nodegraph.errors import GraphError

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent

    from gui.document.document import Document
    from nodegraph.form_field import Field
    from nodegraph.params import Param


class Row(QWidget):
    """Edits a field's parameter in a document; what is typed at one go is one undo step.

    Attributes:
        move_wanted: The field, and how many places down it shall go.
        remove_wanted: The field shall leave the form.
        edit_wanted: Its title, its help or its name are to be changed.
        paint_wanted: The mask of its node is to be painted; the node's id.
    """

    move_wanted = Signal(str, int)
    remove_wanted = Signal(str)
    edit_wanted = Signal(str)
    paint_wanted = Signal(str)

    def __init__(self, document: Document, field: Field, param: Param) -> None:
        super().__init__()
        self.field, self._document = field, document
        title = field.title or param.name.replace("_", " ").capitalize()
        self.editor = editor_for(param, field.slider)
        self.editor.control.setAccessibleName(title)
        self.editor.control.setAccessibleDescription(field.help or param.help)
        self.editor.edited.connect(self._set)
        self.editor.refused.connect(self._say)
        if isinstance(self.editor, Seed):
            self.editor.locked.connect(self._lock)
        elif isinstance(self.editor, Mask):
            self.editor.paint_wanted.connect(lambda: self.paint_wanted.emit(field.node))
        self.label = QLabel(title)
        self.label.setBuddy(self.editor.control)
        self.handle = Handle(title)
        self.handle.moved.connect(self._move)
        self.more = QToolButton()
        self.more.setText("⋯")
        self.more.setProperty("flat", True)
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setToolTip("Change this field or take it out of the form")
        self.more.setAccessibleName(f"More for {title}")
        self.more.clicked.connect(self._pop_up)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self._help = field.help or param.help
        self._lay_out()
        self._say("")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.label, 1)
        head.addWidget(self.more)
        head.addWidget(self.handle)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self.editor)
        box.addWidget(self.note)

    def refresh(self) -> None:
        """Show the value that the document has; a parameter that a link drives is only shown."""
        graph, field = self._document.graph, self.field
        driven = graph.inputs(field.node).get(field.param, [])
        self.editor.setEnabled(not driven)
        if driven:
            self._say(f"The graph sets it: a link from {driven[0][0]} drives it.", wrong=False)
        value = graph[field.node].params.get(field.param, self.editor.param.default)
        self.editor.show_value(value)
        if isinstance(self.editor, Seed):
            self.editor.lock.setChecked(field.param in locked(graph, field.node))

    def menu(self) -> QMenu:
        """Return what can be done with the field, to be popped up."""
        menu, name = QMenu(self), self.field.name
        menu.addAction("Title, help and name…", lambda: self.edit_wanted.emit(name))
        menu.addAction("Move up", lambda: self._move(-1))
        menu.addAction("Move down", lambda: self._move(1))
        menu.addSeparator()
        menu.addAction("Take out of the form", lambda: self.remove_wanted.emit(name))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show what can be done with the field."""
        self.menu().popup(event.globalPos())

    def _pop_up(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _move(self, step: int) -> None:
        self.move_wanted.emit(self.field.name, step)

    def _lock(self, on: bool) -> None:
        self._document.apply(lock(self._document.graph, self.field.node, self.field.param, on=on))

    def _set(self, value: Any) -> None:
        node, param = self.field.node, self.field.param
        if self._document.graph[node].params.get(param) == value:
            return
        try:
            with self._document.gesture(f"Set {self.label.text()}", f"form {node}.{param}"):
                self._document.apply(SetParam(node, param, value))
        except GraphError as error:
            self._say(str(error))

    def _say(self, sentence: str, *, wrong: bool = True) -> None:
        text = sentence or self._help
        self.note.setProperty("error", bool(sentence) and wrong)
        self.note.setProperty("small", True)
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.note.style().polish(self.note)


class Handle(QToolButton):
    """Moves its field among the others: by dragging it, or with Up and Down.

    Attributes:
        moved: How many places down.
    """

    moved = Signal(int)
    STRIDE = 48
    """Pixels of a drag that move it by a place."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText("⠿")
        self.setProperty("flat", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("Drag to move this field, or press Up or Down")
        self.setAccessibleName(f"Move {title}")
        self._from = 0.0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by a place."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self._from = event.globalPosition().y()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Move by as many places as it was dragged over."""
        super().mouseReleaseEvent(event)
        step = round((event.globalPosition().y() - self._from) / self.STRIDE)
        if step:
            self.moved.emit(step)
