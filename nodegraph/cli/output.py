"""Where words go: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodegraph.errors import Problem
    from nodegraph.execution.events import Event

CONTROL = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if code not in (9, 10)}


def clean(text: str) -> str:
    """Return a text of a file without what a terminal would take for commands."""
    return text.translate(CONTROL)


@dataclass
class Output:
    """Writes to the two streams.

    Attributes:
        json_lines: Events and errors go to stdout as JSON, one a line.
        previews: Their pictures too.
        file: Named before each problem, where several files are read.
        on_broken: Called when nobody reads stdout any more.
        broken: Whether that happened.
    """

    json_lines: bool = False
    previews: bool = False
    file: str = ""
    on_broken: Callable[[], None] | None = None
    broken: bool = False

    def line(self, text: str) -> None:
        """Write a line of the result."""
        try:
            typer.echo(text)
        except BrokenPipeError:
            if self.on_broken is None:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self.broken = True
            self.on_broken()
        except UnicodeEncodeError:  # a path or a title that this terminal cannot show
            encoding = sys.stdout.encoding
            typer.echo(text.encode(encoding, "backslashreplace").decode(encoding))

    def json(self, data: Any) -> None:
        """Write JSON data as one line of the result."""
        self.line(json.dumps(data, ensure_ascii=False))

    def event(self, event: Event) -> None:
        """Write an event as one line of JSON."""
        from nodegraph.execution.events import to_json

        data = to_json(event)
        if not self.previews:
            data.pop("preview", None)
        self.json(data)

    def note(self, text: str) -> None:
        """Say something that is no result."""
        typer.echo(clean(text), err=True)

    def error(self, message: str, **more: str) -> None:
        """Say what is wrong; ``more`` says where, to those who read JSON."""
        if self.json_lines:
            self.json({"event": "Error", "message": message} | more)
        place = ": ".join(
            part for part in (self.file, more.get("path", "")) if part not in ("", "$")
        )
        for line in message.splitlines() or [""]:
            self.note(f"error: {place}: {line}" if place else f"error: {line}")

    def problem(self, problem: Problem) -> None:
        """Say one problem of a file."""
        self.error(problem.message, path=problem.path, node=problem.node, socket=problem.socket)
