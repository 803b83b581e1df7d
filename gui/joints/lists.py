"""Queue, gallery and help joined to the window."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from gui.desk.settling import settle
from gui.docks.commands import Docks, commands
from gui.docks.fetching import Fetching
from gui.docks.gallery import Gallery
from gui.docks.help import Help
from gui.docks.queue import Queue
from gui.document.reading import loads
from gui.joints.canvases import add_type
from gui.viewers.two_pictures import TwoPictures
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from pathlib import Path

    from gui.canvas.canvas import Canvas
    from gui.docks.library import Library
    from gui.docks.problems import Problems
    from gui.editor import Editor
    from gui.seat import Seat
    from nodegraph.engine.jobs import Output


def join(editor: Editor, library: Library, problems: Problems) -> None:
    """Put the panels into docks, and add the commands of all of them."""
    queue, gallery, help_ = _join_queue(editor), _join_gallery(editor), _join_help(editor)
    library.help_wanted.connect(help_.show_type)
    docks = Docks(library, queue, gallery, problems, help_)
    editor.window.commands.add(*commands(docks, editor.window.show_dock))


def _join_queue(editor: Editor) -> Queue:
    queue = Queue(editor.engine, lambda: editor.appearance.looks)
    queue.jobs.said.connect(editor.say)
    queue.jobs.opened.connect(partial(_open_data, editor))
    editor.window.add_dock("queue", "Queue", queue, "bottom", keys="Ctrl+6", shown=False)
    return queue


def _join_gallery(editor: Editor) -> Gallery:
    gallery = Gallery(editor.engine, lambda: editor.appearance.looks)
    gallery.said.connect(editor.say)
    gallery.opened.connect(partial(_open_data, editor))
    gallery.compared.connect(partial(_compare, editor, Fetching(editor.engine, editor.say)))
    editor.ended.connect(gallery.settle)
    editor.window.add_dock("gallery", "Gallery", gallery, "bottom", keys="Ctrl+7", shown=False)
    return gallery


def _join_help(editor: Editor) -> Help:
    """Show the help on what is selected, or on what a canvas asks for."""
    help_ = Help(lambda: editor.engine.catalogue, lambda: editor.appearance.looks)
    help_.chosen.connect(partial(add_type, editor))

    def show() -> None:
        canvas = editor.canvas
        chosen = set[str]() if canvas is None else canvas.selected
        if canvas is None or not chosen:
            help_.show_spec(None)
        elif len(chosen) == 1:
            name = next(iter(chosen))
            state = canvas.states.nodes.get(name)
            help_.show_spec(canvas.document.graph.spec(name), state.why if state else "")

    def explain(type_id: str, _: str) -> None:
        help_.show_type(type_id)
        editor.window.show_dock("help")

    def follow_canvas(canvas: Canvas) -> None:
        canvas.help_wanted.connect(explain)

    def follow(seat: Seat) -> None:
        seat.page.selection_changed.connect(show)
        seat.page.made.connect(follow_canvas)

    editor.seated.connect(follow)
    editor.front_changed.connect(show)
    editor.window.add_dock("help", "Help", help_, "right", keys="F1", shown=False)
    return help_


def _open_data(editor: Editor, data: dict[str, Any], _: str) -> None:
    """Open the workflow of a job or of a picture, as a document without a file."""
    try:
        graph = loads(json.dumps(data), editor.engine.catalogue)
        settle(graph)
    except NodegraphError as error:
        editor.say_error(None, f"the workflow cannot be opened: {error}")
        return
    editor.desk.new(graph)


def _compare(editor: Editor, fetching: Fetching, one: Output, other: Output) -> None:
    def got_one(first: Path) -> None:
        def got_other(second: Path) -> None:
            TwoPictures(first, second, lambda: editor.appearance.looks, editor.window).show()

        fetching.fetch(other, got_other)

    fetching.fetch(one, got_one)
