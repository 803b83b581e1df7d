"""Pictures, masks and latents: pixel by pixel, channel by channel, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui.viewers import grid, words
from gui.viewers.plate import Plate
from gui.viewers.player import Player
from gui.viewers.reel import Reel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage, QKeyEvent

    from gui.canvas.looks import Looks
    from gui.viewers.grid import Mode, Numbers
    from gui.viewers.source import Source

SETTLE = 40
"""Milliseconds for which a value stays before more of it is fetched than its small picture."""

WHOLE = 16 * 2**20
"""Numbers up to which a picture is fetched whole, and not as far as it is looked at."""

CELL = 8
"""Pixels that a latent's cell stands for, at most, in its decoded picture."""

LARGEST = 8192
SPOT = 64
"""The side of the area around the pointer whose numbers are fetched of a very large picture."""


class PictureView(QWidget):
    """A picture and what it is made of.

    Attributes:
        plate: The picture.
        modes: Which of its channels.
        readout: The numbers under the pointer.
    """

    def __init__(self, looks: Callable[[], Looks], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plate, self.player = Plate(looks), Player(looks)
        self._reel = Reel(self._frame_side)
        self.player.ready = self._reel_ready
        self.modes, self.readout = QComboBox(), QLabel()
        self.nearness = QToolButton()
        self._source: Source | None = None
        self._frame: Source | None = None
        self._numbers: Numbers | None = None
        self._spot: tuple[Numbers, int, int] | None = None
        self._shown: list[Mode] = []
        self._at = (-1, -1)
        self._chosen = self._noisy = False
        self._timer = QTimer(self, singleShot=True, interval=SETTLE)
        self._timer.timeout.connect(self._fetch)
        self._lay_out()
        self.plate.hovered.connect(self._hover)
        self.plate.viewed.connect(self._view_changed)
        self.modes.currentIndexChanged.connect(self._mode_changed)
        self.player.moved.connect(self._frame_changed)
        self.player.played.connect(self._played)

    @property
    def face(self) -> QWidget:
        """Itself."""
        return self

    @property
    def mode(self) -> Mode:
        """What of the picture is shown."""
        return self._shown[max(self.modes.currentIndex(), 0)]

    @property
    def numbers(self) -> Numbers | None:
        """The numbers of what is shown, (H, W, C), once they are here and whole."""
        return self._numbers

    def show_value(self, source: Source) -> None:
        """Show a value; its small picture at once, the rest when it stays."""
        self._source = source
        self._fill_modes(source)
        count = source.shape[0]
        self.player.set_frames(count, float(source.about.get("fps", 0.0)))
        self.player.setVisible(count > 1)
        self._take_frame()

    def image(self) -> QImage:
        """Return the picture as it is shown."""
        return self.plate.image

    def text(self) -> str:
        """Return nothing: the picture is copied."""
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play and pause with space, go one frame back and on with , and . keys."""
        several = self._source is not None and self._source.shape[0] > 1
        match event.key():
            case Qt.Key.Key_Space if several:
                self.player.toggle()
            case Qt.Key.Key_Comma | Qt.Key.Key_Period if several:
                self.player.step(1 if event.key() == Qt.Key.Key_Period else -1)
            case _:
                super().keyPressEvent(event)

    # Inside

    def _lay_out(self) -> None:
        self.modes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.modes.setAccessibleName("Channel")
        self.modes.setToolTip("Which channel is shown")
        self.nearness.setProperty("flat", True)
        self.nearness.setAccessibleName("Zoom")
        self.nearness.setToolTip("Fit the whole (0), or each pixel as one of the screen (1)")
        self.nearness.clicked.connect(self._toggle_zoom)
        self.readout.setTextFormat(Qt.TextFormat.PlainText)
        self.readout.setProperty("small", True)
        self.readout.setMinimumWidth(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 4, 8, 4)
        bar.addWidget(self.modes)
        bar.addSpacing(8)
        bar.addWidget(self.readout, 1)
        bar.addWidget(self.nearness)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.plate, 1)
        box.addWidget(self.player)
        box.addLayout(bar)

    def _fill_modes(self, source: Source) -> None:
        found = grid.modes(source.shape, source.kind)
        noisy = source.place.output in NOISY
        if found == self._shown and (self._chosen or noisy == self._noisy):
            return
        self._noisy = noisy
        before = self.modes.currentText()
        self._shown = found
        with QSignalBlocker(self.modes):
            self.modes.clear()
            self.modes.addItems([mode.name for mode in found])
            usual = 1 if source.kind == "latent" and source.place.output not in NOISY else 0
            known = self.modes.findText(before) if self._chosen else -1
            self.modes.setCurrentIndex(known if known >= 0 else usual)

    def _take_frame(self) -> None:
        """Show the sample of the batch that the player is at."""
        source = self._source
        if source is None:
            return
        several = source.shape[0] > 1
        about = {**source.about, "shape": [1, *source.shape[1:]]}
        self._frame = source.item(self.player.frame, about) if several else source
        self._numbers = self._spot = None
        small = self._frame.small(decoded=self.mode.what == "decoded")
        if small is None and self.mode.what == "decoded":
            small = self._frame.small()
        films = several and self.mode.what == "color"
        self._reel.wind(source if films else None)
        shown = (self._reel.picture(self.player.frame) if films else None) or small
        if shown is not None and self.mode.what in ("color", "map", "decoded"):
            self._put(shown)
        if self.player.playing and films:
            self._reel.ahead(self.player.frame)
        else:
            self._timer.start()

    def _played(self, playing: bool) -> None:
        """Fetch ahead while a film plays, and the numbers of the frame it stops at."""
        self._take_frame()

    def _reel_ready(self, frame: int) -> bool:
        self._reel.ahead(frame)
        return self._reel.ready(frame)

    def _frame_side(self) -> int:
        source = self._source
        return 0 if source is None else self._side(*grid.size(source.shape, source.kind))

    def _fetch(self) -> None:
        """Fetch what the mode shows, and the numbers for the pointer."""
        frame = self._frame
        if frame is None:
            return
        width, height = grid.size(frame.shape, frame.kind)
        if self.mode.what == "map":
            frame.picture(max(width, height, 16), self._came(frame, "map"), self._failed)
        elif self.mode.what == "decoded":
            side = min(max(width, height) * CELL, LARGEST)
            frame.picture(side, self._came(frame, "decoded"), self._failed, decoded=True)
        if self._whole():
            frame.numbers(self._take_numbers, self._failed)
        elif self.mode.what == "color":
            frame.picture(self._side(width, height), self._came(frame, "color"), self._failed)

    def _came(self, frame: Source, what: str) -> Callable[[QImage], None]:
        def show(image: QImage) -> None:
            if frame is self._frame and self.mode.what == what:
                self._put(image)

        return show

    def _side(self, width: int, height: int) -> int:
        """Return how large a picture is worth fetching: as near as it is looked at."""
        side, wanted = 512, max(width, height) * self.plate.zoom_of((width, height))
        while side < wanted:
            side *= 2
        return min(side, max(width, height), LARGEST)

    def _whole(self) -> bool:
        shape = self._frame.shape if self._frame is not None else ()
        count = 1
        for length in shape:
            count *= length
        return count <= WHOLE

    def _take_numbers(self, numbers: Any) -> None:
        frame = self._frame
        if frame is None:
            return
        self._numbers = grid.samples(numbers, frame.kind)[0]
        self._draw()
        self._say()

    def _draw(self) -> None:
        """Paint what the numbers say, where the mode is of numbers."""
        frame = self._frame
        if frame is not None and self._numbers is not None and self.mode.what not in DRAWN:
            limits = grid.limits(frame.about.get("channels", ()), self.mode, frame.kind)
            self._put(grid.render(self._numbers, self.mode, limits))

    def _put(self, image: QImage) -> None:
        frame = self._frame
        if frame is None:
            return
        size = grid.size(frame.shape, frame.kind)
        if self.mode.what == "decoded" and max(image.width(), image.height()) > max(size):
            size = (size[0] * CELL, size[1] * CELL)
        self.plate.show_picture(image, size)
        self._name_zoom()

    def _failed(self, reason: str) -> None:
        self.readout.setText(reason)
        if self.plate.image.isNull():
            self.plate.clear(reason)

    def _mode_changed(self) -> None:
        self._chosen = True
        if self._numbers is not None and self.mode.what not in DRAWN:
            self._draw()
            self._say()
        else:
            self._take_frame()

    def _frame_changed(self, _: int) -> None:
        self._take_frame()

    def _view_changed(self) -> None:
        self._name_zoom()
        if not self._whole():
            self._timer.start()

    def _name_zoom(self) -> None:
        text = f"{self.plate.zoom * 100:.0f} %"
        self.nearness.setText(text if self.plate.view.zoom else f"Fit · {text}")

    def _toggle_zoom(self) -> None:
        if self.plate.view.zoom:
            self.plate.fit()
        else:
            self.plate.true_size()

    def _hover(self, x: int, y: int) -> None:
        self._at = (x, y)
        if self._numbers is None and not self._whole() and x >= 0:
            self._ask_spot(x, y)
        self._say()

    def _ask_spot(self, x: int, y: int) -> None:
        """Fetch the numbers around the pointer in a picture that is too large to fetch whole."""
        frame = self._frame
        if frame is None:
            return
        width, height = grid.size(frame.shape, frame.kind)
        left, top = x // SPOT * SPOT, y // SPOT * SPOT
        window = (left, top, min(SPOT, width - left), min(SPOT, height - top))

        def take(numbers: Any) -> None:
            if frame is self._frame:
                self._spot = grid.samples(numbers, frame.kind)[0], left, top
                self._say()

        frame.numbers(take, self._failed, window)

    def _say(self) -> None:
        """Write the numbers of the pixel under the pointer; without one the range shown."""
        x, y = self._at
        if x < 0:
            self.readout.setText(self._range())
            return
        if self.mode.what == "decoded" and self._frame is not None:
            x, y = x // CELL, y // CELL
        spot = self._pixel(x, y)
        if spot is None:
            self.readout.setText(f"{x}, {y}")
            return
        names = [grid.SHORT.get(name, name) for name in grid.names(len(spot))]
        values = [f"{n} {words.number(float(v))}" for n, v in zip(names, spot, strict=True)]
        self.readout.setText(f"{x}, {y}   " + "  ".join(values))

    def _pixel(self, x: int, y: int) -> Any:
        """Return the numbers of a pixel as far as they are here."""
        numbers, left, top = self._spot or (self._numbers, 0, 0)
        if numbers is None:
            return None
        row, column = y - top, x - left
        inside = 0 <= row < numbers.shape[0] and 0 <= column < numbers.shape[1]
        return numbers[row, column] if inside else None

    def _range(self) -> str:
        frame = self._frame
        if frame is None or self.mode.what != "channel":
            return ""
        low, high = grid.limits(frame.about.get("channels", ()), self.mode, frame.kind)
        return f"black {words.number(low)}, white {words.number(high)}"


NOISY = ("noise",)
"""Outputs whose latents stand for no picture."""

DRAWN = ("map", "decoded")
"""What the engine draws, since only it knows the model."""
