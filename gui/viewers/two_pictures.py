"""Two picture files against each other, in a window of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout

from gui.viewers.plate import Plate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from gui.canvas.looks import Looks

SIDE = 720


class TwoPictures(QDialog):
    """Shows two pictures under one slider, and zooms them together.

    Attributes:
        plate: Both pictures.
        names: Which is which, or why they cannot be compared.
    """

    def __init__(self, one: Path, other: Path, looks: Callable[[], Looks], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Compare")
        self.resize(SIDE, SIDE + 40)
        self.plate, self.names = Plate(looks), QLabel()
        self.plate.setAccessibleName("Two pictures under a slider")
        self.names.setProperty("small", True)
        self.names.setContentsMargins(12, 6, 12, 6)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.plate, 1)
        box.addWidget(self.names)
        self._show(one, other)

    def _show(self, one: Path, other: Path) -> None:
        left, right = QImage(str(one)), QImage(str(other))
        broken = next(
            (path for path, image in ((one, left), (other, right)) if image.isNull()), None
        )
        if broken is not None:
            self.plate.clear(f"{broken.name} is no picture that can be shown.")
            return
        self.plate.show_picture(left, (left.width(), left.height()), right)
        self.names.setText(f"Left of the line {one.name}, right of it {other.name}")
