"""What a person can do with files and tabs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from gui.commands.command import Command
from gui.desk.relinking import named

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenuBar

    from gui.canvas.canvas import Canvas
    from gui.commands.commands import Commands
    from gui.desk.asking import Asking
    from gui.desk.bars import Bars
    from gui.desk.closing import Closing
    from gui.desk.desk import Desk
    from gui.desk.exporting import Exporting
    from gui.desk.leftovers import Leftovers
    from gui.desk.recents import RecentMenu
    from gui.desk.relinking import Relinking
    from gui.desk.saving import Saving
    from gui.document.document import Document

FILE, EXPORT, WINDOW = "File", "File/Export", "Window"


@dataclass(frozen=True)
class Files:
    """Everything about files that commands need.

    Attributes:
        canvas: The canvas in front.
        bars: Where recovery is offered.
        templates: Shows the templates.
        tour: Begins the tour.
        quit: Has the window close, which asks about what is unsaved.
    """

    desk: Desk
    asking: Asking
    saving: Saving
    closing: Closing
    exporting: Exporting
    relinking: Relinking
    leftovers: Leftovers
    bars: Bars
    canvas: Callable[[], Canvas | None]
    templates: Callable[[], object]
    tour: Callable[[], object]
    quit: Callable[[], object]


def commands(files: Files) -> list[Command]:
    """Return them, in the order of the menus."""
    return [
        *_opening(files),
        *_saving(files),
        *_exporting(files),
        *_tabs(files),
        *_leaving(files),
        *_helping(files),
    ]


def place_recents(bar: QMenuBar, commands: Commands, menu: RecentMenu) -> None:
    """Put the recent files into the File menu; again, whenever the menus were made anew."""
    before = commands.action("file.templates")
    for entries in bar.findChildren(QMenu):
        if before in entries.actions():
            entries.insertMenu(before, menu)


def _opening(files: Files) -> list[Command]:
    desk = files.desk

    def ask() -> None:
        files.asking.open(lambda paths: [desk.open(path) for path in paths])

    return [
        Command("file.new", "New", desk.new, FILE, ("Ctrl+N",), help="Begin an empty workflow"),
        Command(
            "file.open", "Open…", ask, FILE, ("Ctrl+O",),
            help="Open workflows, or pictures that carry the one that made them",
        ),
        Command(
            "file.templates", "Templates…", files.templates, FILE,
            help="Begin with a copy of a workflow that came along",
        ),
        Command(
            "file.recover", "Recover…", partial(_recover, files), FILE,
            help="Look for workflows of an editor that ended unexpectedly",
        ),
    ]  # fmt: skip


def _recover(files: Files) -> None:
    files.leftovers.find()
    if len(files.leftovers):
        files.leftovers.offer(files.bars)
    else:
        files.bars.tell("recovery", "There is nothing to recover: no workflow was left behind.")


def _saving(files: Files) -> list[Command]:
    """Commands on the document in front."""
    desk, saving = files.desk, files.saving

    def command(
        id: str, title: str, act: Callable[[Document], object], keys: str, help: str
    ) -> Command:
        return Command(
            id, title, lambda: desk.current and act(desk.current), FILE,
            (keys,) if keys else (), lambda: desk.current is not None, help=help,
        )  # fmt: skip

    return [
        command("file.save", "Save", saving.save, "Ctrl+S", "Save the workflow to its file"),
        command(
            "file.save_as", "Save as…", saving.save_as, "Ctrl+Shift+S",
            "Save the workflow to another file, and go on with that",
        ),
        command(
            "file.save_copy", "Save a copy…", saving.save_copy, "",
            "Save the workflow to another file, and go on with this one",
        ),
    ]  # fmt: skip


def _exporting(files: Files) -> list[Command]:
    exporting = files.exporting

    def command(
        id: str, title: str, act: Callable[[Canvas], object], help: str, *, selected: bool = False
    ) -> Command:
        def can() -> bool:
            canvas = files.canvas()
            return canvas is not None and bool(canvas.selected or not selected)

        def run() -> None:
            canvas = files.canvas()
            if canvas is not None:
                act(canvas)

        return Command(id, title, run, EXPORT, (), can, help=help)

    def part(canvas: Canvas) -> None:
        files.saving.export_selection(canvas.document.graph, canvas.selected)

    return [
        command(
            "export.selection", "Selection as a workflow…", part,
            "Save the selected nodes as a workflow of their own", selected=True,
        ),
        command(
            "export.png", "Picture of the graph (PNG)…", lambda one: exporting.as_png(one, 1.0),
            "Save a picture of the whole graph",
        ),
        command(
            "export.png_large", "Picture of the graph, twice as large (PNG)…",
            lambda one: exporting.as_png(one, 2.0),
            "Save a picture of the whole graph, two pixels a pixel: for print and sharp screens",
        ),
        command(
            "export.svg", "Drawing of the graph (SVG)…", exporting.as_svg,
            "Save a drawing of the whole graph, sharp at every size",
        ),
    ]  # fmt: skip


def _tabs(files: Files) -> list[Command]:
    desk, closing = files.desk, files.closing

    def some() -> bool:
        return desk.current is not None

    def several() -> bool:
        return len(desk.documents) > 1

    return [
        Command(
            "tab.close", "Close tab", lambda: desk.current and closing.close(desk.current), FILE,
            ("Ctrl+W",), some, help="Close this workflow, after asking if it is not saved",
        ),
        Command(
            "tab.close_others", "Close the other tabs",
            lambda: desk.current and closing.close_others(desk.current), FILE, (), several,
            help="Close all workflows but this one",
        ),
        Command(
            "tab.reopen", "Reopen closed tab", desk.reopen, FILE, ("Ctrl+Shift+T",),
            lambda: bool(desk.closed_files), help="Open the file that was closed last",
        ),
        Command(
            "tab.next", "Next tab", lambda: desk.step(1), WINDOW, ("Ctrl+Tab", "Ctrl+PgDown"),
            several, help="Show the workflow to the right",
        ),
        Command(
            "tab.previous", "Previous tab", lambda: desk.step(-1), WINDOW,
            ("Ctrl+Shift+Tab", "Ctrl+PgUp"), several, help="Show the workflow to the left",
        ),
    ]  # fmt: skip


def _leaving(files: Files) -> list[Command]:
    return [
        Command(
            "program.quit", "Quit", files.quit, FILE, ("Ctrl+Q",),
            help="Close the window, after asking about what is not saved",
        )
    ]  # fmt: skip


def _helping(files: Files) -> list[Command]:
    def chosen() -> str:
        canvas = files.canvas()
        selected = [] if canvas is None else [*canvas.selected]
        if canvas is None or len(selected) != 1:
            return ""
        return selected[0] if named(canvas.document.graph, selected[0]) else ""

    def find() -> None:
        canvas = files.canvas()
        if canvas is not None and files.desk.current is not None and chosen():
            files.relinking.find(files.desk.current, canvas.document.graph, chosen())

    return [
        Command(
            "model.find", "Find the model…", find, "Graph", (), lambda: bool(chosen()),
            help="Say where the model or file of the selected node is, for all nodes that name it",
        ),
        Command("help.tour", "Tour of the window", files.tour, "Help", help="Show the tour again"),
    ]  # fmt: skip
