"""One job in a worker: read, run, and said in one word how it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodegraph import workflow
from nodegraph.engine.jobs import Failure
from nodegraph.engine.messages import Finished
from nodegraph.errors import Cancelled, NodeError, NodegraphError, ProblemsError
from nodegraph.execution.events import FileSaved, NodeFinished
from nodegraph.failures import of_node, unexpected

if TYPE_CHECKING:
    from nodegraph.engine.messages import Start
    from nodegraph.execution.context import CancelToken, Options
    from nodegraph.execution.events import Event
    from nodegraph.execution.run import Executor, Result
    from nodegraph.execution.state import Seen

REPORT = "run the workflow with nodegraph run --debug for the traceback, and report it"


@dataclass
class Performance:
    """One job while it runs.

    Attributes:
        hear: Told every event.
        observe: Shown every node's values.
    """

    start: Start
    hear: Callable[[Event], None]
    observe: Callable[[Seen], None]
    files: list[tuple[str, str]] = field(default_factory=list["tuple[str, str]"])
    timings: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])

    def run(self, executor: Executor, options: Options, cancel: CancelToken) -> Finished:
        """Run the job; whatever is raised, the worker lives on and says what it was."""
        try:
            result = self._run(executor, options, cancel)
        except Cancelled:
            return self._finished("cancelled")
        except BaseException as error:  # noqa: BLE001 - a bad job must not end the worker
            return self._finished("failed", error=failure(error))
        skipped = {
            target: "; ".join(problem.message for problem in problems)
            for target, problems in result.skipped.items()
        }
        return self._finished("done", skipped=skipped)

    def _run(self, executor: Executor, options: Options, cancel: CancelToken) -> Result:
        return executor.run(
            workflow.loads(self.start.workflow, executor.registry),
            self.start.targets,
            options=options,
            listener=self._hear,
            cancel=cancel,
            observe=self.observe,
        )

    def _finished(self, state: Any, **rest: Any) -> Finished:
        return Finished(
            self.start.job, state, files=tuple(self.files), timings=self.timings, **rest
        )

    def _hear(self, event: Event) -> None:
        if isinstance(event, NodeFinished):
            self._time(event)
        elif isinstance(event, FileSaved):
            self._save(event)
        self.hear(event)

    def _time(self, event: NodeFinished) -> None:
        timing = self.timings.setdefault(event.node, {"seconds": 0.0, "turns": 0, "cached": True})
        timing["seconds"] += event.seconds
        timing["turns"] += 1
        timing["cached"] &= event.cached

    def _save(self, event: FileSaved) -> None:
        """Note a file of the job's own folder; what a node wrote elsewhere is not the gallery's."""
        path, out = Path(event.path).resolve(), Path(self.start.out).resolve()
        if path.is_relative_to(out):
            self.files.append((event.node, path.relative_to(out).as_posix()))


def failure(error: BaseException) -> Failure:
    """Return why a job failed, in a sentence, and whom to blame."""
    if isinstance(error, NodeError):
        return Failure(of_node(error), error.node_id, error.type_id)
    if isinstance(error, ProblemsError):
        return Failure(str(error), error.problems[0].node)
    if isinstance(error, NodegraphError):
        return Failure(str(error))
    return Failure(unexpected(error, REPORT))
