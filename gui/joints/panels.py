"""The panels joined to the window: library, form, problems."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gui.docks.library import Library
from gui.docks.problems import Problems
from gui.docks.shelves import Stock, subgraphs
from gui.form.panel import FormPanel
from gui.joints import lists
from gui.joints.canvases import add_type
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from gui.editor import Editor
    from gui.seat import Seat
    from nodegraph.edits import Edit


def join(editor: Editor) -> None:
    """Put the panels into docks, and keep them on the document in front."""
    library = _join_library(editor)
    _join_form(editor)
    lists.join(editor, library, _join_problems(editor))


def _join_library(editor: Editor) -> Library:
    def stock() -> Stock:
        here = subgraphs(editor.seat.document.graph if editor.seat else None)
        return Stock(editor.engine.catalogue, here)

    library = Library(stock, editor.settings, lambda: editor.appearance.looks)
    library.chosen.connect(partial(add_type, editor))
    editor.placed.connect(library.used)
    editor.engine.catalogue_changed.connect(library.refresh)
    editor.front_changed.connect(library.refresh)

    def refresh(edit: Edit) -> None:
        if edit.touches == "structure" and editor.seat and editor.seat.document.graph.subgraphs:
            library.refresh()

    def follow(seat: Seat) -> None:
        seat.document.changed.connect(refresh)

    editor.seated.connect(follow)
    editor.window.add_dock("library", "Library", library, "left", keys="Ctrl+1", shown=False)
    return library


def _join_form(editor: Editor) -> None:
    form = FormPanel()
    form.run_wanted.connect(lambda: editor.window.commands.run("run.all"))
    editor.front_changed.connect(
        lambda: form.show_document(editor.seat.document if editor.seat else None)
    )
    editor.window.add_dock("form", "Form", form, "right", keys="Ctrl+2")


def _join_problems(editor: Editor) -> Problems:
    def show() -> None:
        problems.show_problems(editor.seat.status.problems if editor.seat else ())
        editor.status_bar.count_problems(len(problems.problems))

    def follow(seat: Seat) -> None:
        seat.status.problems_changed.connect(show)

    problems = Problems(lambda: editor.appearance.looks, partial(_title, editor))
    problems.picked.connect(partial(_show_node, editor))
    editor.seated.connect(follow)
    editor.front_changed.connect(show)
    editor.status_bar.problems_wanted.connect(lambda: editor.window.show_dock("problems"))
    editor.window.add_dock("problems", "Problems", problems, "bottom", keys="Ctrl+5", shown=False)
    return problems


def _title(editor: Editor, path: str) -> str:
    """Return what the node of a path is called, and inside of what it is."""
    graph, names = editor.seat.document.graph if editor.seat else None, list[str]()
    for node_id in path.split("/"):
        if graph is None or node_id not in graph:
            return path
        node = graph[node_id]
        names.append(node.title or graph.spec_of(node).title)
        graph = graph.subgraphs.get(node.type.removeprefix(SUBGRAPH))
    return " \u203a ".join(names)


def _show_node(editor: Editor, path: str, _: str) -> None:
    """Select a node and bring it into view, inside of the uses that its path names."""
    if editor.seat is not None:
        *uses, node_id = path.split("/")
        editor.seat.page.show_inside(tuple(uses))
        editor.seat.canvas.select({node_id})
        editor.seat.canvas.fit({node_id})
