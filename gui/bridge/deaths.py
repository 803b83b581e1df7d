"""When an engine that keeps dying is left alone."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WITHIN = 60.0
"""Seconds in which so many deaths are too many."""
MOST = 3
FIRST = 0.3


@dataclass
class Deaths:
    """The moments at which it died, in seconds of a clock that only goes on."""

    times: deque[float] = field(default_factory=lambda: deque(maxlen=MOST))

    def pause(self, now: float) -> float | None:
        """Count a death; return the seconds to wait until the next start, ``None`` for no more."""
        self.times.append(now)
        recent = sum(now - time < WITHIN for time in self.times)
        return None if recent >= MOST else FIRST * 4 ** (recent - 1)
