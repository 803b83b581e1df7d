"""One tab: a document's graph on a canvas, or the inside of one of its subgraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui.canvas.canvas import Canvas
from gui.canvas.minimap import Minimap
from gui.canvas.palette import Palette
from gui.scope.scope import Scope
from gui.scope.way import definitions
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from gui.canvas.looks import Looks
    from gui.document.document import Document


class Page(QWidget):
    """Shows one document.

    Attributes:
        made: A canvas was made; it is shown next.
        canvas_changed: Another canvas is shown now: of a subgraph's inside, or of the whole.
        selection_changed: Other nodes are selected now.
        uses: The nodes that were entered to come to what is shown, outermost first.
        above: Where bars and the breadcrumb stand.
        below: Where the timeline stands.
    """

    made = Signal(object)
    canvas_changed = Signal()
    selection_changed = Signal()

    def __init__(self, document: Document, looks: Looks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.document, self._looks = document, looks
        self.uses: tuple[str, ...] = ()
        self.above, self.below, box = _column(), _column(), _column()
        self._stack = QStackedWidget()
        self._canvases: dict[str, Canvas] = {}
        self.setLayout(box)
        box.addLayout(self.above)
        box.addWidget(self._stack, 1)
        box.addLayout(self.below)

    @property
    def canvas(self) -> Canvas:
        """The canvas shown."""
        return cast("Canvas", self._stack.currentWidget())

    @property
    def canvases(self) -> list[Canvas]:
        """All canvases made so far."""
        return list(self._canvases.values())

    def show_whole(self) -> None:
        """Show the document itself."""
        self.show_inside(())

    def enter(self, node_id: str) -> None:
        """Show the inside of a subgraph's node of what is shown; of any other node, do nothing."""
        graph = self.canvas.document.graph
        if node_id in graph and graph[node_id].type.startswith(SUBGRAPH):
            self.show_inside((*self.uses, node_id))

    def leave(self) -> None:
        """Show what is around; there is nothing around the whole."""
        if self.uses:
            self.show_inside(self.uses[:-1])

    def show_inside(self, uses: tuple[str, ...]) -> None:
        """Show the inside of the last of some nodes, each inside of the one before it."""
        name = self._definition(uses)
        self.uses = uses if name else ()
        if name not in self._canvases:
            self._canvases[name] = self._make(name)
        self._stack.setCurrentWidget(self._canvases[name])
        self.setFocusProxy(self.canvas)
        self.canvas.setFocus()
        self.canvas_changed.emit()
        self.selection_changed.emit()

    def restyle(self, looks: Looks) -> None:
        """Show it in another theme."""
        self._looks = looks
        for canvas in self._canvases.values():
            canvas.looks = looks
            for map_ in canvas.findChildren(Minimap):
                map_.forget()
            canvas.update()

    def _definition(self, uses: tuple[str, ...]) -> str:
        """Return the definition that is inside of the last; empty where a use is gone."""
        names = definitions(self.document.graph, uses)
        return names[-1] if uses and len(names) == len(uses) else ""

    def _make(self, name: str) -> Canvas:
        shown = Scope(self.document, name) if name else self.document
        canvas = Canvas(cast("Document", shown), self._looks)
        Minimap(canvas)
        Palette(canvas)
        if isinstance(shown, Scope):
            shown.gone.connect(self._forget_gone)
            shown.renamed.connect(self._rename)
        canvas.selection_changed.connect(self.selection_changed)
        canvas.entered.connect(self.enter)
        canvas.left.connect(self.leave)
        self._stack.addWidget(canvas)
        canvas.resize(self._stack.size())
        canvas.fit()
        self.made.emit(canvas)
        return canvas

    def _rename(self) -> None:
        self._canvases = {
            scope.name if isinstance(scope := canvas.document, Scope) else "": canvas
            for canvas in self._canvases.values()
        }

    def _forget_gone(self) -> None:
        """Take away the canvases of definitions that are no more."""
        known = self.document.graph.subgraphs
        for name, canvas in list(self._canvases.items()):
            scope = canvas.document
            if isinstance(scope, Scope) and known.get(scope.name) is not scope.graph:
                del self._canvases[name]
                scope.close()
                self._stack.removeWidget(canvas)
                canvas.deleteLater()
        self.show_inside(self.uses if self._definition(self.uses) in self._canvases else ())


def _column() -> QVBoxLayout:
    box = QVBoxLayout()
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    return box
