"""The frames of a film: pictures fetched ahead of where it plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from gui.viewers.source import Source

AHEAD = 12
"""Frames that are fetched before they are shown."""

AT_ONCE = 3
"""Frames that are asked for at a time, so that nobody else waits for long."""


class Reel:
    """Has the next frames ready; each is fetched once, and a second round needs nobody."""

    def __init__(self, side: Callable[[], int]) -> None:
        """Make an empty reel.

        Args:
            side: How large pictures are worth fetching now: pixels of the longer side.
        """
        self._side = side
        self._source: Source | None = None
        self._asked: set[int] = set()
        self._lost: set[int] = set()
        self._at = 0

    def wind(self, source: Source | None) -> None:
        """Hold the frames of a value; of none where its frames are no plain pictures."""
        if source is not self._source:
            self._source, self._asked, self._lost = source, set(), set()

    def ready(self, frame: int) -> bool:
        """Tell whether a frame can be shown without waiting; one that cannot be had, too."""
        return self._source is None or frame in self._lost or self.picture(frame) is not None

    def picture(self, frame: int) -> QImage | None:
        """Return a frame that is here already."""
        source = self._source
        return None if source is None else source.item(frame, source.about).at_hand(self._side())

    def ahead(self, frame: int) -> None:
        """Fetch the frames from this one on, round and round."""
        self._at = frame
        source = self._source
        if source is None:
            return
        count = source.shape[0]
        for step in range(min(AHEAD, count)):
            wanted = (self._at + step) % count
            if len(self._asked) >= AT_ONCE:
                return
            if wanted not in self._asked and not self.ready(wanted):
                self._ask(source, wanted)

    def _ask(self, source: Source, frame: int) -> None:
        self._asked.add(frame)

        def came(_: QImage) -> None:
            if source is self._source:
                self._asked.discard(frame)
                self.ahead(self._at)

        def failed(_: str) -> None:
            if source is self._source:
                self._asked.discard(frame)
                self._lost.add(frame)

        source.item(frame, source.about).picture(self._side(), came, failed)
