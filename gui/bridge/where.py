"""Which engine the editor works with."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - a field's type, for whoever reads it

BATCH = "engine.batch"
"""How many jobs an own engine runs together, among a person's settings."""
MOST_TOGETHER = 64
"""How many ``nodegraph serve`` takes."""
PROGRAM = (sys.executable, "-c", "from nodegraph.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Where:
    """An engine of the editor's own, or with a ``url`` one that somebody else runs.

    Attributes:
        url: ``http://HOST:PORT`` of a remote engine; empty for an own one.
        token: What the remote engine wants to be shown.
        data: The own engine's data folder; the user's by default.
        options: More options for ``nodegraph serve``.
        program: What starts ``nodegraph``.
    """

    url: str = ""
    token: str = ""
    data: Path | None = None
    options: tuple[str, ...] = ()
    program: tuple[str, ...] = PROGRAM

    @property
    def command(self) -> tuple[str, ...]:
        """What starts the own engine; its token is drawn there and told through a pipe."""
        folder = () if self.data is None else ("--data", str(self.data))
        return (*self.program, "serve", "--attached", *folder, *self.options)
