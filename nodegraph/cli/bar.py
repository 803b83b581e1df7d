"""The progress bar: the node that works, its step, and the time left."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from nodegraph.cli.job import Job, shorten, title
from nodegraph.cli.progress import Plain
from nodegraph.execution import events

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from rich.console import RenderableType

    from nodegraph.cli.output import Output

REDRAWS = 10
"""A second, at most."""

BAR = 28
"""Columns; the line leaves room for the ^C that a terminal writes at its end."""


class Working(NamedTuple):
    """A node that runs, and how far it is; a zone's begin runs as long as the zone."""

    path: str
    turn: tuple[int, ...] = ()
    step: int = 0
    total: int = 0
    note: str = ""


class Left(ProgressColumn):
    """The time left, or the time taken where nobody knows."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        """Return it as ``0:01:07 left``."""
        if task.total and task.time_remaining is not None:
            return Text(f"{timedelta(seconds=int(task.time_remaining))} left", "cyan")
        return Text(str(timedelta(seconds=int(task.elapsed or 0))), "dim")


class Drawing(Progress):
    """Asks the bar what to draw whenever it draws: events cost nothing in between."""

    def __init__(self, bar: Bar) -> None:
        self.bar = bar
        super().__init__(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=BAR),
            TextColumn("{task.fields[count]}", markup=False),
            Left(),
            console=Console(stderr=True),
            refresh_per_second=REDRAWS,
            transient=True,
            redirect_stdout=False,
        )

    def get_renderables(self) -> Iterable[RenderableType]:
        """Bring the tasks up to date, then draw them."""
        self.bar.sync()
        return super().get_renderables()


class Bar(Plain):
    """One line for the node that works, and one for the series where there are several runs."""

    def __init__(self, output: Output) -> None:
        super().__init__(output)
        self.working: dict[str, Working] = {}
        self.job: Job | None = None
        self.shown = ""
        self.halting = False
        self.drawing = Drawing(self)
        self.task = self.drawing.add_task("", total=None, count="")
        self.series: TaskID | None = None

    def __exit__(self, *_: object) -> None:
        """Take the bar away, whatever happened."""
        self.drawing.stop()

    def begin(self, job: Job) -> None:
        """Draw the bar for a run."""
        self.job, self.shown = job, ""
        self.working = {}
        self.drawing.reset(self.task, total=None, description=shorten(job.name, 40), count="")
        if job.total > 1:
            if self.series is None:
                self.series = self.drawing.add_task("", total=job.total, count="")
            self.drawing.update(self.series, description=shorten(job), completed=job.number - 1)
        self.drawing.start()

    def __call__(self, event: events.Event) -> None:
        """Note what works now."""
        if isinstance(event, events.NodeStarted):
            self.working.pop(event.node, None)
            self.working[event.node] = Working(event.node, event.turn)
        elif isinstance(event, events.Progress) and event.node in self.working:
            turn = self.working[event.node].turn
            self.working[event.node] = Working(
                event.node, turn, event.step, event.total, event.note
            )
        elif isinstance(event, (events.NodeFinished, events.NodeFailed)):
            self.working.pop(event.node, None)

    def sync(self) -> None:
        """Show the innermost node that says how far it is, or else the innermost."""
        working = list(self.working.values())
        if not working or self.job is None:
            return
        found = next((one for one in reversed(working) if one.total), working[-1])
        name = self._describe(self.job, found)
        if name != self.shown:
            self.shown = name
            self.drawing.reset(self.task, total=found.total or None, description=name)
        count = f"{found.step}/{found.total}" if found.total else ""
        if found.note == "download":
            count = f"{found.step / 2**20:,.0f} of {found.total / 2**20:,.0f} MiB"
        shown = "stopping…" if self.halting else name
        self.drawing.update(
            self.task,
            description=shown,
            total=found.total or None,
            completed=found.step,
            count=count,
        )

    def _describe(self, job: Job, found: Working) -> str:
        turn = f", turn {'.'.join(str(index + 1) for index in found.turn)}" if found.turn else ""
        note = f" ({found.note})" if found.note else ""
        return shorten(title(job.graph, found.path), 40) + turn + note

    @contextlib.contextmanager
    def paused(self) -> Generator[None]:
        """Take the bar away while something else is written."""
        self.drawing.stop()
        yield
        self.drawing.start()

    def end(self, job: Job, outcome: str) -> None:
        """Take the bar away and say how the run ended."""
        self.drawing.stop()
        super().end(job, outcome)

    def stopping(self) -> None:
        """Say so in the bar at its next drawing."""
        self.halting = True
