"""One zone's row: what it is, its film, and how to play it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui.canvas.states import time_text
from gui.icons import icon
from gui.timeline.strip import Strip
from gui.viewers import words
from gui.viewers.nodes import title_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

    from gui.canvas.looks import Looks
    from gui.timeline.film import Film

FPS = 12
SIDE = 232
"""How wide the part left of the film is, in logical pixels."""


class Row(QWidget):
    """A zone.

    Attributes:
        film: Its frames.
        strip: The film as it is seen.
        chooser: Which of the zone's outputs the frames show.
    """

    def __init__(
        self, film: Film, looks: Callable[[], Looks], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.film, self._looks = film, looks
        self.strip = Strip(film, looks)
        self.chooser, self._title, self._told = QComboBox(), QLabel(film.zone.title), QLabel()
        self.play, self.loop, self.live = QToolButton(), QToolButton(), QToolButton()
        self._begun: tuple[str, float] = ("", 0.0)
        self._timer = QTimer(self, interval=round(1000 / FPS))
        self._timer.timeout.connect(self._advance)
        self._lay_out()
        self._connect()
        self._offer()
        self.refresh()

    @property
    def playing(self) -> bool:
        """Whether frames follow each other by themselves."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play, or stop playing; from the beginning when it is at the end."""
        if self.playing:
            self._timer.stop()
        elif self.film.frames:
            if self.film.current == len(self.film.frames) - 1:
                self._choose(0)
            self._timer.start()
        self._dress()

    def refresh(self) -> None:
        """Say which turn is shown, and how far a run is."""
        self._told.setText(self._words())
        following = self.film.zone.path not in self.film.looking.status.turn
        self.live.setEnabled(not following)
        self.strip.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play with Space, loop with L."""
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        elif event.key() == Qt.Key.Key_L:
            self.loop.toggle()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Paint the icons in the theme's colors."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def hideEvent(self, event: object) -> None:
        """Play nothing that is not seen."""
        self._timer.stop()

    # Inside

    def _lay_out(self) -> None:
        self._title.setProperty("title", True)
        self._told.setProperty("small", True)
        self.chooser.setAccessibleName("What the frames show")
        self.chooser.setToolTip("Which value of the zone the frames show")
        for button, name, hint in (
            (self.play, "Play", "Play (Space)"),
            (self.loop, "Loop", "Play again and again (L)"),
            (self.live, "Last turn", "Show the last turn again, and follow the run"),
        ):
            button.setProperty("flat", True)
            button.setAccessibleName(name)
            button.setToolTip(hint)
        self.loop.setCheckable(True)
        self.live.setText("Last")
        head, controls = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.live)
        for widget in (self.play, self.loop):
            controls.addWidget(widget)
        controls.addWidget(self._told, 1)
        side = QWidget()
        side.setFixedWidth(SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 6, 0, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.chooser)
        column.addLayout(controls)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(side)
        box.addWidget(self.strip, 1)
        self._dress()

    def _connect(self) -> None:
        self.play.clicked.connect(self.toggle)
        self.loop.toggled.connect(self._dress)
        self.live.clicked.connect(self._follow_run)
        self.strip.chosen.connect(self._chosen)
        self.chooser.activated.connect(self._pick)
        self.film.changed.connect(self._film_changed)
        status = self.film.looking.status
        status.values_changed.connect(self.refresh)
        status.zone_changed.connect(self._zone_changed)
        status.run_changed.connect(self.refresh)

    def _words(self) -> str:
        zone, film = self.film.zone.path, self.film
        state = film.looking.status.zones.get(zone)
        if state is not None:
            return self._running(state.turn, state.turns)
        current = film.current
        if current is None:
            return ""
        frame = film.frames[current]
        sigma = f" · {words.SIGMA} {words.number(frame.sigma)}" if frame.sigma is not None else ""
        gone = " · not kept" if frame.turn is None else ""
        return f"{current + 1} of {len(film.frames)}{sigma}{gone}"

    def _running(self, turn: int, turns: int) -> str:
        """Return how far a run is, with the time that is left."""
        job = self.film.looking.job()
        if self._begun[0] != job or turn <= 1:
            self._begun = (job, monotonic())
        spent = monotonic() - self._begun[1]
        left = spent / (turn - 1) * (turns - turn + 1) if turn > 1 and turns else 0.0
        of = f" of {turns}" if turns else ""
        return f"{turn}{of}" + (f" · {time_text(left)} left" if left else "")

    def _offer(self) -> None:
        """Offer the outputs that there are."""
        offered = self.film.outputs()
        if offered == [self.chooser.itemData(at) for at in range(self.chooser.count())]:
            return
        graph = self.film.looking.document.graph
        with QSignalBlocker(self.chooser):
            self.chooser.clear()
            for node, output in offered:
                self.chooser.addItem(f"{title_at(graph, node)} · {output}", (node, output))
            if self.film.output in offered:
                self.chooser.setCurrentIndex(offered.index(self.film.output))

    def _pick(self, index: int) -> None:
        self.film.choose(tuple(self.chooser.itemData(index)))

    def _film_changed(self) -> None:
        self._offer()
        self.refresh()

    def _zone_changed(self, zone: str) -> None:
        if zone == self.film.zone.path:
            self.refresh()

    def _chosen(self, index: int) -> None:
        self._timer.stop()
        self._dress()
        self._choose(index)

    def _choose(self, index: int) -> None:
        self.film.looking.status.set_turn(self.film.zone.path, index)

    def _follow_run(self) -> None:
        self.film.looking.status.set_turn(self.film.zone.path, None)

    def _advance(self) -> None:
        after = (self.film.current or 0) + 1
        if after >= len(self.film.frames):
            if not self.loop.isChecked():
                self.toggle()
                return
            after = 0
        self._choose(after)

    def _dress(self) -> None:
        theme = self._looks().theme
        self.play.setIcon(icon("pause" if self.playing else "play", theme.strong))
        self.loop.setIcon(icon("loop", theme.accent if self.loop.isChecked() else theme.weak))
