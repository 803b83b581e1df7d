"""The timeline: a row for each zone of a document that has turns to look back at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.timeline.film import Film
from gui.timeline.row import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.looks import Looks
    from gui.viewers.looking import Looking
    from gui.viewers.zoning import ZonePlace

MOST = 3
"""Rows that are seen at once; more of them scroll."""


class Timeline(QScrollArea):
    """Stands below the canvas; hidden while no zone has turns.

    Attributes:
        wanted: Whether it has anything to show now; emitted when that changes.
        turns_wanted: A run shall be made up to these nodes, whose turns nobody has kept.
        rows: By the path of the zone, outer zones first.
        offer: Says that a run came out of the cache without its turns, and offers to make them.
    """

    wanted = Signal(bool)
    turns_wanted = Signal(list)

    def __init__(
        self, looking: Looking, looks: Callable[[], Looks], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._looking, self._looks = looking, looks
        self.rows: dict[str, Row] = {}
        self.offer, self._lost = QWidget(), list[str]()
        self._inner = QWidget()
        self._box = QVBoxLayout(self._inner)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._lay_out_offer()
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName("Timeline")
        self.setObjectName("timeline")
        self._shown = False
        self.hide()
        looking.grown.connect(self.refresh)
        looking.status.run_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Have a row for each zone that has turns."""
        zones = {zone.path: zone for zone in self._looking.zoning.zones()}
        with_turns = {path: zone for path, zone in zones.items() if self._has_turns(zone.begin)}
        for path in [path for path in self.rows if path not in with_turns]:
            row = self.rows.pop(path)
            self._box.removeWidget(row)
            row.deleteLater()
        for place, (path, zone) in enumerate(with_turns.items()):
            known = self.rows.get(path)
            if known is not None:
                known.film.zone = zone
                continue
            film = Film(self._looking, zone)
            self.rows[path] = row = Row(film, self._looks)
            film.setParent(row)
            self._box.insertWidget(place, row)
        done = self._looking.answered and not with_turns
        self._lost = [_inside(zone) for zone in zones.values() if done and len(zone.chain) == 1]
        self.offer.setVisible(bool(self._lost))
        self._resize()

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, self._resize)  # once the rows have the font too

    def _lay_out_offer(self) -> None:
        text = QLabel("This run came out of the cache, without its turns.")
        text.setProperty("weak", True)
        button = QPushButton("Show the turns")
        button.setToolTip("Runs the zone again, with the same result, and keeps each turn")
        button.clicked.connect(lambda: self.turns_wanted.emit(self._lost))
        box = QHBoxLayout(self.offer)
        box.setContentsMargins(12, 6, 12, 6)
        box.addWidget(text)
        box.addWidget(button)
        box.addStretch(1)
        self._box.addWidget(self.offer)
        self.offer.hide()

    def _has_turns(self, begin: str) -> bool:
        job = self._looking.status.job_of(begin) or self._looking.job()
        return bool(self._looking.turns(job).turns(begin))

    def _resize(self) -> None:
        heights = [row.sizeHint().height() for row in self.rows.values()]
        offered = self.offer.sizeHint().height() if self._lost else 0
        self.setFixedHeight(sum(heights[:MOST]) + offered)
        shown = bool(self.rows or self._lost)
        self.setVisible(shown)
        if shown != self._shown:
            self._shown = shown
            self.wanted.emit(shown)


def _inside(zone: ZonePlace) -> str:
    """Return a node of a zone's body; a run up to it goes through every turn."""
    return zone.body[1] if len(zone.body) > 1 else zone.begin
