"""Commands for files and tabs joined to the window; missing models, the templates, the tour."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gui.desk.commands import Files, commands, place_recents
from gui.desk.exporting import Exporting
from gui.desk.first_start import open_example, start_tour
from gui.desk.recents import RecentMenu
from gui.desk.relinking import Relinking, named_at
from gui.desk.start_page import StartWindow

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas
    from gui.editor import Editor
    from gui.joints.documents import Documents
    from gui.joints.start import Start
    from gui.running.problem import Problem
    from gui.seat import Seat


def join(editor: Editor, documents: Documents, start: Start) -> None:
    """Add the commands, and have a node's button for files ask for one."""
    relinking = Relinking(editor.desk, documents.asking)
    files = Files(
        desk=editor.desk,
        asking=documents.asking,
        saving=documents.saving,
        closing=documents.closing,
        exporting=Exporting(editor.desk, documents.saving, documents.asking),
        relinking=relinking,
        leftovers=documents.leftovers,
        bars=editor.bars,
        canvas=lambda: editor.canvas,
        templates=lambda: StartWindow(start.make_page(), editor.window).show(),
        tour=partial(show_tour, editor),
        quit=editor.window.close,
    )
    editor.window.commands.add(*commands(files))
    editor.seated.connect(partial(_follow_pages, relinking))
    editor.find_wanted.connect(partial(_find, editor, relinking))


def add_recents(editor: Editor, documents: Documents) -> None:
    """Put the recent files into the File menu, once there is one."""
    menu = RecentMenu(documents.recents, editor.desk)
    menu.setParent(editor.window, menu.windowFlags())
    place_recents(editor.window.menuBar(), editor.window.commands, menu)


def show_tour(editor: Editor) -> None:
    """Begin the tour, with the example where nothing is open."""
    if editor.canvas is None:
        open_example(editor.desk)
    start_tour(editor.window, lambda: editor.canvas, editor.settings, editor.appearance.theme)


def _find(editor: Editor, relinking: Relinking, problem: Problem) -> None:
    """Ask where what a problem misses is."""
    document = editor.desk.current
    if document is not None:
        found = named_at(document.graph, problem.node, problem.socket)
        if found is not None:
            relinking.replace(document, found)


def _follow_pages(relinking: Relinking, seat: Seat) -> None:
    seat.page.made.connect(partial(_follow_canvas, relinking))


def _follow_canvas(relinking: Relinking, canvas: Canvas) -> None:
    canvas.browse.connect(partial(relinking.browse, canvas.document))
