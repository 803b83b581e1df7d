"""How far a running job is, from what the engine tells of it, and how long it will take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gui.canvas.states import time_text
from nodegraph.execution.events import NodeStarted, Progress

if TYPE_CHECKING:
    from nodegraph.execution.events import Event


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a job is.

    Attributes:
        node: The path of the node at work.
        step: How many of ``total`` steps of it are done; a total of 0 is not known.
        note: What it is at, in a few words.
        since: When the first step was heard of, in seconds of a monotonic clock.
        first: Which step that was.
        heard: When the last step was heard of.
    """

    node: str = ""
    step: int = 0
    total: int = 0
    note: str = ""
    since: float = 0.0
    first: int = 0
    heard: float = 0.0

    def after(self, event: Event, now: float) -> Pace:
        """Return how far it is after an event; nodes inside of a zone do not hide its steps."""
        if isinstance(event, NodeStarted):
            counts = self.total > 0 and self.step < self.total
            return self if event.turn and counts else Pace(event.node)
        if not isinstance(event, Progress):
            return self
        if (event.node, event.total) != (self.node, self.total) or event.step < self.step:
            return Pace(event.node, event.step, event.total, event.note, now, event.step, now)
        heard = now if event.step > self.step else self.heard
        return replace(self, step=event.step, note=event.note, heard=heard)

    @property
    def share(self) -> float:
        """How much is done, 0 to 1; below 0 where nobody knows."""
        return self.step / self.total if self.total > 0 else -1.0

    def left(self, now: float) -> float:
        """Return how many seconds are left for its steps; below 0 where nobody knows."""
        done = self.step - self.first
        if done <= 0 or self.total <= 0:
            return -1.0
        one = (self.heard - self.since) / done
        return max(one * (self.total - self.step) - (now - self.heard), 0.0)

    def text(self, now: float) -> str:
        """Return it in words: ``denoise · step 12 of 20 · 4 s left``."""
        parts = [self.node.rpartition("/")[2], self.note]
        if self.total > 0:
            parts.append(f"step {self.step} of {self.total}")
        left = self.left(now)
        if left >= 1 and self.step < self.total:
            parts.append(f"{left:.0f} s left" if left < 60 else f"{time_text(left)} left")
        return " · ".join(part for part in parts if part)
