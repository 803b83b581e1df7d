"""One output that is looked at, run after run: its viewer, its facts, what to do with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon
from gui.viewers import words
from gui.viewers.facts_panel import FactsPanel
from gui.viewers.heading import Heading
from gui.viewers.kinds import PICTURES, make_viewer
from gui.viewers.nodes import title_at
from gui.viewers.origin import STALE, origin
from gui.viewers.picture_view import PictureView
from gui.viewers.sound_view import SoundView
from gui.viewers.source import Source
from nodegraph import storage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gui.canvas.looks import Looks
    from gui.viewers.look import Look, Place
    from gui.viewers.looking import Looking
    from gui.viewers.viewer import Viewer

SETTLE = 60
"""Milliseconds for which a turn stays before its description is fetched."""


class Pane(QWidget):
    """Follows one output.

    Attributes:
        pin_wanted: The output is to be kept in view.
        save_wanted: What is shown is to be saved as a picture; somebody asks where.
        shown: Another value is shown now.
        source: The value that is shown.
    """

    pin_wanted = Signal()
    save_wanted = Signal()
    shown = Signal()

    def __init__(
        self,
        looking: Looking,
        look: Look,
        looks: Callable[[], Looks],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.looking, self.look = looking, look
        self._looks = looks
        self.source: Source | None = None
        self._place: Place | None = None
        self._viewers: dict[str, Viewer] = {}
        self.viewer: Viewer | None = None
        self._message = QLabel()
        self._lay_out()
        self._timer = QTimer(self, singleShot=True, interval=SETTLE)
        self._timer.timeout.connect(self._ask)
        looking.changed.connect(self.refresh)
        looking.previewed.connect(self._preview)
        looking.status.node_changed.connect(self._node_changed)
        self.refresh()

    @property
    def title(self) -> str:
        """What is looked at, for a tab."""
        name = title_at(self.looking.document.graph, self.look.node)
        return f"{name} · {self.look.output}"

    def follow(self, look: Look) -> None:
        """Look at another output."""
        self.look = look
        self._place = None
        self.refresh()

    def refresh(self) -> None:
        """Show the value as it last was; nothing is fetched that is here already."""
        place = self.looking.place(self.look)
        self.heading.say(self.title)
        if place is None:
            self._show_message(self._why_nothing())
            return
        if place == self._place:
            return
        self._place = place
        if self._is_next_turn(place):
            small = self.looking.small(place) or self.looking.small(place, decoded=True)
            if small is not None and self.source is not None:
                self._show_source(place, self.source.about)
        self._timer.start()

    def copy(self) -> None:
        """Put what is shown on the clipboard: a picture, or text."""
        if self.viewer is None:
            return
        text, image = self.viewer.text(), self.viewer.image()
        if text:
            QGuiApplication.clipboard().setText(text)
        elif not image.isNull():
            QGuiApplication.clipboard().setImage(image)

    def copy_facts(self) -> None:
        """Put the facts on the clipboard, a line each."""
        QGuiApplication.clipboard().setText(f"{self.title}\n{self.facts.text()}")

    @property
    def ending(self) -> str:
        """What a file is called that what is shown can be saved to."""
        return "wav" if isinstance(self.viewer, SoundView) else "png"

    def save(self, path: Path) -> str:
        """Save what is shown, sound as a WAV file, all else as a PNG.

        Return why it could not be, or nothing.
        """
        if isinstance(self.viewer, SoundView):
            try:
                path.write_bytes(self.viewer.file())
            except OSError as error:
                return str(storage.explain("write", path, error))
            return ""
        image = self.viewer.image() if self.viewer is not None else None
        if image is None or image.isNull():
            return f"{self.title} has no picture to save; copy it as text instead"
        if not image.save(str(path), "PNG"):  # pyright: ignore
            return f"{path} cannot be written; choose another folder"
        return ""

    # Inside

    def _lay_out(self) -> None:
        self.heading, self.facts = Heading(), FactsPanel(self._looks)
        self.badge = Heading(Qt.TextElideMode.ElideRight)
        self.badge.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.heading.setProperty("title", True)
        self.badge.setProperty("small", True)
        self._message.setWordWrap(True)
        self._message.setProperty("weak", True)
        self._message.setContentsMargins(24, 24, 24, 24)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._message)
        self.buttons = {
            name: self._button(name, hint, act)
            for name, hint, act in (
                ("copy", "Copy what is shown", self.copy),
                ("save", "Save as a file", self.save_wanted.emit),
                ("facts", "Copy the facts", self.copy_facts),
                ("pin", "Pin: keep this output in view (keys 1 to 9)", self.pin_wanted.emit),
            )
        }
        self._dress()
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 8, 6)
        head.setSpacing(2)
        head.addWidget(self.heading)
        head.addSpacing(8)
        head.addWidget(self.badge, 1)
        for button in self.buttons.values():
            head.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.stack, 1)
        box.addWidget(self.facts)

    def changeEvent(self, event: QEvent) -> None:
        """Paint the icons in the theme's colors."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        for name, button in self.buttons.items():
            button.setIcon(icon(name, self._looks().theme.weak))

    def _button(self, name: str, hint: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setProperty("flat", True)
        button.setToolTip(hint)
        button.setAccessibleName(hint.partition(":")[0])
        button.clicked.connect(act)
        return button

    def _is_next_turn(self, place: Place) -> bool:
        """Tell whether a place has the picture that is shown already, as of another turn or run."""
        if self.source is None or not isinstance(self.viewer, PictureView):
            return False
        shown = self.source.place
        return (shown.node, shown.output, shown.item) == (place.node, place.output, place.item)

    def _ask(self) -> None:
        """Fetch what the value is."""
        place = self._place
        if place is None:
            return

        def show(about: Mapping[str, Any]) -> None:
            if place == self._place:
                self._show_source(place, about)
                self._show_facts()

        def fail(reason: str) -> None:
            if place == self._place:
                saved = self.looking.status.files.get(place.node)
                names = ", ".join(name for name in saved or () if not Path(name).is_absolute())
                self._show_message(f"In the gallery: {names}" if names else reason)

        self.looking.describe(place, show, fail)

    def _show_source(self, place: Place, about: Mapping[str, Any]) -> None:
        if self.source is not None:
            self.source.shown = False
        self.source = Source(self.looking, place, about)
        kind = "image" if self.source.kind in PICTURES else self.source.kind
        if kind not in self._viewers:
            self._viewers[kind] = viewer = make_viewer(kind, self._looks)
            self.stack.addWidget(viewer.face)
        self.viewer = self._viewers[kind]
        self.stack.setCurrentWidget(self.viewer.face)
        self.viewer.show_value(self.source)
        self.badge.say(words.turn(place))
        self.shown.emit()

    def _show_facts(self) -> None:
        source, status = self.source, self.looking.status
        if source is None:
            return
        self.facts.show_facts(source.about, origin(status, source.place))
        old = STALE if source.place.node in status.stale else ""
        self.badge.say(" · ".join(filter(None, (words.turn(source.place), old))))

    def _node_changed(self, node: str) -> None:
        """Say whether the value is still what the graph would give."""
        if node == self.look.node:
            self.heading.say(self.title)
            if self.source is not None and self.source.place == self._place:
                self._show_facts()

    def _show_message(self, text: str) -> None:
        self._place, self.viewer = None, None
        self._message.setText(text)
        self.stack.setCurrentWidget(self._message)
        self.facts.show_facts({}, ())
        self.badge.say("")

    def _why_nothing(self) -> str:
        status, node = self.looking.status, self.look.node
        if not status.job_of(node):
            if self.looking.answered:
                return "The last run did not need this: what comes after it was in the cache."
            return "This has no value yet. Run the workflow, and it appears here."
        if any(zone in status.turn for zone in self.looking.zoning.chain(node)):
            return "The value of this turn is not kept: memory for looking back was short."
        return "The value is not here any more. Run the workflow again to see it."

    def _preview(self, node: str) -> None:
        """Show what a running node is at, while it has given nothing yet."""
        image = self.looking.previews.get(node)
        if node != self.look.node or image is None:
            return
        if "preview" not in self._viewers:
            self._viewers["preview"] = viewer = PictureView(self._looks)
            self.stack.addWidget(viewer.face)
        viewer = self._viewers["preview"]
        assert isinstance(viewer, PictureView)
        viewer.plate.show_picture(image, (image.width(), image.height()))
        self.stack.setCurrentWidget(viewer)
        self.badge.say("preview")
