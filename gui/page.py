"""One tab: a document's graph on a canvas, with what belongs to it above and below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.canvas.canvas import Canvas
from gui.canvas.minimap import Minimap
from gui.canvas.palette import Palette

if TYPE_CHECKING:
    from gui.canvas.looks import Looks
    from gui.document.document import Document


class Page(QWidget):
    """Shows one document.

    Attributes:
        canvas_changed: Another canvas is shown now: of a subgraph's inside, or of the whole.
        selection_changed: Other nodes are selected now.
        canvas: Of what is shown now.
        above: Where bars and the breadcrumb stand.
        below: Where the timeline stands.
    """

    canvas_changed = Signal()
    selection_changed = Signal()

    def __init__(self, document: Document, looks: Looks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.document, self._looks = document, looks
        self.above, self.below = _column(), _column()
        box = _column()
        self.setLayout(box)
        box.addLayout(self.above)
        self.canvas = self._make_canvas()
        box.addWidget(self.canvas, 1)
        box.addLayout(self.below)
        self.setFocusProxy(self.canvas)

    def restyle(self, looks: Looks) -> None:
        """Show it in another theme."""
        self._looks = self.canvas.looks = looks
        self.minimap.forget()
        self.canvas.update()

    def _make_canvas(self) -> Canvas:
        canvas = Canvas(self.document, self._looks, self)
        self.minimap, self.palette_ = Minimap(canvas), Palette(canvas)
        canvas.selection_changed.connect(self.selection_changed)
        return canvas


def _column() -> QVBoxLayout:
    box = QVBoxLayout()
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    return box
