"""The tiles of the gallery: a list in icon mode that keeps its place when its model begins anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel


class GalleryView(QListView):
    """Shows tiles.

    Attributes:
        drag_wanted: The selected tiles are to be dragged; whoever has their files begins it.
    """

    drag_wanted = Signal()

    def __init__(self, model: QAbstractItemModel) -> None:
        super().__init__()
        self._place = 0
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(2)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        self.setAccessibleName("Gallery")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._return)

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Ask for the drag, whose files may still be elsewhere."""
        self.drag_wanted.emit()

    def _remember(self) -> None:
        self._place = self.verticalScrollBar().value()

    def _return(self) -> None:
        self.doItemsLayout()
        self.verticalScrollBar().setValue(self._place)
