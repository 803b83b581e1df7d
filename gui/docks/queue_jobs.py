"""The jobs of an engine, as the queue lists them: followed, and what can be done to them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, Signal

from gui.docks.pace import Pace
from gui.docks.queue_lines import lines, title
from nodegraph.engine.jobstate import ENDED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gui.bridge.engine import Engine
    from gui.docks.queue_lines import Line
    from nodegraph.engine.jobs import Job, JobPage

MOST = 500
"""Jobs that are listed of those that wait, and of those that ended."""


class QueueJobs(QObject):
    """What an engine has to do, and has done today.

    Attributes:
        changed: There are other jobs, or in other states.
        paced: A running job went on.
        opened: A job's workflow, as JSON data, is to be shown under a title.
        said: Something could not be done; why, in a sentence.
        paces: How far running jobs are, by their ids.
    """

    changed = Signal()
    paced = Signal()
    opened = Signal(object, str)
    said = Signal(str)

    def __init__(self, engine: Engine, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._jobs: dict[str, Job] = {}
        self.paces: dict[str, Pace] = {}
        engine.jobs_changed.connect(self.refresh)
        engine.job_changed.connect(self._take)
        engine.told.connect(self._hear)

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return any(job.state == "running" for job in self._jobs.values())

    def lines(self, opened: set[str]) -> list[Line]:
        """Return the lines of the queue; ``opened`` are the batches whose jobs are listed."""
        midnight = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return lines(self._jobs.values(), opened, midnight.timestamp())

    def refresh(self) -> None:
        """Ask for the jobs anew."""
        active = ("running", "queued")
        self._engine.ask("jobs", state=active, order="queue", limit=MOST, then=self._take_active)
        self._engine.ask("jobs", state=ENDED, limit=MOST, then=self._take_ended)

    # What is done to a line

    def open(self, line: Line) -> None:
        """Have the workflow of a job shown, as it was submitted."""
        self._ask("workflow", line.job.id, then=partial(self._opened, title(line.job)))

    def again(self, line: Line) -> None:
        """Run it again, with the seeds it had."""
        for job in line.jobs:
            self._ask("again", job.id)

    def drop(self, line: Line) -> None:
        """Cancel what has not ended, and forget what has; what it saved stays."""
        for job in line.jobs:
            if line.active:
                self._ask("cancel", job.id, then=self._take)
            else:
                self._ask("delete", job.id, then=self._forgetting(job.id))

    def cancel_all(self) -> None:
        """Cancel all that has not ended."""
        self._ask("cancel_all")

    def place(self, line: Line, before: str) -> None:
        """Have a line run right before a job; before none: after all."""
        for job in line.jobs:
            place: dict[str, Any] = {"before": before} if before else {"last": True}
            self._ask("move", job.id, **place, then=self._take)

    # Following the engine

    def _take_active(self, page: JobPage) -> None:
        self._replace(page.jobs, active=True)

    def _take_ended(self, page: JobPage) -> None:
        self._replace(page.jobs, active=False)

    def _replace(self, jobs: Sequence[Job], *, active: bool) -> None:
        kept = [job for job in self._jobs.values() if (job.state not in ENDED) is not active]
        self._jobs = {job.id: job for job in (*kept, *jobs)}
        self._tell()

    def _take(self, job: Job) -> None:
        self._jobs[job.id] = job
        self._tell()

    def _forgetting(self, job_id: str) -> Callable[[object], None]:
        def forget(_: object) -> None:
            self._jobs.pop(job_id, None)
            self._tell()

        return forget

    def _tell(self) -> None:
        running = {job.id for job in self._jobs.values() if job.state == "running"}
        for gone in self.paces.keys() - running:
            del self.paces[gone]
        self.changed.emit()

    def _hear(self, job_id: str, event: object) -> None:
        pace = self.paces.get(job_id, Pace())
        self.paces[job_id] = pace.after(cast("Any", event), monotonic())
        self.paced.emit()

    def _ask(self, method: str, *args: Any, **kwargs: Any) -> None:
        self._engine.ask(method, *args, **kwargs, failed=self._refused)

    def _opened(self, name: str, data: object) -> None:
        self.opened.emit(data, name)

    def _refused(self, error: Exception) -> None:
        self.said.emit(str(error))
