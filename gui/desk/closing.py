"""Closing documents: one question for all that are unsaved, and never a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.document.placing import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.desk.desk import Desk
    from gui.desk.saving import Saving
    from gui.document.document import Document

WIDTH, LISTED = 440, 6
"""Width of the sheet in px, and how many documents it shows without scrolling."""

CHARACTERS = 54
"""How many characters fit on a line at least, however large text is."""


class CloseSheet(QDialog):
    """Lists what is unsaved, and asks what becomes of it.

    Attributes:
        wants_saved: What was pressed, once it is accepted: save, else discard.
    """

    def __init__(self, documents: list[Document], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.wants_saved = False
        self.setWindowTitle("Unsaved changes")
        self.ensurePolished()
        self.setFixedWidth(max(WIDTH, CHARACTERS * self.fontMetrics().averageCharWidth()))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 20, 20, 16)
        box.setSpacing(12)
        title = QLabel(_question(documents))
        title.setProperty("title", True)
        title.setWordWrap(True)
        self.setAccessibleName(title.text())
        box.addWidget(title)
        if len(documents) > 1:
            box.addWidget(_list(documents))
        note = QLabel("What you do not save now cannot be had back.")
        note.setProperty("weak", True)
        box.addWidget(note)
        box.addSpacing(4)
        box.addLayout(self._buttons(len(documents)))

    def _buttons(self, count: int) -> QHBoxLayout:
        self.discard = QPushButton("Discard" if count == 1 else "Discard all")
        self.cancel = QPushButton("Cancel")
        self.save = QPushButton("Save" if count == 1 else "Save all")
        self.save.setProperty("primary", True)
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        self.discard.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.discard)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        return row

    def _save(self) -> None:
        self.wants_saved = True
        self.accept()


class Closing:
    """Closes documents, after their owner has said what becomes of them."""

    def __init__(self, desk: Desk, saving: Saving, parent: QWidget) -> None:
        self._desk, self._saving, self._parent = desk, saving, parent
        self.sheet: CloseSheet | None = None

    def close(self, document: Document) -> None:
        """Close one document."""
        self.ask([document], lambda: self._desk.close(document))

    def close_others(self, document: Document) -> None:
        """Close all but one."""
        others = [one for one in self._desk.documents if one is not document]
        self.ask(others, lambda: self._close_all(others))

    def leave(self, then: Callable[[], object]) -> None:
        """Close everything, and then do something: remember what was open, end the program."""
        self.ask(self._desk.documents, then)

    def ask(self, documents: list[Document], then: Callable[[], object]) -> None:
        """Do something with documents once each is saved or given up, or else nothing at all.

        While the question is open, asking again only brings it to the front.
        """
        if self.sheet is not None:
            self.sheet.activateWindow()
            return
        unsaved = [document for document in documents if document.dirty]
        if not unsaved:
            then()
            return
        self.sheet = sheet = CloseSheet(unsaved, self._parent)
        sheet.finished.connect(lambda: self._answered(sheet, unsaved, then))
        sheet.open()

    def _answered(
        self, sheet: CloseSheet, unsaved: list[Document], then: Callable[[], object]
    ) -> None:
        self.sheet = None
        sheet.deleteLater()
        if sheet.result() == QDialog.DialogCode.Accepted:
            self._save_all(unsaved, then) if sheet.wants_saved else then()

    def _save_all(self, unsaved: list[Document], then: Callable[[], object]) -> None:
        """Save one after the other, since each may ask where to; the first that is not ends it."""
        if not unsaved:
            then()
            return
        self._saving.save(unsaved[0], lambda: self._save_all(unsaved[1:], then))

    def _close_all(self, documents: list[Document]) -> None:
        for document in documents:
            self._desk.close(document)


def _question(documents: list[Document]) -> str:
    if len(documents) > 1:
        return f"Save the changes to {counted(len(documents), 'workflow')}?"
    return f"Save the changes to {_name(documents[0])}?"


def _list(documents: list[Document]) -> QListWidget:
    names = QListWidget()
    names.setAccessibleName("Unsaved workflows")
    names.setSelectionMode(QListWidget.SelectionMode.NoSelection)
    names.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    for document in documents:
        item = QListWidgetItem(_name(document), names)
        item.setToolTip(str(document.path) if document.path else "It has no file yet")
    names.ensurePolished()
    row = names.sizeHintForRow(0)
    names.setFixedHeight(row * min(len(documents), LISTED) + 4)
    return names


def _name(document: Document) -> str:
    return document.path.name if document.path else "Untitled"
