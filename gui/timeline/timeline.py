"""The timeline: a row for each zone of a document that has turns to look back at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from gui.timeline.film import Film
from gui.timeline.row import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.looks import Looks
    from gui.viewers.looking import Looking

MOST = 3
"""Rows that are seen at once; more of them scroll."""


class Timeline(QScrollArea):
    """Stands below the canvas; hidden while no zone has turns.

    Attributes:
        wanted: Whether it has anything to show now; emitted when that changes.
        rows: By the path of the zone, outer zones first.
    """

    wanted = Signal(bool)

    def __init__(
        self, looking: Looking, looks: Callable[[], Looks], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._looking, self._looks = looking, looks
        self.rows: dict[str, Row] = {}
        self._inner = QWidget()
        self._box = QVBoxLayout(self._inner)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
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
        self._resize()

    def _has_turns(self, begin: str) -> bool:
        job = self._looking.status.job_of(begin) or self._looking.job()
        return bool(self._looking.turns(job).turns(begin))

    def _resize(self) -> None:
        heights = [row.sizeHint().height() for row in self.rows.values()]
        self.setFixedHeight(sum(heights[:MOST]))
        shown = bool(self.rows)
        self.setVisible(shown)
        if shown != self._shown:
            self._shown = shown
            self.wanted.emit(shown)
