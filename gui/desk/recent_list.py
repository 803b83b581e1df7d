"""Recent files as a list, with their folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QKeyEvent

    from gui.desk.recents import Recents

SIDE = 260
"""Width of the list, in px."""

ROW, INSET = 44, 40
"""A row's least height, and what it needs beside its text."""


class RecentList(QListWidget):
    """Recent files with their folders; Delete, or the cross, forgets one; missing ones are gray.

    Attributes:
        chosen: One is wanted: its path.
    """

    chosen = Signal(object)

    def __init__(self, recents: Recents) -> None:
        super().__init__()
        self._recents = recents
        self.setObjectName("recent")
        self.setAccessibleName("Recent files")
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.itemActivated.connect(self._choose)
        recents.changed.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Make the entries anew."""
        self.clear()
        missing = {*self._recents.missing}
        for path in self._recents.paths:
            item = QListWidgetItem(self)
            item.setData(Qt.ItemDataRole.UserRole, path)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, path.name)
            item.setToolTip(str(path))
            row = self._row(path, gone=path in missing)
            self.setItemWidget(item, row)
            item.setSizeHint(QSize(0, max(row.sizeHint().height(), ROW)))
        if not self.count():
            item = QListWidgetItem("What you open and save is listed here.", self)
            item.setFlags(Qt.ItemFlag.NoItemFlags)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Forget the file with Delete."""
        path = self.currentItem().data(Qt.ItemDataRole.UserRole) if self.currentItem() else None
        if event.key() == Qt.Key.Key_Delete and path is not None:
            self._recents.remove(path)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Paint the crosses in the theme's color."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.fill()

    def _choose(self, item: QListWidgetItem) -> None:
        path = item.data(Qt.ItemDataRole.UserRole)
        if path is not None and path.is_file():
            self.chosen.emit(path)

    def _row(self, path: Path, *, gone: bool) -> QWidget:
        name, folder = QLabel(), QLabel()
        name.setProperty("weak", gone)
        folder.setProperty("small", True)
        _tell(name, path.name)
        _tell(folder, "not found" if gone else _short(path.parent))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(name)
        texts.addWidget(folder)
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(8, 4, 4, 4)
        box.addLayout(texts, 1)
        if gone:
            box.addWidget(self._cross(path))
        return row

    def _cross(self, path: Path) -> QToolButton:
        cross = QToolButton()
        cross.setProperty("flat", True)
        cross.setIcon(icon("close", self.palette().color(QPalette.ColorRole.WindowText).name()))
        cross.setToolTip(f"Forget {path.name}")
        cross.setAccessibleName(f"Forget {path.name}")
        cross.clicked.connect(lambda: self._recents.remove(path))
        return cross


def _tell(label: QLabel, text: str) -> None:
    """Show a text, its middle left out where it is too long."""
    label.ensurePolished()
    elide = Qt.TextElideMode.ElideMiddle
    label.setText(label.fontMetrics().elidedText(text, elide, SIDE - INSET))


def _short(folder: Path) -> str:
    """Return a folder with the user's own as ``~``."""
    home = folder.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
