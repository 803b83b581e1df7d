"""The panels joined to the window: library, form, problems."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gui import going
from gui.desk.relinking import named_at
from gui.docks.problems import Problems
from gui.joints import lists
from gui.joints.forms import join_form
from gui.joints.library import join_library
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from gui.canvas.looks import Looks
    from gui.editor import Editor
    from gui.running.problem import Problem
    from gui.seat import Seat


def join(editor: Editor) -> None:
    """Put the panels into docks, and keep them on the document in front."""
    library = join_library(editor)
    join_form(editor)
    lists.join(editor, library, _join_problems(editor))
    editor.window.commands.add(*going.commands(editor.window))


def _join_problems(editor: Editor) -> Problems:
    def show() -> None:
        problems.show_problems(editor.seat.status.problems if editor.seat else ())
        editor.status_bar.count_problems(len(problems.problems))

    def follow(seat: Seat) -> None:
        seat.status.problems_changed.connect(show)

    def looks() -> Looks:
        return editor.appearance.looks

    problems = Problems(looks, partial(_title, editor), partial(_mend, editor))
    problems.mend_wanted.connect(editor.find_wanted)
    problems.picked.connect(partial(_show_node, editor))
    editor.seated.connect(follow)
    editor.front_changed.connect(show)
    editor.status_bar.problems_wanted.connect(lambda: editor.window.show_dock("problems"))
    editor.window.add_dock("problems", "Problems", problems, "bottom", keys="Ctrl+5", shown=False)
    return problems


def _mend(editor: Editor, problem: Problem) -> str:
    """Return what may be done about a problem with a click: finding what a parameter names."""
    document = editor.desk.current
    found = named_at(document.graph, problem.node, problem.socket) if document else None
    return f"Find the {found.what}…" if found else ""


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
