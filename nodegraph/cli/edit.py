"""``nodegraph edit``: the editor, where it is installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def open_editor(files: Sequence[Path]) -> int:
    """Show the editor until it is closed, and return the exit code.

    The core stands below the editor, so it knows it by name alone.

    Raises:
        BadParameter: It is not installed.
    """
    if find_spec("gui") is None or find_spec("PySide6") is None:
        raise typer.BadParameter("the editor is not installed; pip install 'PySide6-Essentials'")
    return import_module("gui.app").run(files)
