"""A list: a strip of its items, and the one that was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gui.viewers.looking import SMALL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gui.viewers.source import Source
    from gui.viewers.viewer import Viewer

DRAWN = ("image", "mask", "latent", "video", "audio", "conditioning", "schedule")
"""Kinds of items that have a picture."""

ICON, STRIP = QSize(72, 72), 124


class ListItems(QWidget):
    """A list.

    Attributes:
        strip: Its items.
    """

    def __init__(self, viewer_of: Callable[[str], Viewer], parent: QWidget | None = None) -> None:
        """Make a viewer.

        Args:
            viewer_of: Makes or finds the viewer of a kind of value, for the chosen item.
        """
        super().__init__(parent)
        self._viewer_of = viewer_of
        self._source: Source | None = None
        self._shown: Viewer | None = None
        self.strip = QListWidget()
        self.strip.setViewMode(QListView.ViewMode.IconMode)
        self.strip.setFlow(QListView.Flow.LeftToRight)
        self.strip.setWrapping(False)
        self.strip.setMovement(QListView.Movement.Static)
        self.strip.setIconSize(ICON)
        self.strip.setGridSize(QSize(ICON.width() + 20, ICON.height() + 32))
        self.strip.setFixedHeight(STRIP)
        self.strip.setAccessibleName("Items")
        self.strip.currentRowChanged.connect(self._choose)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addWidget(self.strip)
        self._filler = QWidget()
        self._box.addWidget(self._filler, 1)

    @property
    def face(self) -> QWidget:
        """Itself."""
        return self

    def show_value(self, source: Source) -> None:
        """Show the items of a list, the one at the same place as before."""
        row = max(self.strip.currentRow(), 0)
        self._source = source
        self.strip.blockSignals(True)
        self.strip.clear()
        items = source.about.get("items", ())
        for index, about in enumerate(items):
            self._add(source, index, about)
        rest = source.about.get("count", 0) - len(items)
        if rest > 0:
            more = QListWidgetItem(f"and {rest} more")
            more.setFlags(Qt.ItemFlag.NoItemFlags)
            self.strip.addItem(more)
        self.strip.blockSignals(False)
        self._filler.setVisible(not items)
        if items:
            self.strip.setCurrentRow(min(row, len(items) - 1))

    def image(self) -> QImage:
        """Return the chosen item's picture."""
        return self._shown.image() if self._shown is not None else QImage()

    def text(self) -> str:
        """Return the chosen item's text."""
        return self._shown.text() if self._shown is not None else ""

    def _add(self, source: Source, index: int, about: Mapping[str, Any]) -> None:
        item = QListWidgetItem(str(about.get("text", f"{index + 1}"))[:24])
        item.setToolTip(f"Item {index + 1}: {about.get('type', '')}")
        item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
        self.strip.addItem(item)
        if about.get("kind") in DRAWN:

            def draw(image: QImage) -> None:
                item.setIcon(QIcon(QPixmap.fromImage(image)))

            source.item(index, about).picture(SMALL, draw, _ignore)

    def _choose(self, row: int) -> None:
        source = self._source
        if source is None or not 0 <= row < len(source.about.get("items", ())):
            return
        about = source.about["items"][row]
        item = source.item(row, about)
        if self._shown is not None:
            self._shown.face.hide()
        self._shown = self._viewer_of(item.kind)
        self._box.addWidget(self._shown.face, 1)
        self._shown.face.show()
        self._shown.show_value(item)


def _ignore(_: str) -> None:
    """Leave an item without a picture."""
