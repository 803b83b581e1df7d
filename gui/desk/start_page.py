"""Where to begin: a new workflow, a file, one that was open lately, or a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from gui.desk.recent_list import SIDE, RecentList

if TYPE_CHECKING:
    from gui.desk.cards import TemplateCards
    from gui.desk.recents import Recents


class StartPage(QWidget):
    """Stands where no document is open, and in the window that Templates opens.

    Attributes:
        new_wanted: An empty workflow is wanted.
        open_wanted: A file is to be chosen.
        file_wanted: A file is to be opened: its path.
        copy_wanted: A copy of a template is wanted: its path.
    """

    new_wanted = Signal()
    open_wanted = Signal()
    file_wanted = Signal(object)
    copy_wanted = Signal(object)

    def __init__(self, cards: TemplateCards, recents: Recents) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.cards = cards
        self.recent = RecentList(recents)
        cards.chosen.connect(self.copy_wanted)
        self.recent.chosen.connect(self.file_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 24, 24, 16)
        row.setSpacing(24)
        row.addLayout(self._side())
        row.addLayout(self._templates(), 1)
        self.setFocusProxy(cards)

    def _templates(self) -> QVBoxLayout:
        self.groups = QTabBar()
        self.groups.setAccessibleName("Groups of templates")
        self.groups.setDrawBase(False)
        self.groups.setExpanding(False)
        for group in self.cards.groups:
            self.groups.addTab(group)
        self.groups.currentChanged.connect(self._show_group)
        box = _titled("Templates", self.cards)
        box.insertWidget(1, self.groups)
        self.groups.setVisible(len(self.cards.groups) > 1)
        return box

    def _show_group(self, index: int) -> None:
        self.cards.show_group(self.cards.groups[index])

    def _side(self) -> QVBoxLayout:
        self.new, self.open = QPushButton("New workflow"), QPushButton("Open…")
        self.new.setProperty("primary", True)
        self.new.clicked.connect(self.new_wanted)
        self.open.clicked.connect(self.open_wanted)
        side = QVBoxLayout()
        side.setSpacing(8)
        for button in (self.new, self.open):
            button.setFixedWidth(SIDE)
            side.addWidget(button)
        side.addSpacing(12)
        self.recent.setFixedWidth(SIDE)
        side.addLayout(_titled("Recent", self.recent), 1)
        return side


class StartWindow(QDialog):
    """The start page as a window beside the editor's; it goes once something was chosen."""

    def __init__(self, page: StartPage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Templates")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.page = page
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(page)
        cell = page.cards.gridSize()
        self.resize(SIDE + 2 * cell.width() + 92, 2 * cell.height() + 96)
        for signal in (page.new_wanted, page.open_wanted, page.file_wanted, page.copy_wanted):
            signal.connect(self.accept)


def _titled(text: str, widget: QWidget) -> QVBoxLayout:
    title = QLabel(text)
    title.setProperty("title", True)
    title.setBuddy(widget)
    title.setIndent(8)
    box = QVBoxLayout()
    box.setSpacing(8)
    box.addWidget(title)
    box.addWidget(widget, 1)
    return box
