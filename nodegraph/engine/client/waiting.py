"""Watching some jobs until they have ended, whatever happens to the line meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodegraph.engine.client.errors import UnreachableError
from nodegraph.engine.client.events import Connected, JobChanged, Lost, Notice, Told
from nodegraph.engine.jobstate import ENDED

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from nodegraph.engine.client.client import Client
    from nodegraph.engine.client.events import Event, Position
    from nodegraph.engine.jobs import Job

PAUSE = 1.0
"""Seconds between attempts to learn the state of the jobs."""


@dataclass
class Watch:
    """Some jobs; those that have ended are forgotten.

    Attributes:
        left: As they were last heard of, by id.
        after: What was heard last, if jobs may have begun before they are watched.
    """

    client: Client
    left: dict[str, Job]
    after: Position | None = None

    async def events(self) -> AsyncGenerator[Event]:
        """Yield what concerns the jobs until the last has ended; each end is told once.

        A job that was deleted counts as ended, in the state it was last heard of.
        """
        only = next(iter(self.left), "") if len(self.left) == 1 else ""
        async with aclosing(self.client.events(after=self.after, job=only)) as events:
            async for event in events:
                if self._concerns(event):
                    yield event
                if _is_unknown(event):
                    async for found in self._ask():
                        yield found
                if not self.left:
                    return

    def _concerns(self, event: Event) -> bool:
        if isinstance(event, JobChanged):
            return self._heard(event.job)
        if isinstance(event, Told):
            return event.job in self.left
        return isinstance(event, (Connected, Lost))

    def _heard(self, job: Job) -> bool:
        if job.id not in self.left:
            return False
        self.left[job.id] = job
        if job.state in ENDED:
            del self.left[job.id]
        return True

    async def _ask(self) -> AsyncGenerator[Event]:
        """Learn how the jobs are, and yield those that are otherwise than last heard of."""
        while True:
            try:
                found = await self._found()
                break
            except UnreachableError as error:
                yield Lost(str(error), PAUSE)
                await asyncio.sleep(PAUSE)
        for job in list(self.left.values()):
            now = found.get(job.id)
            if now is None:
                del self.left[job.id]
                yield JobChanged(job)
            elif now != job or now.state in ENDED:
                self._heard(now)
                yield JobChanged(now)

    async def _found(self) -> dict[str, Job]:
        batches = {job.batch for job in self.left.values()}
        return {job.id: job for batch in batches async for job in self.client.all_jobs(batch=batch)}


def _is_unknown(event: Event) -> bool:
    """Tell whether the jobs may have changed without being named."""
    if isinstance(event, Notice):
        return event.kind == "jobs"
    return isinstance(event, Connected) and event.anew
