"""How a run is going, for people: plain lines, or a bar where stderr is a terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from nodegraph.cli.job import Job
    from nodegraph.cli.output import Output
    from nodegraph.execution.events import Event


class Plain:
    """A line when a run begins and one when it ends; no control characters."""

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""

    def __init__(self, output: Output) -> None:
        self.output = output

    def begin(self, job: Job) -> None:
        """Say that a run begins."""
        self.output.note(f"{job}: started")

    def __call__(self, event: Event) -> None:
        """Take an event in."""

    def paused(self) -> AbstractContextManager[None]:
        """Leave the terminal to others for a while."""
        return contextlib.nullcontext()

    def end(self, job: Job, outcome: str) -> None:
        """Say how a run ended."""
        self.output.note(f"{job}: {outcome}")

    def stopping(self) -> None:
        """Say that the run is about to stop; called from a signal handler."""
        os.write(2, "stopping…\n".encode())


class Silent(Plain):
    """Nothing, for those who read the events themselves."""

    def begin(self, job: Job) -> None:
        """Say nothing."""

    def end(self, job: Job, outcome: str) -> None:
        """Say nothing."""


def choose(output: Output) -> Plain:
    """Return what suits the terminal."""
    if output.json_lines:
        return Silent(output)
    if sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        from nodegraph.cli.bar import Bar

        return Bar(output)
    return Plain(output)
