"""A zone's turns as frames: which there are, what each shows, which are gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.viewers.look import Place
from gui.viewers.node_pictures import is_latent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage

    from gui.viewers.look import Turn
    from gui.viewers.looking import Looking
    from gui.viewers.zoning import ZonePlace

PICTURES = ("denoised", "image", "x", "latent", "mask")
"""Outputs that make a film, the best first; any other that has pictures comes after."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One turn of a zone.

    Attributes:
        index: Which, from 0.
        turn: With those of the zones around it; ``None`` where its values are not kept any more.
        sigma: Its noise level, where the zone has one.
        pending: A run will come to it.
    """

    index: int
    turn: Turn | None
    sigma: float | None = None
    pending: bool = False


class Film(QObject):
    """The frames of one zone, as far as the last run has come.

    Attributes:
        changed: There are other frames.
        pictured: One frame has its picture; its index.
        zone: Which.
        output: The node and the output whose values the frames show.
    """

    changed = Signal()
    pictured = Signal(int)

    def __init__(self, looking: Looking, zone: ZonePlace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.looking, self.zone = looking, zone
        self.frames: Sequence[Frame] = ()
        self.output: tuple[str, str] = ("", "")
        self._chosen = False
        looking.grown.connect(self.refresh)
        looking.changed.connect(self.refresh)
        looking.pictured.connect(self._came)
        self.refresh()

    @property
    def job(self) -> str:
        """The job whose turns are shown."""
        return self.looking.status.job_of(self.zone.begin) or self.looking.job()

    @property
    def current(self) -> int | None:
        """The frame that is shown: the one chosen, else the last."""
        made = sum(not frame.pending for frame in self.frames)
        chosen = self.looking.status.turn.get(self.zone.path, made - 1)
        return min(chosen, made - 1) if made else None

    def outputs(self) -> list[tuple[str, str]]:
        """Return what the frames may show, the best first."""
        nodes = self.looking.turns(self.job).nodes
        found = [
            (node, output)
            for node in self.zone.body
            if node in nodes
            for output in nodes[node].outputs
            if output not in nodes[node].numbers
        ]
        return sorted(found, key=_rank)

    def choose(self, output: tuple[str, str]) -> None:
        """Show the values of another output."""
        self.output, self._chosen = output, True
        self.refresh()

    def picture(self, frame: Frame) -> QImage | None:
        """Return a frame's picture as far as it has come: decoded, or in its latent's colors."""
        place = self.place(frame)
        return None if place is None else self.looking.best(place)

    def place(self, frame: Frame) -> Place | None:
        """Return the value that a frame shows."""
        node, output = self.output
        if frame.turn is None or not node:
            return None
        return Place(self.job, node, output, frame.turn)

    def refresh(self) -> None:
        """Take in which turns are kept now."""
        offered = self.outputs()
        if not self._chosen or self.output not in offered:
            self.output = offered[0] if offered else ("", "")
        frames = self._found()
        if frames != self.frames:
            self.frames = frames
            self.changed.emit()
        self._fetch()

    def fetch_around(self) -> None:
        """Fetch pictures again, those nearest to the frame that is shown first."""
        self._fetch()

    # Inside

    def _found(self) -> list[Frame]:
        """Return the frames of the turns that the zones around this one show."""
        kept = self.looking.turns(self.job)
        around = self._around()
        node = self.output[0] or self.zone.begin
        here = {turn[-1]: turn for turn in kept.turns(node) if turn[:-1] == around}
        begun = [turn[-1] for turn in kept.turns(self.zone.begin) if turn[:-1] == around]
        count = max(here or begun, default=-1) + 1
        made = [Frame(index, here.get(index), self._sigma(around, index)) for index in range(count)]
        state = self.looking.status.zones.get(self.zone.path)
        turns = state.turns if state is not None and made else 0
        ahead = [(index, self._sigma(around, index)) for index in range(count, turns)]
        return [*made, *(Frame(index, None, sigma, pending=True) for index, sigma in ahead)]

    def _around(self) -> Turn:
        """Return the turns of the zones around this one that are shown."""
        wanted = [self.looking.status.turn.get(zone) for zone in self.zone.chain[:-1]]
        kept = self.looking.turns(self.job)
        last = kept.latest(self.zone.begin, [*wanted, None])
        return () if last is None else last[:-1]

    def _sigma(self, around: Turn, index: int) -> float | None:
        kept = self.looking.turns(self.job)
        return kept.number(self.zone.begin, "sigma", (*around, index))

    def _order(self) -> list[Frame]:
        """Return the frames by how near they are to the one that is shown."""
        middle = self.current or 0
        kept = [frame for frame in self.frames if frame.turn is not None]
        return sorted(kept, key=lambda frame: abs(frame.index - middle))

    def _fetch(self) -> None:
        places = [place for frame in self._order() if (place := self.place(frame)) is not None]
        self.looking.ahead(self.zone.path, [(place, False) for place in places])
        if is_latent(self.looking.document.graph, *self.output):
            self.looking.sharpen(self.zone.path, places)

    def _came(self, place: Place) -> None:
        if (place.job, place.node, place.output) != (self.job, *self.output):
            return
        for frame in self.frames:
            if frame.turn == place.turn:
                self.pictured.emit(frame.index)


def _rank(output: tuple[str, str]) -> int:
    name = output[1]
    return PICTURES.index(name) if name in PICTURES else len(PICTURES)
