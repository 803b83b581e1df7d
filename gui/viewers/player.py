"""A bar that goes through the frames of something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from gui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.looks import Looks

FPS = 12


class Player(QWidget):
    """Play, pause, go to a frame.

    Attributes:
        moved: Another frame is to be shown, from 0.
    """

    moved = Signal(int)

    def __init__(self, looks: Callable[[], Looks], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks = looks
        self.button = QToolButton()
        self.button.setProperty("flat", True)
        self.button.setAccessibleName("Play")
        self.button.clicked.connect(self.toggle)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Frame")
        self.slider.valueChanged.connect(self._moved)
        self._label = QLabel()
        self._label.setProperty("small", True)
        box = QHBoxLayout(self)
        box.setContentsMargins(8, 0, 8, 0)
        for widget in (self.button, self.slider, self._label):
            box.addWidget(widget)
        self._timer = QTimer(self, interval=1000 // FPS)
        self._timer.timeout.connect(self._advance)
        self._dress()

    @property
    def playing(self) -> bool:
        """Whether frames follow each other by themselves."""
        return self._timer.isActive()

    def set_frames(self, count: int, fps: float = FPS) -> None:
        """Have so many frames to show."""
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(count - 1, 0))
        self._timer.setInterval(round(1000 / max(fps, 1)))
        self._say()

    @property
    def frame(self) -> int:
        """The frame that is shown."""
        return self.slider.value()

    def toggle(self) -> None:
        """Play, or stop playing."""
        if self.playing:
            self._timer.stop()
        else:
            self._timer.start()
        self._dress()

    def hideEvent(self, event: object) -> None:
        """Play nothing that is not seen."""
        self._timer.stop()
        self._dress()

    def _advance(self) -> None:
        self.slider.setValue((self.frame + 1) % (self.slider.maximum() + 1))

    def _moved(self, frame: int) -> None:
        self._say()
        self.moved.emit(frame)

    def _say(self) -> None:
        self._label.setText(f"{self.frame + 1} / {self.slider.maximum() + 1}")

    def _dress(self) -> None:
        name = "pause" if self.playing else "play"
        self.button.setIcon(icon(name, self._looks().theme.strong))
        self.button.setToolTip("Pause" if self.playing else "Play")
