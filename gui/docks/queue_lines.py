"""The lines of the queue: what runs, what waits in its order, what ended today, batch by batch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias

from nodegraph.engine.jobstate import ENDED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from nodegraph.engine.jobs import Job

Kind: TypeAlias = Literal["section", "batch", "job"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line.

    Attributes:
        key: Names the line for as long as it is listed.
        jobs: One job; all jobs of a batch; none of a section's title.
        inside: It stands in a batch, whose title it need not repeat.
        opened: Of a batch: its jobs are listed.
    """

    kind: Kind
    key: str
    title: str
    jobs: tuple[Job, ...] = ()
    inside: bool = False
    opened: bool = False

    @property
    def job(self) -> Job:
        """The job, or the first of a batch."""
        return self.jobs[0]

    @property
    def waiting(self) -> bool:
        """Whether it has a place in the queue."""
        return bool(self.jobs) and self.job.state == "queued"

    @property
    def active(self) -> bool:
        """Whether it can still be cancelled."""
        return bool(self.jobs) and self.job.state not in ENDED


def lines(jobs: Iterable[Job], opened: Collection[str], midnight: float) -> list[Line]:
    """Return the lines of a queue.

    Args:
        jobs: In any order.
        opened: The keys of the batches whose jobs are listed.
        midnight: What ended before, in seconds since 1970, is left out.
    """
    known = list(jobs)
    running = [job for job in known if job.state == "running"]
    waiting = [job for job in known if job.state == "queued"]
    ended = [job for job in known if job.state in ENDED and (job.finished or 0.0) >= midnight]
    waiting.sort(key=lambda job: (-job.priority, job.position))
    ended.sort(key=lambda job: (job.finished or 0.0, job.number), reverse=True)
    found: list[Line] = []
    for title, part in (("Running", running), ("Waiting", waiting), ("Ended today", ended)):
        if part:
            found.append(Line("section", title, f"{title} · {len(part)}"))
            found += _section(part, title, opened)
    return found


def _section(jobs: Sequence[Job], section: str, opened: Collection[str]) -> Iterator[Line]:
    for batch, group in groupby(jobs, key=lambda job: job.batch):
        together = tuple(group)
        key = f"{section}/{batch}/{together[-1].id if section == 'Ended today' else ''}"
        if len(together) == 1:
            yield Line("job", together[0].id, title(together[0]), together)
            continue
        shown = key in opened
        yield Line("batch", key, title(together[0]), together, opened=shown)
        for job in together if shown else ():
            yield Line("job", job.id, values(job) or f"Run {job.number}", (job,), inside=True)


def title(job: Job) -> str:
    """Return what a job is called."""
    return job.title or f"Run {job.number}"


def values(job: Job) -> str:
    """Return what was set for a job: ``noise.seed 7, prompt.text a frog``."""
    return ", ".join(f"{place} {value}" for place, value in job.values.items())
