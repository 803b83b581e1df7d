"""The panel of viewers: one that follows what is clicked, those that are pinned, and comparing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon
from gui.viewers.compare import Compare
from gui.viewers.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.looks import Looks
    from gui.viewers.look import Look
    from gui.viewers.looking import Looking

EMPTY = "Click a socket or a link to see the value that went through it."


class ViewerDock(QWidget):
    """The viewers of one document.

    Attributes:
        told: A sentence about what was just done, or could not be.
        pins: The pinned viewers by their keys, 1 to 9.
        pane: The viewer that follows what is clicked, once something was.
        compare: Two pins against each other.
    """

    told = Signal(str)

    def __init__(
        self, looking: Looking, looks: Callable[[], Looks], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._looking, self._looks = looking, looks
        self.pane: Pane | None = None
        self.pins: dict[int, Pane] = {}
        self.compare: Compare | None = None
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.setAccessibleName("Viewers")
        self._empty = QLabel(EMPTY)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("weak", True)
        self._empty.setContentsMargins(32, 32, 32, 32)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.tabs)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)
        self.setMinimumWidth(280)
        self.setAccessibleName("Viewer")

    def look(self, look: Look) -> None:
        """Show the value of an output, in front."""
        if self.pane is None:
            self.pane = self._make(look)
            self.tabs.insertTab(0, self.pane, "Looking")
        else:
            self.pane.follow(look)
        self.tabs.setTabToolTip(0, self.pane.title)
        self._show(self.pane)

    def pin(self, number: int, look: Look) -> None:
        """Keep an output in view under a key; the same one again brings it to the front."""
        pane = self.pins.get(number)
        if pane is None:
            pane = self.pins[number] = self._make(look)
            place = 1 + sum(other < number for other in self.pins)
            self._add(place - (self.pane is None), pane)
        elif pane.look != look:
            pane.follow(look)
        at = self.tabs.indexOf(pane)
        self.tabs.setTabText(at, f"{number}  {pane.look.output}")
        self.tabs.setTabToolTip(at, pane.title)
        self._show(pane)
        self._pins_changed()

    def pin_shown(self) -> None:
        """Keep what is in front in view, under the first key that is free."""
        pane = self.tabs.currentWidget()
        free = next((key for key in range(1, 10) if key not in self.pins), None)
        if not isinstance(pane, Pane):
            return
        if free is None:
            self.told.emit("All nine keys have a pin; close one of them first.")
        else:
            self.pin(free, pane.look)

    def unpin(self, number: int) -> None:
        """Keep an output in view no longer."""
        pane = self.pins.pop(number, None)
        if pane is not None:
            self.tabs.removeTab(self.tabs.indexOf(pane))
            pane.deleteLater()
            self._pins_changed()

    def show_pin(self, number: int) -> bool:
        """Bring a pin to the front; return whether there is one."""
        pane = self.pins.get(number)
        if pane is not None:
            self._show(pane)
        return pane is not None

    def compare_pins(self) -> None:
        """Show two pins against each other."""
        if self.compare is None:
            self.compare = Compare(self._looks)
            self._add(self.tabs.count(), self.compare)
            self.tabs.setTabText(self.tabs.indexOf(self.compare), "Compare")
            self._pins_changed()
        self._show(self.compare)

    def save_to(self, pane: Pane, path: Path) -> None:
        """Save what a viewer shows as a picture, and say how that went."""
        self.told.emit(pane.save(path) or f"Saved {path}")

    # Inside

    def _make(self, look: Look) -> Pane:
        pane = Pane(self._looking, look, self._looks)
        pane.pin_wanted.connect(self.pin_shown)
        pane.save_wanted.connect(lambda: self._ask_where(pane))
        return pane

    def _add(self, place: int, widget: QWidget) -> None:
        """Put a viewer into a tab that can be closed."""
        at = self.tabs.insertTab(place, widget, "")
        button = QToolButton()
        button.setProperty("flat", True)
        button.setIcon(icon("close", self._looks().theme.weak))
        button.setIconSize(QSize(10, 10))
        button.setAccessibleName("Close")
        button.setToolTip("Close")
        button.clicked.connect(lambda: self._close(widget))
        self.tabs.tabBar().setTabButton(at, QTabBar.ButtonPosition.RightSide, button)

    def _ask_where(self, pane: Pane) -> None:
        name = pane.title.replace(" · ", "_").replace(" ", "_").replace("/", "_").lower()
        kinds = {"png": "Pictures (*.png)", "wav": "Sound (*.wav)"}[pane.ending]
        dialog = QFileDialog(self, "Save what is shown", f"{name}.{pane.ending}", kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(pane.ending)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def save(file: str) -> None:
            self.save_to(pane, Path(file))

        dialog.fileSelected.connect(save)
        dialog.open()

    def _show(self, widget: QWidget) -> None:
        self._stack.setCurrentWidget(self.tabs)
        self.tabs.setCurrentWidget(widget)

    def _close(self, widget: QWidget) -> None:
        if widget is self.compare and self.compare is not None:
            self.tabs.removeTab(self.tabs.indexOf(widget))
            self.compare.set_panes([])
            self.compare.deleteLater()
            self.compare = None
        for number, pane in list(self.pins.items()):
            if pane is widget:
                self.unpin(number)

    def _pins_changed(self) -> None:
        if self.compare is not None:
            self.compare.set_panes([self.pins[number] for number in sorted(self.pins)])
