"""One job in a worker: read, run, and said in one word how it went."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodegraph.engine.jobs import Failure
from nodegraph.engine.looking import read
from nodegraph.engine.messages import Finished
from nodegraph.errors import Cancelled, NodeError, NodegraphError, ProblemsError
from nodegraph.execution.context import Options
from nodegraph.execution.events import FileSaved, NodeFinished
from nodegraph.failures import lost_device, of_node, out_of_memory, unexpected

if TYPE_CHECKING:
    from nodegraph.engine.kept import Kept
    from nodegraph.engine.messages import Start
    from nodegraph.execution.context import CancelToken
    from nodegraph.execution.events import Event
    from nodegraph.execution.run import Executor, Result

REPORT = "run the workflow with nodegraph run --debug for the traceback, and report it"


@dataclass
class Performance:
    """One job while it runs.

    Attributes:
        hear: Told every event.
        kept: Shown the values of zones.
        folders: Those it may read from beside its own, where it may not read from all.
        shelf: Where what it saves is moved to.
        short_of_memory: Whether it failed for want of memory.
        lost_device: Whether it left the device in a state that only a new process gets out of.
    """

    start: Start
    hear: Callable[[Event], None]
    kept: Kept
    folders: tuple[Path, ...] = ()
    shelf: Path | None = None
    short_of_memory: bool = False
    lost_device: bool = False
    files: list[tuple[str, str]] = field(default_factory=list["tuple[str, str]"])
    kept_files: list[tuple[str, str]] = field(default_factory=list["tuple[str, str]"])
    timings: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])

    def run(self, executor: Executor, device: str, cancel: CancelToken) -> Finished:
        """Run the job; whatever is raised, the worker lives on and says what it was."""
        try:
            result = self._run(executor, device, cancel)
        except Cancelled:
            return self._finished("cancelled")
        except BaseException as error:  # noqa: BLE001 - a bad job must not end the worker
            self.short_of_memory = any(map(out_of_memory, (error, error.__cause__)))
            self.lost_device = any(map(lost_device, (error, error.__cause__)))
            return self._finished("failed", error=failure(error))
        skipped = {
            target: "; ".join(problem.message for problem in problems)
            for target, problems in result.skipped.items()
        }
        return self._finished("done", skipped=skipped)

    def _run(self, executor: Executor, device: str, cancel: CancelToken) -> Result:
        start, options = self.start, self._options(device)
        graph = read(start.workflow)
        inside = executor.signatures(graph, start.targets, options=options)
        self.kept.begin(start.job, inside)
        return executor.run(
            graph,
            start.targets,
            options=options,
            listener=self._hear,
            cancel=cancel,
            observe=partial(self.kept.add, start.job) if inside else None,
        )

    def _options(self, device: str) -> Options:
        start = self.start
        allowed = None if start.readable is None else map(Path, start.readable)
        return Options(
            out=Path(start.out),
            shelf=self.shelf,
            device=own(start.device, device),
            dtype=start.dtype,
            base=Path(start.base) if start.base else None,
            readable=None if allowed is None else (*allowed, *self.folders),
            models=self.folders,
        )

    def _finished(self, state: Any, **rest: Any) -> Finished:
        files, kept = tuple(self.files), tuple(self.kept_files)
        return Finished(self.start.job, state, files=files, kept=kept, timings=self.timings, **rest)

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
        if not event.new and path.is_relative_to(out.parent):
            path = self._again(path, out)
        elif not event.new:
            self.kept_files.append((event.node, str(path)))
        if path.is_relative_to(out):
            self.files.append((event.node, path.relative_to(out).as_posix()))

    def _again(self, path: Path, out: Path) -> Path:
        """Copy what a job that runs together with this one saved: it is in no gallery yet."""
        copy = out.joinpath(*path.relative_to(out.parent).parts[1:])
        if copy != path:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        return copy


class DeviceError(NodegraphError):
    """The device is not the one that this worker computes on."""


def own(asked: str, device: str) -> str:
    """Return the name of a worker's device, if that is what is asked for.

    Raises:
        DeviceError: It is another one.
    """
    if asked not in ("auto", device, device.partition(":")[0]):
        raise DeviceError(f"there is no device {asked!r} here; use {device} or auto")
    return device


def failure(error: BaseException) -> Failure:
    """Return why a job failed, in a sentence, and whom to blame."""
    if isinstance(error, NodeError):
        return Failure(of_node(error), error.node_id, error.type_id)
    if isinstance(error, ProblemsError):
        return Failure(str(error), error.problems[0].node)
    if isinstance(error, NodegraphError):
        return Failure(str(error))
    return Failure(unexpected(error, REPORT))
