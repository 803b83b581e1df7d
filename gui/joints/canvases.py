"""The canvases joined to the window: their commands, what is dropped on them, their zoom."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gui.canvas import accessible
from gui.canvas.adding import Offer, added
from gui.canvas.commands import commands
from gui.canvas.dropping import node_type
from gui.canvas.menus import pop_up
from gui.desk.opening import drop_edit, what_is
from gui.desk.pictures import keep_picture
from gui.docks.shelves import KEPT
from gui.scope.menu import of_parameter, of_socket
from gui.scope.reusable import kept
from gui.scope.scope import Scope
from nodegraph.errors import NodegraphError
from nodegraph.graph import SUBGRAPH
from nodegraph.subgraphs import interface

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

    from gui.canvas.canvas import Canvas
    from gui.canvas.hits import Hit
    from gui.canvas.menus import Extra
    from gui.canvas.tools.tool import Pointer
    from gui.editor import Editor
    from gui.seat import Seat
    from nodegraph.graph import Graph


def join(editor: Editor) -> None:
    """Add the canvas' commands; take what is dropped on it."""
    editor.window.commands.add(*commands(lambda: editor.canvas))
    editor.window.dropped.connect(partial(_open_files, editor))
    editor.seated.connect(partial(_follow_pages, editor))
    editor.front_changed.connect(partial(_show_zoom, editor))
    accessible.install()


def add_type(editor: Editor, type_id: str, at: tuple[float, float] | None = None) -> None:
    """Add a node of a type to the canvas in front, in its middle where nothing is said."""
    canvas = editor.canvas
    if canvas is None:
        return
    graph = canvas.document.graph
    offer = _offer(graph, type_id)
    if offer is None:
        editor.say(f"there is no node type {type_id!r} any more; restart the engine to list anew")
        return
    middle = canvas.camera.to_scene(canvas.width() / 2, canvas.height() / 2)
    edit, node_id = added(graph, offer, at or middle, None)
    try:
        canvas.document.apply(edit)
    except NodegraphError as error:
        editor.say_error(editor.desk.current, str(error))
        return
    canvas.select({node_id})
    canvas.setFocus()
    editor.placed.emit(type_id)


def _offer(graph: Graph, type_id: str) -> Offer | None:
    """Return what an id of the library stands for: a type, a subgraph that is here, a saved one."""
    if type_id.startswith(KEPT):
        library, _ = kept(graph.catalogue)
        name = type_id.removeprefix(KEPT)
        return next((Offer(one.spec, kept=one) for one in library if one.name == name), None)
    definition = graph.subgraphs.get(type_id.removeprefix(SUBGRAPH))
    spec = interface(type_id, definition) if definition else graph.catalogue.get(type_id)
    return None if spec is None else Offer(spec)


def _follow_pages(editor: Editor, seat: Seat) -> None:
    seat.page.made.connect(partial(_prepare, editor))


def _show_zoom(editor: Editor) -> None:
    editor.status_bar.show_zoom(editor.canvas.camera.scale if editor.canvas else 0.0)


def _prepare(editor: Editor, canvas: Canvas) -> None:
    canvas.model_names = editor.models.of
    canvas.moved.connect(lambda: editor.status_bar.show_zoom(canvas.camera.scale))
    canvas.dropped.connect(partial(_drop, editor, canvas))
    canvas.said.connect(editor.say)
    canvas.menu_wanted.connect(partial(_open_menu, editor, canvas))
    editor.window.commands.host(canvas)


def _open_menu(editor: Editor, canvas: Canvas, hit: Hit, pointer: Pointer) -> None:
    pop_up(canvas, editor.window.commands, _extras(canvas, hit), hit, pointer)


def _extras(canvas: Canvas, hit: Hit) -> list[Extra]:
    """Return what may be done with a socket or parameter besides: published, put in the form."""
    document = canvas.document
    if hit.part not in ("socket", "field"):
        return []
    if isinstance(document, Scope):
        found = of_socket(document, hit.id, hit.name, output=hit.output)
    else:
        found = of_parameter(document, hit.id, hit.name)
    return [(one.title, one.run) for one in found]


def _drop(editor: Editor, canvas: Canvas, data: QMimeData, pointer: Pointer) -> None:
    """Add the type or the pictures that were dropped; open the workflows."""
    if node_type(data):
        add_type(editor, node_type(data), (pointer.x, pointer.y))
        return
    if data.hasImage() and not data.hasUrls():
        _load_picture(editor, canvas, data, (pointer.x, pointer.y))
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    for number, path in enumerate(paths):
        if what_is(path) == "image":
            _load(editor, canvas, path, (pointer.x + 40 * number, pointer.y + 40 * number))
        else:
            editor.desk.open(path)


def _load_picture(editor: Editor, canvas: Canvas, data: QMimeData, at: tuple[float, float]) -> None:
    try:
        _load(editor, canvas, keep_picture(data), at)
    except NodegraphError as error:
        editor.say_error(editor.desk.current, str(error))


def _load(editor: Editor, canvas: Canvas, path: Path, at: tuple[float, float]) -> None:
    try:
        canvas.document.apply(drop_edit(canvas.document.graph, path, at))
    except NodegraphError as error:
        editor.say_error(editor.desk.current, str(error))


def _open_files(editor: Editor, names: list[str]) -> None:
    for name in names:
        editor.desk.open(Path(name))
