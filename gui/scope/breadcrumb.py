"""Where one is: the document, and the subgraphs that were entered, each a step back out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent


class Breadcrumb(QWidget):
    """A button a level; the last one is where one is. Hidden in the document itself.

    Attributes:
        chosen: To go to that level: 0 is the document.
        rename_wanted: The subgraph one is in is to have another name.
        buttons: Outermost first.
    """

    chosen = Signal(int)
    rename_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("breadcrumb")
        self.setAccessibleName("Where you are")
        self.buttons: list[QToolButton] = []
        self._arrows: list[QLabel] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        self.hide()

    def show_way(self, titles: Sequence[str]) -> None:
        """Show the titles of the levels, the document's first."""
        for one in (*self.buttons, *self._arrows):
            self._row.removeWidget(one)
            one.hide()
            one.deleteLater()
        self.buttons, self._arrows = [], []
        for level, title in enumerate(titles):
            if level:
                self._add_arrow()
            self._add_button(level, title, last=level == len(titles) - 1)
        self.setVisible(len(titles) > 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from level to level by Left and Right; rename where one is with F2."""
        if event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit()
            return
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        focused = [index for index, one in enumerate(self.buttons) if one.hasFocus()]
        if event.key() not in steps or not focused:
            super().keyPressEvent(event)
            return
        place = focused[0] + steps[Qt.Key(event.key())]
        self.buttons[min(max(place, 0), len(self.buttons) - 1)].setFocus()

    def _add_button(self, level: int, title: str, *, last: bool) -> None:
        button = QToolButton()
        button.setText(title)
        button.setProperty("flat", True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(f"{title}, where you are" if last else f"Back to {title}")
        button.setToolTip("You are here" if last else f"Back to {title}")
        font = button.font()
        font.setBold(last)
        button.setFont(font)
        button.clicked.connect(lambda: self.chosen.emit(level))
        self.buttons.append(button)
        self._row.insertWidget(self._row.count() - 1, button)

    def _add_arrow(self) -> None:
        arrow = QLabel("\u203a")
        arrow.setProperty("weak", True)
        self._arrows.append(arrow)
        self._row.insertWidget(self._row.count() - 1, arrow)
