"""Runs documents, and knows which job belongs to which of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from gui.document import seeds
from gui.running.following import Following
from gui.running.problem import Problem, problem_of
from gui.running.sending import Parcel, base_of, reads_files, send
from gui.running.thumbnails import Thumbnails
from gui.running.track import track
from nodegraph import workflow
from nodegraph.engine.jobstate import ENDED
from nodegraph.errors import ProblemsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gui.bridge.engine import Engine
    from gui.running.status import Status
    from gui.running.track import Track
    from nodegraph.engine.jobs import Job
    from nodegraph.errors import NodegraphError
    from nodegraph.execution.events import Event

Seeds: TypeAlias = Literal["keep", "new"]
EARLY = 20_000
"""Events that are kept of jobs whose document is not known yet."""
ENDS = {"done": "The run is done.", "cancelled": "The run was cancelled."}


class Runner(QObject):
    """Runs documents on the engine.

    Attributes:
        ended: A run has ended, with the ``Status`` and the ``Job``.
        lost: What ran a job is gone, and it waits to begin again; likewise.
        refused: A run does not begin, with the ``Status``, which says why.
    """

    ended = Signal(object, object)
    lost = Signal(object, object)
    refused = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent or engine)
        self._engine = engine
        self._jobs: dict[str, Following] = {}
        self._sending = 0
        self._early: list[tuple[str, Event | Job]] = []
        self._thumbnails = Thumbnails(engine)
        engine.told.connect(self._tell)
        engine.previewed.connect(self._preview)
        engine.job_changed.connect(self._change)
        engine.jobs_changed.connect(self._ask_again)
        engine.state_changed.connect(self._engine_changed)

    def status_of(self, job: str) -> Status | None:
        """Return whose job it is, of those that run."""
        return self._jobs[job].status if job in self._jobs else None

    def run(
        self,
        status: Status,
        targets: Sequence[str] = (),
        times: int = 1,
        seeds: Seeds = "keep",
    ) -> None:
        """Run a document as it is now.

        Args:
            targets: The nodes to run up to; without any, everything that saves or shows.
            times: How often.
            seeds: With ``new`` those that are not locked are drawn for every run; those of the
                last run stand in the document afterwards.
        """
        drawn: list[Mapping[str, Any]] = [{}] * times
        if seeds == "new":
            with status.document.gesture("Draw new seeds"):
                drawn = [self._draw(status) for _ in range(times)]
        graph, path = status.document.graph, status.document.path
        base = base_of(path) if reads_files(graph) else None
        title = path.name if path else "untitled"
        text = workflow.dumps(graph)
        values = tuple(drawn)
        parcel = Parcel(text, title, tuple(targets), values, base, self._engine.catalogue)
        self._send(status, send, parcel, track=track(graph))

    def stop(self, status: Status) -> None:
        """Cancel what runs and waits of a document."""
        for job in status.waiting:
            self._engine.ask("cancel", job)

    def again(self, status: Status) -> None:
        """Run a document's last job again as it was, with the seeds it had."""
        if status.job is not None:
            self._send(status, "again", status.job.id, track=track(status.document.graph))

    def forget(self, status: Status) -> None:
        """Follow a document's jobs no longer: it was closed. They go on."""
        self._jobs = {id: one for id, one in self._jobs.items() if one.status is not status}

    # Sending

    def _draw(self, status: Status) -> Mapping[str, Any]:
        """Draw seeds into the document, and return them by ``node.param``."""
        edit = seeds.draw(status.document.graph)
        if edit is None:
            return {}
        status.document.apply(edit)
        return seeds.drawn(status.document.graph)

    def _send(self, status: Status, method: Any, *args: Any, track: Track) -> None:
        def take(jobs: list[Job]) -> None:
            self._sending -= 1
            self._accept(status, jobs, track)

        def refuse(error: NodegraphError) -> None:
            self._sending -= 1
            self._refuse(status, error)

        self._sending += 1
        status.set_run(status.job, status.waiting, "The run is on its way to the engine.")
        self._engine.ask(method, *args, then=take, failed=refuse)

    def _accept(self, status: Status, jobs: list[Job], track: Track) -> None:
        for job in jobs:
            self._jobs[job.id] = Following(job.id, track, status)
        waiting = (*status.waiting, *(job.id for job in jobs))
        status.set_run(status.job or jobs[0], waiting, "The run waits for its turn.")
        early, self._early = self._early, []
        for id, news in early:
            if id in self._jobs:
                self._take(id, news)
            elif self._sending:
                self._early.append((id, news))

    def _refuse(self, status: Status, error: NodegraphError) -> None:
        """Say why it does not run; what is wrong with the graph is so until that is mended."""
        problems = [Problem(str(error))]
        if isinstance(error, ProblemsError):
            problems = [problem_of(one) for one in error.problems]
            status.set_graph_problems(problems)
        status.set_run_problems(() if isinstance(error, ProblemsError) else problems)
        status.set_run(status.job, status.waiting, problems[0].message)
        self.refused.emit(status)

    # Hearing

    def _tell(self, id: str, event: Event) -> None:
        self._hear(id, event)

    def _change(self, job: Job) -> None:
        self._hear(job.id, job)

    def _hear(self, id: str, news: Event | Job) -> None:
        if id in self._jobs:
            self._take(id, news)
        elif self._sending and len(self._early) < EARLY:
            self._early.append((id, news))

    def _take(self, id: str, news: Any) -> None:
        from nodegraph.engine.jobs import Job

        following = self._jobs[id]
        if isinstance(news, Job):
            self._job(following, news)
        else:
            following.take(news)

    def _preview(self, id: str, node: str, picture: bytes) -> None:
        if id in self._jobs:
            image = QImage.fromData(picture)
            if not image.isNull():
                self._jobs[id].show(node, image)

    def _job(self, following: Following, job: Job) -> None:
        status = following.status
        if job.state in ENDED:
            self._end(following, job)
        elif job.state == "running":
            status.set_run(job, status.waiting, "")
        elif job.note:
            following.close()
            was_told = status.job == job
            status.set_run(job, status.waiting, f"The run begins again: {job.note}.")
            if not was_told:
                self.lost.emit(status, job)

    def _end(self, following: Following, job: Job) -> None:
        status = following.status
        del self._jobs[job.id]
        following.close()
        for output in job.outputs:
            known = status.files.get(output.node, ())
            if output.name not in known:
                status.files[output.node] = (*known, output.name)
        message = ENDS.get(job.state, "The run failed.")
        if job.error is not None:
            message = job.error.message
            if job.error.node:
                following.fail(job.error.node, message)
            else:
                status.add_run_problem(Problem(message))
        status.set_run(job, [id for id in status.waiting if id != job.id], message)
        status.values_changed.emit()
        self._thumbnails.want(following)
        self.ended.emit(status, job)

    # The engine's own life

    def _ask_again(self) -> None:
        """Learn how jobs are when the engine may have gone on without being heard."""
        for id in list(self._jobs):
            self._engine.ask("job", id, then=self._change)

    def _engine_changed(self) -> None:
        state = self._engine.state
        if state.phase not in ("lost", "restarting", "failed"):
            return
        for following in self._jobs.values():
            following.close()
            status = following.status
            status.set_run(status.job, status.waiting, state.text)
        if state.phase == "failed":
            for following in list(self._jobs.values()):
                following.status.set_run_problems([Problem(state.text)])
                following.status.set_run(following.status.job, (), state.text)
            self._jobs.clear()
