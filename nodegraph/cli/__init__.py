"""The command line: ``nodegraph run``, ``check``, ``show``, ``nodes``, ``schema``, ``info``."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import NoReturn

SELDOM = 20_000
"""New objects between two collections. Importing makes a hundred thousand that stay, and by
default they are walked every 700: a tenth of a short command's time."""


def main() -> None:
    """Run the command line; the entry point of the ``nodegraph`` script."""
    gc.set_threshold(SELDOM)
    from nodegraph.cli.app_engine import app

    try:
        app(prog_name="nodegraph")
    except SystemExit as end:
        _leave(end.code)


def _leave(code: str | int | None) -> NoReturn:
    """End at once: to take torch apart piece by piece costs more than a second."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):  # closed by the other side
            stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
