"""Undo and redo, which say what they would take back or make again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.commands.command import Command

if TYPE_CHECKING:
    from gui.canvas.acts.on import On
    from gui.canvas.canvas import Canvas


def undo(canvas: Canvas) -> None:
    """Take the last step back; what is being typed is kept first."""
    canvas.close_editor()
    canvas.document.undo()


def redo(canvas: Canvas) -> None:
    """Make the step again that was taken back last."""
    canvas.close_editor()
    canvas.document.redo()


def commands(on: On) -> list[Command]:
    """Return the commands of this topic."""
    return [
        Command(
            "edit.undo", on.words(_undo_title, "Undo"), on.do(undo), "Edit", ("Ctrl+Z",),
            on.when(lambda canvas: canvas.document.can_undo), help="Take the last step back.",
        ),
        Command(
            "edit.redo", on.words(_redo_title, "Redo"), on.do(redo), "Edit",
            ("Ctrl+Shift+Z", "Ctrl+Y"), on.when(lambda canvas: canvas.document.can_redo),
            help="Make the step again that was taken back last.",
        ),
    ]  # fmt: skip


def _undo_title(canvas: Canvas) -> str:
    return f"Undo {canvas.document.undo_title}".strip()


def _redo_title(canvas: Canvas) -> str:
    return f"Redo {canvas.document.redo_title}".strip()
