"""Which of the jobs that wait a worker is given: one whose models it holds, and soon the oldest.

With it come others of the same shape, where a worker may run several together.
"""

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
    """A queued job.

    Attributes:
        deaths: How often its worker died of it, or of another job.
    """

    id: str
    likeness: Likeness
    deaths: int = 0


def first(waiting: Sequence[Waiting]) -> Sequence[Waiting]:
    """Return the job that is next."""
    return waiting[:1]


class Room(NamedTuple):
    """For how many jobs of one shape there is room.

    Attributes:
        together: How many a worker runs together, at most.
        idle: How many workers have nothing to do.
    """

    together: int = 1
    idle: int = 1


ALONE = Room()


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
        room: Room = ALONE,
    ) -> Sequence[Waiting]:
        """Return the jobs that a worker is given to run together.

        Args:
            waiting: In order, all of one priority; one at least.
            mine: What the worker holds.
            others: What the others hold.
            chosen: Told them too.
            room: For how many.
        """
        job = self._best(waiting, mine, others)
        head = waiting[0].id
        passed = self.passed.pop(head, 0)
        if job.id != head:
            self.passed[head] = passed + 1
        chosen[:] = [job, *company(job, waiting, room)]  # asked again where it was not written
        return chosen

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


def company(job: Waiting, waiting: Sequence[Waiting], room: Room) -> Sequence[Waiting]:
    """Return the jobs that are run together with one: of its shape, shared out among the idle.

    One that was begun before may have been what ended its worker, so it is run alone.
    """
    alike = [
        other
        for other in waiting
        if other.likeness == job.likeness != PLAIN and not (other.deaths or job.deaths)
    ]
    share = -(-len(alike) // room.idle)
    return [other for other in alike if other is not job][: min(share, room.together) - 1]


def of_one_priority(rows: Collection[tuple[str, str, str, int, int]]) -> list[Waiting]:
    """Return the jobs of rows that are as urgent as the first.

    Args:
        rows: Of each its id, what it loads, its shape, how often its worker died, its priority.
    """
    first = next(iter(rows))[4]
    return [
        Waiting(id, Likeness(loads, shape), deaths)
        for id, loads, shape, deaths, priority in rows
        if priority == first
    ]
