"""Searching joined to the window: in graphs, for commands, and for their shortcuts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from gui.canvas.keys import FIXED
from gui.commands.command import Command
from gui.commands.palette import CommandPalette
from gui.commands.shortcuts import shortcuts_dialog
from gui.find.bar import FindBar
from gui.find.commands import commands

if TYPE_CHECKING:
    from gui.editor import Editor
    from gui.seat import Seat

RECENT = "recent commands"
"""In the settings: the ids of commands used lately from the palette."""


def join(editor: Editor) -> None:
    """Give every page a search bar, and the window the palette and the list of shortcuts."""
    window, settings = editor.window, editor.settings
    palette = CommandPalette(window, window.commands, settings.get(RECENT, []))
    palette.remembered.connect(partial(settings.set, RECENT))
    editor.seated.connect(_seat)
    window.commands.add(
        *commands(lambda: _bar(editor)),
        Command(
            "palette.open", "All commands…", palette.open, "Help", ("Ctrl+Shift+P", "F4"),
            help="Search for anything that can be done.",
        ),
        Command(
            "shortcuts.open", "Keyboard shortcuts…", partial(show_shortcuts, editor), "Help",
            ("Ctrl+K",), help="See every shortcut, and choose others.",
        ),
    )  # fmt: skip


def show_shortcuts(editor: Editor) -> QDialog:
    """Show the list of shortcuts beside the window, one at a time."""
    window = editor.window
    for dialog in window.findChildren(QDialog, "shortcuts"):
        dialog.raise_()
        dialog.activateWindow()
        return dialog
    dialog = shortcuts_dialog(window, window.commands, FIXED)
    dialog.show()
    return dialog


def _seat(seat: Seat) -> None:
    FindBar(seat.page, lambda: seat.status.problems)


def _bar(editor: Editor) -> FindBar | None:
    """Return the search bar of the page in front."""
    return None if editor.seat is None else editor.seat.page.findChild(FindBar)
