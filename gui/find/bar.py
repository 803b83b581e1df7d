"""The search bar on a page: what is found as a list, the canvas going along with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
)

from gui.canvas.beside import area_of
from gui.canvas.glide import go_to
from gui.canvas.spots import box_of, exists
from gui.find.matching import Match, matches
from gui.find.rows import ROW, FoundRows
from gui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QKeyEvent, QShowEvent

    from gui.canvas.boxes import Box
    from gui.canvas.canvas import Canvas
    from gui.find.matching import Trouble
    from gui.page import Page

WIDTH, ROWS, AWAY = 380, 7, 12
"""In pixels, rows of the list, and how far the bar is from the corner."""

PAUSE = 120
"""Milliseconds without a change of the document before it is searched anew."""

FOUND = Qt.ItemDataRole.UserRole
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class FindBar(QFrame):
    """Stands in the upper right corner of a page while one searches.

    Attributes:
        line: What is typed.
        list: What was found, the best first; the current one is in view.
        count: Which of how many.
    """

    def __init__(self, page: Page, problems: Callable[[], Iterable[Trouble]] = tuple) -> None:
        super().__init__(page)
        self.setObjectName("find")
        self._page, self._problems = page, problems
        self._found: list[Match] = []
        self._later = QTimer(self, singleShot=True, interval=PAUSE)
        self._later.timeout.connect(self._again)
        self._build()
        page.document.changed.connect(self._changed)
        page.installEventFilter(self)
        self.line.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Begin to search; what was searched for last is there to be typed over."""
        self.show()
        self.raise_()
        self._stand()
        self.line.setFocus()
        self.line.selectAll()
        self._search()

    def close_up(self) -> None:
        """Go away, leaving what was found selected, and give the keyboard back."""
        self.hide()
        for canvas in self._page.canvases:
            canvas.keys.focused.held = False
        self._page.canvas.setFocus()

    def step(self, by: int) -> None:
        """Go on to the next that was found, or the one before; around again."""
        if not self.isVisible() and not self.line.text():
            self.open()
            return
        if not self.isVisible():
            self._search(keep=True)
        if self._found:
            row = (self.list.currentRow() + by) % len(self._found)
            self.list.setCurrentRow(row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner; read the keys that mean something in the line."""
        if watched is self._page and event.type() == QEvent.Type.Resize:
            self._stand()
        if watched is self.line and event.type() == QEvent.Type.KeyPress:
            return self._key(cast("QKeyEvent", event))
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Take on the colors of the page."""
        theme = self._page.canvas.looks.theme
        for button, name in self._icons.items():
            button.setIcon(icon(name, theme.weak))
        self.list.setItemDelegate(FoundRows(self._page.canvas.looks, self.list))

    # Inside

    def _build(self) -> None:
        self.line, self.list, self.count = QLineEdit(), QListWidget(), QLabel()
        self.line.setPlaceholderText("Find in the graph")
        self.line.setAccessibleName("Find in the graph")
        self.line.setToolTip("Titles, ids, types, parameters, notes and problems")
        self.list.setAccessibleName("What was found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.count.setProperty("small", True)
        self._icons: dict[QToolButton, str] = {}
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.line, 1)
        top.addWidget(self.count)
        top.addWidget(self._button("up", "Previous (Shift+F3)", lambda: self.step(-1)))
        top.addWidget(self._button("down", "Next (F3)", lambda: self.step(1)))
        top.addWidget(self._button("close", "Close (Escape)", self.close_up))
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addLayout(top)
        box.addWidget(self.list)
        self.line.textChanged.connect(lambda: self._search())
        self.list.currentRowChanged.connect(self._show)
        self.list.itemClicked.connect(lambda: self._show(self.list.currentRow()))

    def _button(self, name: str, tip: str, run: Callable[[], None]) -> QToolButton:
        made = QToolButton()
        made.setProperty("flat", True)
        made.setToolTip(tip)
        made.setAccessibleName(tip.partition(" (")[0])
        made.clicked.connect(run)
        self._icons[made] = name
        return made

    def _key(self, event: QKeyEvent) -> bool:
        key, back = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Escape:
            self.close_up()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if back else 1)
        elif key in STEPS:
            self.step(STEPS[Qt.Key(key)])
        else:
            return False
        return True

    def _changed(self) -> None:
        if self.isVisible():
            self._later.start()

    def _again(self) -> None:
        """Search a document that has changed, without moving the view."""
        if self.isVisible():
            self._search(keep=True)

    def _search(self, *, keep: bool = False) -> None:
        """List what is found now, and go to the first, or stay where one was."""
        row = self.list.currentRow() if keep else 0
        page = self._page
        self._found = matches(page.document.graph, self.line.text(), page.uses, self._problems())
        self.list.blockSignals(True)
        self.list.clear()
        for match in self._found:
            item = QListWidgetItem(f"{match.title}: {match.text}", self.list)
            item.setData(FOUND, match)
            item.setToolTip(match.text)
        self.list.setCurrentRow(min(max(row, 0), len(self._found) - 1))
        self.list.blockSignals(False)
        self._stand()
        if keep:
            self._tell()
        else:
            self._show(self.list.currentRow())

    def _show(self, row: int) -> None:
        """Bring a match into view: in its subgraph, selected, with the ring around it."""
        self._tell()
        if not 0 <= row < len(self._found):
            return
        match, page = self._found[row], self._page
        if match.uses != page.uses:
            page.show_inside(match.uses)
            self.raise_()
            self.line.setFocus()
        canvas = page.canvas
        box = _box(canvas, match)
        if box is None:
            return
        canvas.keys.focused.held = self.isVisible()
        canvas.keys.focused.put(match.spot, ring=False)
        canvas.keys.focused.put(match.spot, ring=True)
        go_to(canvas, box)

    def _tell(self) -> None:
        number = self.list.currentRow() + 1
        if self._found:
            self.count.setText(f"{number} of {len(self._found)}")
        else:
            self.count.setText("Nothing found" if self.line.text().strip() else "")

    def _stand(self) -> None:
        """Stand in the corner of the canvas, as high as the list needs."""
        rows = min(len(self._found), ROWS)
        self.list.setVisible(rows > 0)
        self.list.setFixedHeight(rows * ROW)
        self.setFixedWidth(min(WIDTH, max(self._page.width() - 2 * AWAY, 200)))
        self.adjustSize()
        top = self._page.canvas.mapTo(self._page, self._page.canvas.rect().topLeft()).y()
        self.move(self._page.width() - self.width() - AWAY, top + AWAY)


def _box(canvas: Canvas, match: Match) -> Box | None:
    spot, scene = match.spot, canvas.scene
    if exists(scene, spot) or area_of(spot) is not None:
        return box_of(scene, spot)
    return scene.box_of(spot.id)
