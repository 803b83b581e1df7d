"""Sound: its waveform and its spectrogram. Playing it is left to another program."""

from __future__ import annotations

import wave
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from gui.canvas.pens import pen_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from gui.canvas.looks import Looks
    from gui.viewers.source import Source

WINDOW, HOP = 512, 256
FLOOR = -80.0
"""Decibels below the loudest that are black in the spectrogram."""


class SoundView(QWidget):
    """A waveform above its spectrogram."""

    def __init__(self, looks: Callable[[], Looks], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks = looks
        self._wave: NDArray[np.float32] = np.zeros(0, np.float32)
        self._rate, self._reason = 0, ""
        self._spectrum = QImage()
        self.setMinimumSize(160, 120)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Sound")

    @property
    def face(self) -> QWidget:
        """Itself."""
        return self

    def show_value(self, source: Source) -> None:
        """Fetch the waveform and show it."""
        self._rate = int(source.about.get("rate", 0))
        seconds = source.shape[-1] / max(self._rate, 1) if source.shape else 0.0
        self.setAccessibleDescription(f"{seconds:.1f} seconds at {self._rate} Hz")
        source.numbers(self._take, self._fail)

    def image(self) -> QImage:
        """Return the view as a picture."""
        return self.grab().toImage()

    def text(self) -> str:
        """Return nothing."""
        return ""

    def file(self) -> bytes:
        """Return the sound as a WAV file, 16 bits a number."""
        data = BytesIO()
        with wave.open(data, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(max(self._rate, 1))
            file.writeframes((np.clip(self._wave, -1, 1) * 32767).astype("<i2").tobytes())
        return data.getvalue()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both."""
        looks, half = self._looks(), self.height() / 2
        painter = QPainter(self)
        painter.fillRect(self.rect(), looks.color("surface"))
        if len(self._wave):
            self._paint_wave(painter, looks, half)
            room = QRectF(12, half + 6, self.width() - 24, half - 18)
            painter.drawImage(room, self._spectrum)
        else:
            painter.setPen(looks.color("weak"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._reason)
        painter.end()

    def _take(self, numbers: Any) -> None:
        flat = np.asarray(numbers, np.float32)
        self._wave = flat.reshape(-1, flat.shape[-1]).mean(0) if flat.size else flat.reshape(-1)
        self._spectrum = spectrogram(self._wave)
        self.update()

    def _fail(self, reason: str) -> None:
        self._wave, self._reason = np.zeros(0, np.float32), reason
        self.update()

    def _paint_wave(self, painter: QPainter, looks: Looks, height: float) -> None:
        columns = max(self.width() - 24, 1)
        middle = height / 2 + 4
        painter.setPen(pen_of(looks.theme.accent, 1.0))
        lines = list[QLineF]()
        for column, part in enumerate(np.array_split(self._wave, columns)):
            if len(part):
                low, high = float(part.min()), float(part.max())
                lines.append(
                    QLineF(
                        QPointF(12 + column, middle - high * (middle - 8)),
                        QPointF(12 + column, middle - low * (middle - 8) + 1),
                    )
                )
        painter.drawLines(lines)


def spectrogram(sound: NDArray[np.float32]) -> QImage:
    """Return how loud each pitch is over time: low pitches at the bottom, loud ones bright."""
    padded = np.pad(sound, (0, max(WINDOW - len(sound), 0)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), axis=1)) ** 2
    loud = 10 * np.log10(np.maximum(power / max(float(power.max()), 1e-20), 1e-20))
    gray = np.clip((loud - FLOOR) / -FLOOR * 255, 0, 255).astype(np.uint8).T[::-1]
    data = np.ascontiguousarray(gray)
    height, width = data.shape
    image = QImage(data.data, width, height, width, QImage.Format.Format_Grayscale8)
    return image.copy()
