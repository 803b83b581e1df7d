"""The editor, put together without a screen, brought into a state and drawn."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from gui.appearance import Appearance
from gui.document.reading import loads
from gui.editor import Editor
from gui.painting.studio import Studio
from gui.settings import Settings
from gui.viewers.plate import Plate
from gui.viewers.view import View
from gui.window import SIZE, Window
from nodegraph.edits import SetParam

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gui.seat import Seat

PATIENCE = 180.0
QUIET = 1.5
"""Seconds after which what was asked for has come, at rest."""

FILM = 8.0
"""Seconds in which a timeline fetches its frames."""

QUALITY = 90


class Stage:
    """The editor with one file open that has run."""

    def __init__(self, app: QApplication, editor: Editor, into: Path) -> None:
        self._app, self.editor, self._into = app, editor, into
        self.window, self.appearance = editor.window, editor.appearance

    @classmethod
    @contextmanager
    def set_up(cls, file: Path, into: Path) -> Iterator[Stage]:
        """Open a file, run it, and end everything afterwards."""
        app = cast("QApplication", QApplication.instance() or QApplication([]))
        app.setStyle("Fusion")
        settings = Settings()
        appearance = Appearance(app, settings)
        appearance.choose("dark")
        window = Window(settings, appearance)
        window.resize(SIZE)  # whatever size the screen is that is not there
        stage = cls(app, Editor(window, settings, appearance), into)
        try:
            window.show()
            stage.editor.begin([file])
            stage.wait(lambda: stage.editor.engine.state.phase == "ready" and bool(stage.seats))
            stage.run()
            stage.settle(FILM)
            yield stage
        finally:
            stage.editor.end()
            window.quit()

    @property
    def seats(self) -> list[Seat]:
        """The open documents."""
        return list(self.editor.seats.values())

    @property
    def seat(self) -> Seat:
        """The document in front."""
        return cast("Seat", self.editor.seat)

    # Bringing into a state

    def run(self) -> None:
        """Run the document to its end."""
        self.editor.window.commands.run("run.all")
        self.wait_for_end()

    def run_until_turn(self, zone: str, turn: int) -> None:
        """Start to run it, until a zone is in a turn."""
        self.editor.window.commands.run("run.all")
        zones = self.seat.status.zones
        self.wait(lambda: zone in zones and zones[zone].turn >= turn)

    def wait_for_end(self) -> None:
        """Wait until no job of the document runs, and its pictures have come."""
        self.settle(0.5)
        self.wait(lambda: not self.seat.status.waiting)
        self.settle(QUIET)

    def set(self, node: str, param: str, value: object) -> None:
        """Set a parameter."""
        self.seat.document.apply(SetParam(node, param, value))

    def look(self, node: str, output: str) -> None:
        """Look at a value."""
        self.seat.canvas.looked.emit(node, output)
        self.settle(QUIET)

    def show_mode(self, text: str) -> None:
        """Choose how the viewer shows a value."""
        for box in self.window.docks["viewer"].findChildren(QComboBox):
            index = box.findText(text, Qt.MatchFlag.MatchStartsWith)
            if box.isVisible() and index >= 0:
                box.setCurrentIndex(index)
                box.activated.emit(index)
        self.settle(QUIET)

    def view(self, zoom: float, x: float, y: float) -> None:
        """Show a place of the picture in the viewer from near."""
        cast("Plate", self.window.docks["viewer"].findChild(Plate)).look(View(zoom, x, y))
        self.settle(QUIET)

    def widen(self, dock: str, width: int) -> None:
        """Make a panel as wide as that."""
        self.window.resizeDocks([self.window.docks[dock]], [width], Qt.Orientation.Horizontal)

    def open_graph(self, text: str) -> None:
        """Open a workflow in a tab of its own."""
        self.editor.desk.new(loads(text, self.editor.engine.catalogue))
        self.settle(QUIET)
        self.seat.canvas.fit()

    def open_file(self, path: Path) -> None:
        """Open a workflow's file in a tab of its own."""
        self.editor.desk.open(path)
        self.settle(QUIET)
        self.seat.canvas.fit()

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        QTest.keyClicks(cast("QWidget", QApplication.focusWidget()), text)

    def press_escape(self) -> None:
        """Leave what has the focus."""
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(cast("QWidget", QApplication.focusWidget()), key)

    # Drawing

    def shoot(self, name: str, widget: QWidget | None = None) -> None:
        """Draw the window, or a part of it, to a file."""
        self.settle(0.3)
        self._into.mkdir(parents=True, exist_ok=True)
        path = self._into / f"editor_{name}.webp"
        (widget or self.window).grab().toImage().save(str(path), "webp", QUALITY)

    def shoot_painting(self, name: str, at: tuple[int, int]) -> None:
        """Draw the view for painting, the brush over a place of the picture, and close it."""
        studio = cast("Studio", self.window.findChild(Studio))
        studio.resize(1180, 760)
        self.settle(0.5)
        across, down = (
            there - side // 2 for there, side in zip(at, studio.painted.size, strict=True)
        )
        ways = ((Qt.Key.Key_Left, Qt.Key.Key_Right, across), (Qt.Key.Key_Up, Qt.Key.Key_Down, down))
        for back, on, count in ways:
            for _ in range(abs(count)):
                key = on if count > 0 else back
                QTest.keyClick(studio.easel, key, Qt.KeyboardModifier.ShiftModifier)
        self.shoot(name, studio)
        studio.accept()

    def settle(self, seconds: float) -> None:
        """Let everything happen that happens by itself."""
        end = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > end)

    def wait(self, true: Callable[[], object]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, f"waited {PATIENCE:.0f} s"
            self._app.processEvents()
            time.sleep(0.005)
