"""Two pictures against each other: under a slider, their difference, or side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from gui.viewers import grid, words
from gui.viewers.picture_view import CELL, LARGEST
from gui.viewers.plate import Plate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QImage

    from gui.canvas.looks import Looks
    from gui.viewers.pane import Pane
    from gui.viewers.source import Source

How = Literal["slider", "difference", "beside"]
HOWS: Mapping[str, How] = {
    "Slider": "slider",
    "Difference": "difference",
    "Side by side": "beside",
}
GAINS = 8
"""The gain of a difference is a power of two, up to this one."""


class Compare(QWidget):
    """Compares what two panes show, whatever they show next; latents as their pictures.

    Attributes:
        one, other: Which panes, by their place in the list.
    """

    def __init__(self, looks: Callable[[], Looks], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panes: list[Pane] = []
        self._numbers: dict[int, Any] = {}
        self._sources: dict[int, Source] = {}
        self.left, self.right = Plate(looks), Plate(looks)
        self.one, self.other, self.how = QComboBox(), QComboBox(), QComboBox()
        self.gain, self._gain_text = QSlider(Qt.Orientation.Horizontal), QLabel()
        self.readout = QLabel()
        self._lay_out()
        self._link()

    def set_panes(self, panes: list[Pane]) -> None:
        """Have these to choose from."""
        for pane in self._panes:
            pane.shown.disconnect(self.refresh)
        self._panes = panes
        for box, index in ((self.one, 0), (self.other, 1)):
            at = box.currentIndex()
            box.blockSignals(True)
            box.clear()
            box.addItems([f"{number + 1}  {pane.title}" for number, pane in enumerate(panes)])
            box.setCurrentIndex(at if 0 <= at < len(panes) else min(index, len(panes) - 1))
            box.blockSignals(False)
        for pane in panes:
            pane.shown.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Compare what the panes show now."""
        self._numbers.clear()
        for side, box in enumerate((self.one, self.other)):
            source = self._source(box.currentIndex())
            if source is None:
                self._refuse("Pin two pictures to compare them: select a node, and press 1 to 9.")
                return
            self._sources[side] = source
            self._ask(side, source)

    def difference(self) -> float:
        """Return by how much a difference is made brighter."""
        return float(2 ** self.gain.value())

    # Inside

    def _lay_out(self) -> None:
        names = (("First", self.one), ("Second", self.other), ("How to compare", self.how))
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 6, 8, 6)
        for name, box in names:
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            bar.addWidget(box, 1)
        self.how.addItems(list(HOWS))
        self.gain.setRange(0, GAINS)
        self.gain.setValue(2)
        self.gain.setMaximumWidth(120)
        self.gain.setAccessibleName("Gain of the difference")
        bar.addWidget(self.gain)
        bar.addWidget(self._gain_text)
        plates = QHBoxLayout()
        plates.setSpacing(1)
        plates.addWidget(self.left, 1)
        plates.addWidget(self.right, 1)
        self.readout.setProperty("small", True)
        self.readout.setContentsMargins(12, 4, 12, 6)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(bar)
        box.addLayout(plates, 1)
        box.addWidget(self.readout)

    def _link(self) -> None:
        self.left.viewed.connect(lambda: self.right.look(self.left.view))
        self.right.viewed.connect(lambda: self.left.look(self.right.view))
        for box in (self.one, self.other):
            box.currentIndexChanged.connect(self.refresh)
        self.how.currentIndexChanged.connect(self._draw)
        self.gain.valueChanged.connect(self._draw)
        self.left.hovered.connect(self._say)
        self.right.hovered.connect(self._say)
        self._draw()

    def _source(self, index: int) -> Source | None:
        source = self._panes[index].source if 0 <= index < len(self._panes) else None
        return source if source is not None and source.kind in ("image", "mask", "latent") else None

    def _ask(self, side: int, source: Source) -> None:
        def take(numbers: Any) -> None:
            if self._sources.get(side) is source:
                self._numbers[side] = grid.samples(numbers, source.kind)[0]
                self._draw()

        def draw(image: QImage) -> None:
            if self._sources.get(side) is source:
                self._numbers[side] = grid.numbers(image)
                self._draw()

        if source.kind == "latent":
            side_ = min(CELL * max(source.shape[2:]), LARGEST)
            source.picture(side_, draw, self._refuse, decoded=True)
        else:
            source.numbers(take, self._refuse)

    def _draw(self) -> None:
        how = HOWS[self.how.currentText()]
        self.right.setVisible(how == "beside")
        self.gain.setVisible(how == "difference")
        self._gain_text.setVisible(how == "difference")
        self._gain_text.setText(f"{words.TIMES} {self.difference():.0f}")
        if len(self._numbers) < 2:
            return
        one, other = self._numbers[0], self._numbers[1]
        images = self._images()
        size = (one.shape[1], one.shape[0])
        if how == "beside":
            self.left.show_picture(images[0], size)
            self.right.show_picture(images[1], (other.shape[1], other.shape[0]))
        elif how == "slider":
            self.left.show_picture(images[0], size, images[1])
        elif one.shape != other.shape:
            self._refuse(f"These cannot be subtracted: {_size(one)} and {_size(other)}.")
        else:
            apart = grid.difference(one, other, self.difference())
            self.left.show_picture(grid.render(apart, _mode(apart)), size)

    def _images(self) -> list[QImage]:
        made: list[QImage] = []
        for side in (0, 1):
            made.append(grid.render(self._numbers[side], _mode(self._numbers[side])))
        return made

    def _say(self, x: int, y: int) -> None:
        if x < 0 or len(self._numbers) < 2:
            self.readout.setText("")
            return
        texts = [f"{x}, {y}"]
        for side, name in ((0, "A"), (1, "B")):
            numbers = self._numbers[side]
            if y < numbers.shape[0] and x < numbers.shape[1]:
                texts.append(f"{name} " + " ".join(f"{value:.4f}" for value in numbers[y, x]))
        self.readout.setText("   ".join(texts))

    def _refuse(self, reason: str) -> None:
        self.left.clear(reason)
        self.right.clear()
        self.right.hide()


def _mode(numbers: Any) -> grid.Mode:
    """Return what is compared: the color of pictures, the values of masks."""
    if numbers.shape[2] == 3:
        return grid.Mode("Color", "color")
    return grid.Mode("Channel 1", "channel", 0)


def _size(numbers: Any) -> str:
    height, width, channels = numbers.shape
    return words.shape([width, height, channels])
