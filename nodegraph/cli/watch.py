"""Jobs of an engine, watched from a terminal until they end; their files come here."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from nodegraph.cli.counts import several
from nodegraph.cli.guard import FAILED
from nodegraph.cli.job import Job as Run
from nodegraph.engine.client.errors import UnreachableError
from nodegraph.engine.client.events import Connected, JobChanged, Lost, Told
from nodegraph.engine.client.waiting import PAUSE, Watch
from nodegraph.engine.jobstate import ENDED
from nodegraph.execution.events import from_json

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from nodegraph.cli.output import Output
    from nodegraph.cli.progress import Plain
    from nodegraph.engine.client import Client
    from nodegraph.engine.client.events import Event, Position
    from nodegraph.engine.jobs import Job
    from nodegraph.engine.jobs import Output as Saved
    from nodegraph.graph import Graph


@dataclass
class Watcher:
    """Shows jobs of one submission as runs are shown.

    Attributes:
        out: The folder for their files.
        after: The engine's last event before they were submitted.
        shown: The job that the display is at; of several at once the last begun.
        failed: How many did not come to a good end.
        vain: Attempts at jobs that came to nothing, as far as it was said.
        said: What nodes said of how they work; it is the same for most jobs of a sweep.
    """

    client: Client
    output: Output
    display: Plain
    graph: Graph
    out: Path
    jobs: list[Job]
    after: Position | None = None
    shown: str = ""
    failed: int = 0
    lost: bool = False
    attempts: dict[str, int] = field(default_factory=dict[str, int])
    vain: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    said: set[str] = field(default_factory=set[str])

    async def run(self) -> int:
        """Watch until all have ended, and return the exit code."""
        watch = Watch(self.client, {job.id: job for job in self.jobs}, self.after)
        async for event in watch.events():
            await self._hear(event)
        if self.failed and len(self.jobs) > 1:
            self.output.note(f"{self.failed} of {len(self.jobs)} runs failed")
        return FAILED if self.failed else 0

    async def _hear(self, event: Event) -> None:
        if isinstance(event, JobChanged):
            await self._changed(event.job)
        elif isinstance(event, Told):
            self._told(event)
        elif isinstance(event, Lost):
            self._lost(event.reason)
        elif isinstance(event, Connected) and self.lost:
            self.lost = False
            self._note("the engine is there again")

    async def _changed(self, job: Job) -> None:
        if self.output.json_lines:
            self.output.json({"type": "job", "job": asdict(job)})
        self._say_again(job, job.attempts - (job.state != "queued"))
        if job.state == "running" and self.attempts.get(job.id) != job.attempts:
            self.attempts[job.id], self.shown = job.attempts, job.id
            self.display.begin(self._run(job))
        elif job.state in ENDED:
            await self._ended(job)

    def _say_again(self, job: Job, attempt: int) -> None:
        """Say once that an attempt came to nothing; it may be learnt when the next has ended."""
        if job.note and attempt and (job.id, attempt) not in self.vain:
            self.vain.add((job.id, attempt))
            self._note(f"{self._run(job)}: queued again: {job.note}")

    def _told(self, event: Told) -> None:
        if self.output.json_lines:
            self.output.json({"type": "event", "job": event.job, "event": dict(event.event)})
        elif event.event["event"] == "Noted":
            self._say_once(f"note: {event.event['node']}: {event.event['message']}")
        elif event.job == self.shown:
            self.display(from_json({k: v for k, v in event.event.items() if k != "preview"}))

    async def _ended(self, job: Job) -> None:
        count = len(job.outputs)
        outcome = str(job.state)
        if job.state == "done":
            seconds = (job.finished or 0.0) - (job.started or 0.0)
            outcome += f" in {seconds:.1f} s" + (f", {several(count, 'file')}" if count else "")
        self.display.end(self._run(job), outcome)
        self.shown = "" if self.shown == job.id else self.shown
        self.failed += job.state != "done" or bool(job.skipped)
        if job.error is not None:
            self.output.error(job.error.message, node=job.error.node)
        for target, reason in job.skipped.items():
            self._note(f"error: {target} was skipped: {reason}")
        for output in job.outputs:
            self._saved(job, await self._fetch(output))

    async def _fetch(self, output: Saved) -> Path:
        while True:
            try:
                return await self.client.fetch(output, self.out)
            except UnreachableError as error:
                self._lost(str(error))
                await asyncio.sleep(PAUSE)

    def _saved(self, job: Job, path: Path) -> None:
        if self.output.json_lines:
            self.output.json({"type": "file", "job": job.id, "path": str(path)})
            return
        with self._paused():
            self.output.line(str(path))

    def _lost(self, reason: str) -> None:
        if not self.lost:
            self.lost = True
            self._note(f"warning: {reason}")

    def _run(self, job: Job) -> Run:
        number = next(n for n, one in enumerate(self.jobs, 1) if one.id == job.id)
        return Run(job.title, number, len(self.jobs), self.graph, dict(job.values))

    def _say_once(self, text: str) -> None:
        if text not in self.said:
            self.said.add(text)
            self._note(text)

    def _note(self, text: str) -> None:
        with self._paused():
            self.output.note(text)

    def _paused(self) -> AbstractContextManager[None]:
        """Leave the terminal to us; a display that shows nothing is left as it is."""
        return self.display.paused() if self.shown else contextlib.nullcontext()
