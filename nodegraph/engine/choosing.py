"""Which of the jobs that wait a worker is given: one whose models it holds, and soon the oldest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nodegraph.engine.likeness import PLAIN, Likeness

LOOK = 64
"""How many jobs are looked at."""
HELD = 4
"""Models that a worker is taken to hold: those it used last."""
PASSES = 16
"""How often the job that is next may be passed over for others."""


class Waiting(NamedTuple):
    """A queued job."""

    id: str
    likeness: Likeness


def first(waiting: Sequence[Waiting]) -> Waiting:
    """Return the job that is next."""
    return waiting[0]


@dataclass(frozen=True, slots=True)
class Holding:
    """What a worker is taken to hold.

    Attributes:
        last: What its last job was like.
    """

    models: tuple[str, ...] = ()
    last: Likeness = PLAIN

    def after(self, job: Likeness) -> Holding:
        """Return what it holds after a job."""
        others = [model for model in self.models if model != job.loads]
        return Holding((*others, job.loads)[-HELD:] if job.loads else self.models, job)


@dataclass
class Chooser:
    """Gives jobs to workers.

    A worker that is alone takes them in their order, and none stays idle while a job waits.
    """

    passed: dict[str, int] = field(default_factory=dict[str, int])

    def choose(
        self,
        waiting: Sequence[Waiting],
        *,
        mine: Holding,
        others: Sequence[Holding],
        chosen: list[Waiting],
    ) -> Waiting:
        """Return the job that a worker is given.

        Args:
            waiting: In order, all of one priority; one at least.
            mine: What the worker holds.
            others: What the others hold.
            chosen: Told it too.
        """
        job = self._best(waiting, mine, others)
        head = waiting[0].id
        passed = self.passed.pop(head, 0)
        if job.id != head:
            self.passed[head] = passed + 1
        chosen.append(job)
        return job

    def _best(
        self, waiting: Sequence[Waiting], mine: Holding, others: Sequence[Holding]
    ) -> Waiting:
        head = waiting[0]
        if not others or self.passed.get(head.id, 0) >= PASSES:
            return head
        fit = [job for job in waiting if job.likeness.loads in mine.models]
        alike = [job for job in fit if job.likeness.shape == mine.last.shape]
        claimed = {model for other in others for model in other.models}
        free = [job for job in waiting if job.likeness.loads not in claimed]
        return next(iter((*alike, *fit, *free)), head)


def of_one_priority(rows: Collection[tuple[str, str, str, int]]) -> list[Waiting]:
    """Return the jobs of rows that are as urgent as the first: id, loads, shape, priority."""
    first = next(iter(rows))[3]
    return [
        Waiting(id, Likeness(loads, shape))
        for id, loads, shape, priority in rows
        if priority == first
    ]
