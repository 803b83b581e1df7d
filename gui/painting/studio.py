"""The view in which a mask is painted: a picture to paint on, a panel beside it, keep or cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QMessageBox, QPushButton, QVBoxLayout

from gui.commands.commands import Commands
from gui.commands.shortcuts import shortcuts_dialog
from gui.painting.commands import commands
from gui.painting.easel import Easel
from gui.painting.knob import Knob
from gui.painting.mask import PaintedMask
from gui.painting.panel import Panel
from gui.sentences import as_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from gui.canvas.looks import Looks
    from gui.painting.stroke import Bytes

FIXED = (
    ("Put the pen down, lift it", "Return"),
    ("Straight line from the last stroke", "Shift+Return"),
    ("Put the pen down to take away", "Alt+Return"),
    ("Move the pen, by a pixel", "Arrows, Shift+Arrows"),
    ("Move the picture", "Ctrl+Arrows"),
    ("Zoom", "+, -, 0, 1"),
    ("Break a stroke off, leave", "Escape"),
)
"""Keys of the picture itself, which nobody changes."""


class Studio(QDialog):
    """Paints one mask.

    Attributes:
        kept: The mask is to be used: ``values`` and ``feather`` say what it is.
        rebound: A person chose other keys here.
        painted: The mask.
        easel: Where.
        pen: With what.
    """

    kept = Signal()
    rebound = Signal()

    def __init__(
        self,
        looks: Callable[[], Looks],
        picture: QImage,
        values: Bytes,
        feather: float | None,
        keys: Mapping[str, Sequence[str]],
        parent: QWidget | None = None,
    ) -> None:
        """Make the view.

        Args:
            looks: How it looks.
            picture: What the mask is painted over.
            values: The mask, (H, W), 255 where it is 1; changed in place.
            feather: How soft its node makes its edges; ``None`` where it cannot.
            keys: What a person chose, by command id.
        """
        super().__init__(parent)
        self._looks, self._feathers = looks, feather is not None
        self._feather = feather or 0.0
        self._asked: QMessageBox | None = None
        self.painted = PaintedMask(values)
        self.easel = Easel(looks, picture, self.painted)
        self.pen = self.easel.pen
        self.commands = Commands(self, keys)
        self.commands.add(*commands(self))
        self.commands.host(self.easel)
        self.panel = Panel(self.pen, self.commands, feathers=self._feathers)
        self.painted.stepped = self.commands.refresh
        self.pen.changed = self._pen_changed
        self._lay_out()
        self._connect()
        size = max(self.painted.size)
        self.pen.set_brush(size=max(round(size / 16), 4))
        self.panel.feather.show_value(self._feather)
        self.easel.soften(self._feather)
        self.easel.setFocus()

    @property
    def feather(self) -> float | None:
        """How soft the mask's edges shall be; ``None`` where its node cannot soften them."""
        return self.panel.feather.value if self._feathers else None

    @property
    def changed(self) -> bool:
        """Whether there is anything to lose."""
        return self.painted.steps > 0 or (self.feather or 0.0) != self._feather

    @property
    def said(self) -> str:
        """What stands below the mask."""
        return self._note.text()

    def note(self, sentence: str, *, wrong: bool = False) -> None:
        """Say something about the mask below it."""
        self._note.setProperty("error", wrong)
        self._note.style().polish(self._note)
        self._note.setText(as_sentence(sentence) if sentence else "")

    # What can be done

    def show_next(self) -> None:
        """Show the mask in the next way."""
        box = self.panel.shown
        box.setCurrentIndex((box.currentIndex() + 1) % box.count())
        self.easel.show_mask(box.currentData())

    def go_to_feather(self) -> None:
        """Go where the softness is typed."""
        if self._feathers:
            self.panel.feather.field.setFocus()
            self.panel.feather.field.selectAll()

    def show_keys(self) -> None:
        """Show the list of keys."""
        shortcuts_dialog(self, self.commands, FIXED).open()

    def keep(self) -> None:
        """Have what is painted used."""
        self.painted.end()
        self.kept.emit()

    def reject(self) -> None:
        """Leave everything as it was, once it is sure that nothing is lost by it."""
        if not self.changed:
            super().reject()
        elif self._asked is None:
            self._ask()

    # Inside

    def _lay_out(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setObjectName("studio")
        self.keep_button, self.cancel = QPushButton("Keep mask"), QPushButton("Cancel")
        self.keep_button.setProperty("primary", True)
        self._note, self._place, self._zoom = QLabel(), QLabel(), QLabel()
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 10)
        foot.setSpacing(12)
        for label in (self._zoom, self._place, self._note):
            label.setProperty("small", True)
            foot.addWidget(label)
        self._note.setWordWrap(True)
        foot.setStretch(2, 1)
        for button in (self.cancel, self.keep_button):
            button.setAutoDefault(False)
            button.setMinimumWidth(96)
            foot.addWidget(button)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.easel, 1)
        across.addWidget(self.panel)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(across, 1)
        box.addLayout(foot)
        self._dress()

    def _connect(self) -> None:
        self.cancel.clicked.connect(self.reject)
        self.keep_button.clicked.connect(self.keep)
        self.panel.shown_chosen.connect(self.easel.show_mask)
        self.panel.feather.chosen.connect(self.easel.soften)
        for knob in self.panel.findChildren(Knob):
            knob.entered.connect(self.easel.setFocus)
        self.easel.hovered.connect(self._say_place)
        self.easel.viewed.connect(self._say_zoom)
        self.commands.changed.connect(self.rebound)

    def _pen_changed(self) -> None:
        self.panel.refresh()
        self.easel.pen_changed()

    def _say_place(self, x: int, y: int) -> None:
        if x < 0:
            self._place.setText("")
        else:
            self._place.setText(f"{x}, {y}   mask {self.painted.values[y, x] / 255:.2f}")

    def _say_zoom(self) -> None:
        width, height = self.painted.size
        self._zoom.setText(f"{width} by {height}   {self.easel.zoom * 100:.0f} %")

    def _ask(self) -> None:
        """Ask whether what was painted shall be lost."""
        self._asked = asked = QMessageBox(self)
        asked.setText("Throw away what you painted?")
        asked.setInformativeText("The node keeps the mask that it had.")
        throw = asked.addButton("Throw away", QMessageBox.ButtonRole.DestructiveRole)
        asked.addButton("Go on painting", QMessageBox.ButtonRole.RejectRole)
        keep = asked.addButton("Keep mask", QMessageBox.ButtonRole.AcceptRole)
        asked.setDefaultButton(keep)
        keep.setProperty("primary", True)

        def answered() -> None:
            self._asked = None
            asked.deleteLater()
            if asked.clickedButton() is throw:
                super(Studio, self).reject()
            elif asked.clickedButton() is keep:
                self.keep()

        asked.finished.connect(answered)
        asked.open()

    def changeEvent(self, event: QEvent) -> None:
        """Paint the icons in the theme's colors."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "panel"):
            self._dress()

    def showEvent(self, event: QEvent) -> None:
        """Say how near the picture is."""
        super().showEvent(event)  # pyright: ignore[reportArgumentType]
        self._say_zoom()

    def _dress(self) -> None:
        self.panel.dress(self._looks().theme)
