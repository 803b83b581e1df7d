"""The form's panel: the fields in order, the result below them, and Run always in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.form.card import FieldCard
from gui.form.files import Model
from gui.form.row import Row
from nodegraph.form import moved, shown, without_field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from gui.document.document import Document
    from nodegraph.edits import Edit

EMPTY = (
    "Nothing is in the form yet. Select a node, right-click one of its parameters "
    "and choose “Show in the form”."
)

ALONE, UNBOUNDED = 420, 16_777_215
"""The widest that fields are beside a result, and Qt's word for no bound."""


class FormPanel(QWidget):
    """Shows the form of a document, and sets what is filled in.

    Attributes:
        run_wanted: The button was pressed.
        paint_wanted: The mask of a node is to be painted; the node's id.
        graph_wanted: The form fills the window, and the graph is to be shown again.
        model_names: Tells which models of a kind there are, to be offered where one is named.
        rows: The fields that are shown, by name.
        card: Where a field's title and name are changed, once that was wanted.
    """

    run_wanted = Signal()
    paint_wanted = Signal(str)
    graph_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("form")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document: Document | None = None
        self.model_names: Callable[[str], Sequence[str]] = lambda _: ()
        self.rows: dict[str, Row] = {}
        self.card: FieldCard | None = None
        self._shown: object = None
        self._fields = QVBoxLayout()
        self._fields.setSpacing(16)
        self.empty = QLabel(EMPTY)
        self.empty.setWordWrap(True)
        self.empty.setProperty("weak", True)
        self.run = QPushButton("Run")
        self.run.setProperty("primary", True)
        self.run.setMinimumHeight(36)
        self.run.setToolTip("Run the workflow with these values")
        self.run.clicked.connect(self.run_wanted)
        self.back = QPushButton("Show graph")
        self.back.setMinimumHeight(36)
        self.back.setToolTip("Show the graph again, with the form beside it")
        self.back.clicked.connect(self.graph_wanted)
        self.back.hide()
        self.result = Picture()
        self._lay_out()
        self._build()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addWidget(self.empty)
        column.addLayout(self._fields)
        column.addWidget(self.result)
        column.addStretch(1)
        self._column = column
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self._left, self._box = QWidget(), QHBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        self._box.addWidget(self._left)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 12, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.run, 1)
        foot.addWidget(self.back)
        left.addLayout(foot)

    def stand_alone(self, alone: bool) -> None:
        """Fill a window, with the result beside the fields; or a dock, with it below them."""
        self._left.setMinimumWidth(ALONE if alone else 0)
        self._left.setMaximumWidth(ALONE if alone else UNBOUNDED)
        self.result.setParent(None)
        if alone:
            self._box.addWidget(self.result, 1)
        else:
            self._column.insertWidget(self._column.count() - 1, self.result)
        self._box.setContentsMargins(0, 0, 16 if alone else 0, 0)
        self.back.setVisible(alone)
        self.result.show_image(self.result.image)

    def show_document(self, document: Document | None) -> None:
        """Show another document's form."""
        if self._document is not None:
            self._document.changed.disconnect(self._follow)
        self._document = document
        self.close_card()
        if document is not None:
            document.changed.connect(self._follow)
        self._shown = None
        self._build()

    def show_result(self, image: QImage | None) -> None:
        """Show what the last run gave; ``None`` for nothing yet."""
        self.result.show_image(image)

    def set_running(self, running: bool) -> None:
        """Say whether a run is under way; another one may be asked for meanwhile."""
        self.run.setText("Running…" if running else "Run")

    def shift(self, name: str, step: int) -> None:
        """Put a field further up or down."""
        if self._document is None or name not in self.rows:
            return
        names = [field.name for field in self._document.graph.form]
        place = names.index(name) + step
        if 0 <= place < len(names):
            self._document.apply(moved(self._document.graph, name, place))
            self.rows[name].handle.setFocus()

    def remove(self, name: str) -> None:
        """Take a field out of the form."""
        if self._document is not None:
            self._document.apply(without_field(self._document.graph, name))

    def edit(self, name: str) -> None:
        """Show what is said of a field, to be changed, below it."""
        self.close_card()
        row, document = self.rows.get(name), self._document
        if row is not None and document is not None:
            self.card = FieldCard(document, row.field, row.editor.param)
            self.card.done.connect(self.close_card)
            self._place_card()
            self.card.title.setFocus()

    def close_card(self) -> None:
        """Put away what is said of a field."""
        if self.card is not None:
            self._fields.removeWidget(self.card)
            self.card.hide()
            self.card.deleteLater()
            self.card = None

    def _place_card(self) -> None:
        """Keep it below its field, wherever that is now; without the field it goes."""
        field = self.card.field if self.card is not None else None
        if self.card is None or field is None or field.name not in self.rows:
            self.close_card()
            return
        self._fields.removeWidget(self.card)
        below = self._fields.indexOf(self.rows[field.name]) + 1
        self._fields.insertWidget(below, self.card)

    def _follow(self, edit: Edit) -> None:
        self._build()

    def _build(self) -> None:
        """Show the form as it is: new rows only where fields came, went or moved."""
        document = self._document
        found = [] if document is None else list(shown(document.graph))
        if found != self._shown or document is None:
            self._shown = found
            self._clear()
            for field, param in found:
                assert document is not None
                row = Row(document, field, param)
                row.move_wanted.connect(self.shift)
                row.remove_wanted.connect(self.remove)
                row.edit_wanted.connect(self.edit)
                row.paint_wanted.connect(self.paint_wanted)
                if isinstance(row.editor, Model):
                    row.editor.names = self.model_names
                self.rows[field.name] = row
                self._fields.addWidget(row)
        self._place_card()
        for row in self.rows.values():
            row.refresh()
        self.empty.setVisible(not self.rows)
        self.run.setEnabled(document is not None)

    def _clear(self) -> None:
        for row in self.rows.values():
            self._fields.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {}


WIDEST = 768
"""Logical pixels that a result is wide at most."""


class Picture(QLabel):
    """A picture as wide as there is room, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName("Result")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.hide()

    def show_image(self, image: QImage | None) -> None:
        """Show a picture, or hide."""
        self.image = image
        self._scale()
        self.setVisible(image is not None and not image.isNull())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._scale()

    def _scale(self) -> None:
        if self.image is None or self.image.isNull():
            return
        ratio = self.devicePixelRatioF()
        width = max(round(min(self.width(), WIDEST) * ratio), 1)
        mode = Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(self.image.scaledToWidth(width, mode))
        pixmap.setDevicePixelRatio(ratio)
        self.setPixmap(pixmap)
        self.setMinimumHeight(round(pixmap.height() / ratio))
