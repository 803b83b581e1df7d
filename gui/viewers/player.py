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
        played: It began to play, or stopped.
        ready: Tells whether a frame can be shown; playing waits for it.
    """

    moved = Signal(int)
    played = Signal(bool)

    def __init__(self, looks: Callable[[], Looks], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks = looks
        self._fps = 0.0
        self.ready: Callable[[int], bool] = lambda _: True
        self.button = QToolButton()
        self.button.setProperty("flat", True)
        self.button.setAccessibleName("Play")
        self.button.clicked.connect(self.toggle)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Frame")
        self.slider.setToolTip("Go to a frame; , and . go one back and one on")
        self.slider.valueChanged.connect(self._moved)
        self._label = QLabel()
        self._label.setProperty("small", True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
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

    def set_frames(self, count: int, fps: float = 0.0) -> None:
        """Have so many frames to show.

        Args:
            count: How many.
            fps: Frames a second of a film; 0 where they have no speed of their own.
        """
        self._fps = fps
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(count - 1, 0))
        self._timer.setInterval(max(round(1000 / (fps or FPS)), 1))
        longest = self._text(max(count - 1, 0))
        self._label.setMinimumWidth(self._label.fontMetrics().horizontalAdvance(longest))
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
        self.played.emit(self.playing)

    def step(self, by: int) -> None:
        """Stop, and go some frames on, or back."""
        if self.playing:
            self.toggle()
        self.slider.setValue((self.frame + by) % (self.slider.maximum() + 1))

    def hideEvent(self, event: object) -> None:
        """Play nothing that is not seen."""
        if self.playing:
            self.toggle()

    def _advance(self) -> None:
        following = (self.frame + 1) % (self.slider.maximum() + 1)
        if self.ready(following):
            self.slider.setValue(following)

    def _moved(self, frame: int) -> None:
        self._say()
        self.moved.emit(frame)

    def _say(self) -> None:
        self._label.setText(self._text(self.frame))

    def _text(self, frame: int) -> str:
        text = f"{frame + 1} / {self.slider.maximum() + 1}"
        if not self._fps:
            return text
        return f"{text}  ·  {frame / self._fps:.2f} s  ·  {self._fps:.4g} fps"

    def _dress(self) -> None:
        name = "pause" if self.playing else "play"
        self.button.setIcon(icon(name, self._looks().theme.strong))
        self.button.setToolTip("Pause (Space)" if self.playing else "Play (Space)")
        self.button.setAccessibleName("Pause" if self.playing else "Play")
