"""What a person can do about running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.commands.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gui.bridge.engine import Engine
    from gui.running.runner import Runner
    from gui.running.status import Status


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

    def run(**how: object) -> Callable[[], None]:
        def call() -> None:
            status = current()
            if status is not None:
                runner.run(status, **how)

        return call

    def run_to() -> None:
        run(targets=tuple(selected()))()

    def run_times() -> None:
        ask_times(lambda times: run(times=times, seeds="new")())

    def do(what: Callable[[Status], object]) -> Callable[[], None]:
        def call() -> None:
            status = current()
            if status is not None:
                what(status)

        return call

    def is_open() -> bool:
        return current() is not None

    def is_running() -> bool:
        status = current()
        return status is not None and bool(status.waiting)

    def has_run() -> bool:
        status = current()
        return status is not None and status.job is not None

    def can_run_to() -> bool:
        return is_open() and any(True for _ in selected())

    def answers() -> bool:
        return engine.state.answers

    return [
        Command(
            "run.all",
            "Run",
            run(),
            menu="Run",
            keys=("Ctrl+Return", "F5"),
            enabled=is_open,
            help="Run everything that saves or shows a value",
        ),
        Command(
            "run.to",
            "Run to Here",
            run_to,
            menu="Run",
            keys=("Ctrl+Shift+Return",),
            enabled=can_run_to,
            help="Run the selected nodes and all that they need",
        ),
        Command(
            "run.new_seeds",
            "Run with New Seeds",
            run(seeds="new"),
            menu="Run",
            keys=("Ctrl+Alt+Return",),
            enabled=is_open,
            help="Draw the seeds that are not locked anew, and run",
        ),
        Command(
            "run.times",
            "Run Several Times…",
            run_times,
            menu="Run",
            enabled=is_open,
            help="Run again and again, each time with seeds drawn anew",
        ),
        Command(
            "run.again",
            "Run the Last Again",
            do(runner.again),
            menu="Run",
            enabled=has_run,
            help="Run what ran last as it was then, with the seeds it had",
        ),
        Command(
            "run.stop",
            "Stop",
            do(runner.stop),
            menu="Run",
            keys=("Ctrl+.",),
            enabled=is_running,
            help="Cancel what runs and waits of this workflow; what has finished is kept",
        ),
        Command(
            "engine.restart",
            "Restart the Engine",
            engine.restart,
            menu="Run",
            help="End the engine and start it again; what runs begins anew",
        ),
        Command(
            "engine.free",
            "Free Memory",
            lambda: engine.ask("free"),
            menu="Run",
            enabled=answers,
            help="Let the engine go of values and models as soon as no job runs",
        ),
    ]
