"""``nodegraph run``: a workflow once, or once for every combination of a sweep."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from nodegraph import workflow
from nodegraph.cli import caches, progress
from nodegraph.cli.guard import FAILED, INTERRUPTED, say, say_failure
from nodegraph.cli.imports import examine, tell
from nodegraph.cli.interrupt import Interrupts
from nodegraph.cli.job import Job, describe
from nodegraph.cli.packs import warn_of_broken_packs
from nodegraph.cli.picture import Memory
from nodegraph.comfy.importing import is_imported
from nodegraph.errors import Cancelled, NodeError, NodegraphError, OverrideError, UnknownChoiceError
from nodegraph.execution.context import DEVICES, DTYPES, CancelToken, Options
from nodegraph.execution.events import FileSaved, Noted, RunStarted, TargetSkipped
from nodegraph.execution.run import Executor, Result, resolve_seeds
from nodegraph.overrides import drawn, grid, override, parse_setting, parse_sweep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodegraph.cli.output import Output
    from nodegraph.execution.events import Event
    from nodegraph.execution.plan import Plan
    from nodegraph.graph import Graph


@dataclass(frozen=True)
class Request:
    """What was asked for; see ``nodegraph run --help``."""

    file: Path
    settings: tuple[str, ...]
    sweeps: tuple[str, ...]
    targets: tuple[str, ...] | None
    out: Path
    device: str | None
    dtype: str | None
    cache: bool


def run(request: Request, output: Output, *, debug: bool) -> int:
    """Run what was asked for; returns the exit code.

    Raises:
        NodegraphError: The file or the arguments are wrong; nothing has run.
    """
    display = progress.choose(output)
    with Interrupts(display.stopping) as interrupts:
        output.on_broken = interrupts.token.cancel
        graph = workflow.load(request.file)
        warn_of_broken_packs(output)
        if is_imported(graph):
            tell(examine(graph, request.file, output), output)
        memory = Memory(request.file)
        options = _options(request, memory, previews=output.previews)
        jobs = _jobs(graph, request)
        series = Series(request, options, memory, output, display, interrupts.token, debug)
        with display:
            code = series.run(jobs)
        return FAILED if output.broken else code


def _options(request: Request, memory: Memory, *, previews: bool) -> Options:
    before = memory["options"]
    device = request.device or before.get("device", "auto")
    dtype = request.dtype or before.get("dtype", "auto")
    if device.partition(":")[0] not in DEVICES:
        raise UnknownChoiceError("device", device, DEVICES)
    if dtype not in DTYPES:
        raise UnknownChoiceError("dtype", dtype, DTYPES)
    return Options(
        out=request.out,
        device=device,
        dtype=dtype,
        previews=previews,
        base=request.file.resolve().parent,
    )


def _jobs(graph: Graph, request: Request) -> Iterator[Job]:
    """Return the runs; every argument is read before the first of them."""
    settings = dict(parse_setting(graph, text) for text in request.settings)
    sweeps = [parse_sweep(graph, text) for text in request.sweeps]
    places = [place for place, _ in sweeps]
    for place in places:
        if place in settings or places.count(place) > 1:
            raise OverrideError(f"{place} is set more than once; leave one --set or --sweep out")
    asked = override(graph, settings) if settings else graph
    base = resolve_seeds(asked)
    combinations = list(grid(sweeps))
    job = Job(request.file.name, 1, len(combinations), base, drawn=drawn(asked, base))
    return (job.with_values(number, values) for number, values in enumerate(combinations, 1))


@dataclass
class Series:
    """Runs one job after another, all with one executor."""

    request: Request
    options: Options
    memory: Memory
    output: Output
    display: progress.Plain
    cancel: CancelToken
    debug: bool
    executor: Executor = field(init=False)
    skipped: set[str] = field(default_factory=set[str])
    failed: int = 0

    def __post_init__(self) -> None:
        self.executor = Executor(cache=caches.make(keep=self.request.cache))

    def run(self, jobs: Iterator[Job]) -> int:
        """Run all jobs; one that fails does not keep the others from running."""
        done = total = 0
        for job in jobs:
            total = job.total
            try:
                self._run(job)
            except Cancelled:
                return self._cancelled(job, done)
            except NodeError as error:
                self._ended(job, "failed")
                say_failure(error, self.output, debug=self.debug)
            except NodegraphError as error:
                if not (done or self.failed):
                    raise
                self._ended(job, "failed")
                say(error, self.output)
            else:
                done += 1
        if self.failed and total > 1:
            self.output.note(f"{self.failed} of {total} runs failed")
        return FAILED if self.failed or self.skipped else 0

    def _run(self, job: Job) -> None:
        if job.number == 1:
            self._look_ahead(self.executor.plan(job.graph, self.request.targets))
        result = self.executor.run(
            job.graph,
            self.request.targets,
            options=self.options,
            listener=partial(self._hear, job),
            cancel=self.cancel,
        )
        self._finished(job, result)

    def _look_ahead(self, ready: Plan) -> None:
        """Say before the first run what is in its way, and what has changed since a picture."""
        caches.check_writable(self.options.out, ready)
        if not (self.request.settings or self.request.sweeps):
            for difference in self.memory.differences(ready, self.options):
                self.output.note(f"warning: the picture may come out differently: {difference}")

    def _hear(self, job: Job, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._begin(job)
        self.display(event)
        if self.output.json_lines:
            self.output.event(event)
        elif isinstance(event, FileSaved) and event.new:
            with self.display.paused():
                self.output.line(event.path)
        elif isinstance(event, Noted):
            with self.display.paused():
                self.output.note(f"note: {event.node}: {event.message}")
        if isinstance(event, TargetSkipped) and event.node not in self.skipped:
            self.skipped.add(event.node)
            with self.display.paused():
                self.output.note(f"error: {event.node} was skipped: {event.message}")

    def _begin(self, job: Job) -> None:
        """Say what is not in the file: the sweep's values, and the seeds that were drawn."""
        said = job.values | job.drawn
        if self.output.json_lines and said:
            about = {"event": "Settings", "number": job.number, "of": job.total, "values": said}
            self.output.json(about)
        elif job.drawn:
            self.output.note("drawn: " + ", ".join(f"{k}={v}" for k, v in job.drawn.items()))
        self.display.begin(job)

    def _finished(self, job: Job, result: Result) -> None:
        count = len(result.files)
        files = f", {count} file{'s' * (count != 1)}" if count else ""
        self.display.end(job, f"done in {result.seconds:.1f} s{files}")
        if not self.output.json_lines:
            for line in describe(result.values):
                self.output.note(line)

    def _ended(self, job: Job, outcome: str) -> None:
        self.failed += 1
        self.display.end(job, outcome)

    def _cancelled(self, job: Job, done: int) -> int:
        self.display.end(job, "stopped")
        if job.total > 1:
            self.output.note(f"{done} of {job.total} runs were done before")
        return INTERRUPTED
