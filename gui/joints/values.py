"""Viewers and timeline joined to the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.editor import Editor


def join(editor: Editor) -> None:
    """Show values where they are looked at."""
