"""Help on the selected node: what it does, its sockets and parameters, and what fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from PySide6.QtCore import QEvent, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from gui.canvas.paint_sockets import paint_socket
from gui.docks.emptiable import Emptiable
from gui.docks.help_text import KIND, TYPE, help_html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gui.canvas.looks import Looks
    from nodegraph.spec import NodeSpec

SIGN = 12
"""Pixels of a socket's picture."""
EMPTY = "No node is selected"
HINT = "Select a node, or a type in the library, to read what it does."


class Help(QWidget):
    """Shows the help on one type at a time.

    Attributes:
        chosen: The type that is shown is to be added to the graph, by id.
        page: The text.
        back: Shows the type before.
        add: Adds the type that is shown.
    """

    chosen = Signal(str)

    def __init__(
        self, types: Callable[[], Mapping[str, NodeSpec]], looks: Callable[[], Looks]
    ) -> None:
        """Make an empty page; ``types`` are all that links may lead to."""
        super().__init__()
        self._types, self._looks = types, looks
        self._spec: NodeSpec | None = None
        self._note = ""
        self._before: list[NodeSpec] = []
        self.page = SocketBrowser(looks)
        self.back, self.add = QPushButton("Back"), QPushButton("Add to the graph")
        self._stack = Emptiable(self._made(), EMPTY, HINT)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)
        self.page.anchorClicked.connect(self._follow)
        self.back.clicked.connect(self.go_back)
        self.add.clicked.connect(self._add)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusProxy(self.page)
        self._show(None)

    @property
    def shown(self) -> str:
        """The id of the type that is shown; empty for none."""
        return "" if self._spec is None else self._spec.id

    def show_spec(self, spec: NodeSpec | None, note: str = "") -> None:
        """Show the help on a type: of the node that is selected; ``None`` where none is.

        Args:
            note: What is to be known of that node alone.
        """
        if (spec, note) != (self._spec, self._note):
            self._before.clear()
            self._show(spec, note)

    def show_type(self, type_id: str) -> None:
        """Show the help on a type by its id, and remember the one before."""
        spec = self._types().get(type_id)
        if spec is not None and spec != self._spec:
            self._before += [self._spec] if self._spec is not None else []
            self._show(spec)

    def go_back(self) -> None:
        """Show the type before."""
        if self._before:
            self._show(self._before.pop())

    def changeEvent(self, event: QEvent) -> None:
        """Write anew in the colors of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._spec is not None:
            self._show(self._spec, self._note)

    def _show(self, spec: NodeSpec | None, note: str = "") -> None:
        self._spec, self._note = spec, note
        self._stack.show_empty(spec is None)
        self.back.setEnabled(bool(self._before))
        if spec is not None:
            self.add.setEnabled(spec.known and spec.role != "end")
            self.page.setHtml(help_html(spec, self._types(), self._looks().theme, note))

    def _add(self) -> None:
        self.chosen.emit(self.shown)

    def _follow(self, url: QUrl) -> None:
        if url.scheme() == TYPE:
            self.show_type(unquote(url.path()))
        elif url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)

    def _made(self) -> QWidget:
        page, bar = QWidget(), QHBoxLayout()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        bar.setContentsMargins(8, 4, 8, 4)
        for button in (self.back, self.add):
            button.setProperty("flat", True)
        bar.addWidget(self.back)
        bar.addStretch(1)
        bar.addWidget(self.add)
        box.addLayout(bar)
        box.addWidget(self.page)
        return page


class SocketBrowser(QTextBrowser):
    """Shows text in which addresses such as ``kind:Image`` are pictures of sockets."""

    def __init__(self, looks: Callable[[], Looks]) -> None:
        super().__init__()
        self._looks = looks
        self.setOpenLinks(False)
        self.setProperty("flat", True)
        self.setAccessibleName("Help on the node")
        self.document().setDocumentMargin(12)

    def loadResource(self, type: int, name: QUrl | str) -> Any:
        """Paint a socket."""
        url = QUrl(name)
        if url.scheme() != KIND:
            return None
        ratio = self.devicePixelRatioF()
        image = QImage(QSize(SIGN, SIGN + 4) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(SIGN / 2, SIGN / 2 + 3)
        painter.scale(0.75, 0.75)
        paint_socket(painter, self._looks(), unquote(url.path()), (0.0, 0.0), filled=True)
        painter.end()
        return image
