"""Latents fetched as the pictures they stand for, which a model has to decode."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gui.viewers.look import Place
    from gui.viewers.looking import Looking

AT_REST = 400
"""Milliseconds for which nobody wants others before they are fetched."""

BUDGET = 30.0
"""Seconds that the pictures of one job may take; the others stay as they are."""

LATENTS = ("Latent", "Prediction")
"""Types of values that stand for a picture."""


class Sharpening(QObject):
    """Fetches one at a time while nothing runs, those first that are shown.

    Where decoding is slow, only they get there: what a job's pictures may take is bounded.
    """

    def __init__(self, looking: Looking) -> None:
        super().__init__(looking)
        self._looking = looking
        self._wanted: dict[str, list[Place]] = {}
        self._asked = self._spent = 0.0
        self._job = ""
        self._timer = QTimer(self, singleShot=True, interval=AT_REST)
        self._timer.timeout.connect(self._next)

    def want(self, who: str, places: Iterable[Place]) -> None:
        """Fetch pictures in the order in which they matter, instead of those wanted before."""
        self._wanted[who] = list(places)[::-1]
        self._timer.start()

    def _next(self) -> None:
        job = self._looking.status.job
        if self._asked or job is None or job.finished is None:
            return
        if job.id != self._job:
            self._job, self._spent = job.id, 0.0
        place = self._pop() if self._spent < BUDGET else None
        if place is not None:
            self._asked = monotonic()
            self._looking.small_picture(place, partial(self._came, place), decoded=True)

    def _pop(self) -> Place | None:
        """Return the next that is missing: one of each who wants any, in turn."""
        for who in list(self._wanted):
            places = self._wanted.pop(who)
            while places:
                place = places.pop()
                if self._looking.small(place, decoded=True) is None:
                    self._wanted[who] = places
                    return place
        return None

    def _came(self, place: Place, answer: object) -> None:
        self._spent += monotonic() - self._asked
        self._asked = 0.0
        if isinstance(answer, QImage):
            self._looking.pictured.emit(place)
        QTimer.singleShot(0, self, self._next)
