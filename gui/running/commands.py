"""What a person can do about running."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.commands.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gui.bridge.engine import Engine
    from gui.running.runner import Runner, Seeds
    from gui.running.status import Status


@dataclass(frozen=True)
class Front:
    """What is done to the document in front.

    Attributes:
        current: Its status; none where no document is open.
        selected: Its selected nodes, by path.
    """

    runner: Runner
    current: Callable[[], Status | None]
    selected: Callable[[], Iterable[str]]

    def run(self, times: int = 1, seeds: Seeds = "keep") -> None:
        """Run all of it."""
        status = self.current()
        if status is not None:
            self.runner.run(status, times=times, seeds=seeds)

    def run_to(self) -> None:
        """Run the selected nodes."""
        status = self.current()
        if status is not None:
            self.runner.run(status, targets=tuple(self.selected()))

    def again(self) -> None:
        """Run its last job again."""
        status = self.current()
        if status is not None:
            self.runner.again(status)

    def stop(self) -> None:
        """Cancel its jobs."""
        status = self.current()
        if status is not None:
            self.runner.stop(status)

    def is_open(self) -> bool:
        """Tell whether there is one."""
        return self.current() is not None

    def is_selected(self) -> bool:
        """Tell whether any of its nodes are selected."""
        return self.is_open() and bool(tuple(self.selected()))

    def is_running(self) -> bool:
        """Tell whether any of its jobs runs or waits."""
        status = self.current()
        return status is not None and bool(status.waiting)

    def has_run(self) -> bool:
        """Tell whether it has run before."""
        status = self.current()
        return status is not None and status.job is not None


def commands(
    runner: Runner,
    engine: Engine,
    current: Callable[[], Status | None],
    selected: Callable[[], Iterable[str]],
    ask_times: Callable[[Callable[[int], object]], object],
) -> list[Command]:
    """Return the commands.

    Args:
        current: The document in front.
        selected: Its selected nodes, by path.
        ask_times: Asks how often, and calls back with the number.
    """
    front = Front(runner, current, selected)
    return [*_running(front, ask_times), *_ending(front), *_of_engine(engine)]


def _running(front: Front, ask_times: Callable[[Callable[[int], object]], object]) -> list[Command]:
    return [
        Command(
            "run.all",
            "Run",
            front.run,
            menu="Run",
            keys=("Ctrl+Return", "F5"),
            enabled=front.is_open,
            help="Run everything that saves or shows a value",
        ),
        Command(
            "run.to",
            "Run to here",
            front.run_to,
            menu="Run",
            keys=("Ctrl+Shift+Return",),
            enabled=front.is_selected,
            help="Run the selected nodes and all that they need",
        ),
        Command(
            "run.new_seeds",
            "Run with new seeds",
            lambda: front.run(seeds="new"),
            menu="Run",
            keys=("Ctrl+Alt+Return",),
            enabled=front.is_open,
            help="Draw the seeds that are not locked anew, and run",
        ),
        Command(
            "run.times",
            "Run several times…",
            lambda: ask_times(lambda times: front.run(times, "new")),
            menu="Run",
            enabled=front.is_open,
            help="Run again and again, each time with seeds drawn anew",
        ),
    ]


def _ending(front: Front) -> list[Command]:
    return [
        Command(
            "run.again",
            "Run the last again",
            front.again,
            menu="Run",
            enabled=front.has_run,
            help="Run what ran last as it was then, with the seeds it had",
        ),
        Command(
            "run.stop",
            "Stop",
            front.stop,
            menu="Run",
            keys=("Ctrl+.",),
            enabled=front.is_running,
            help="Cancel what runs and waits of this workflow; what has finished is kept",
        ),
    ]


def _of_engine(engine: Engine) -> list[Command]:
    return [
        Command(
            "engine.restart",
            "Restart the engine",
            engine.restart,
            menu="Run",
            help="End the engine and start it again; what runs begins anew",
        ),
        Command(
            "engine.free",
            "Free memory",
            lambda: engine.ask("free"),
            menu="Run",
            enabled=lambda: engine.state.answers,
            help="Let the engine go of values and models as soon as no job runs",
        ),
    ]
