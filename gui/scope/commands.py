"""What a person can do with subgraphs and the form, as commands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from gui.canvas.measure import HEADER, WIDTH
from gui.commands.command import Command
from gui.scope.definitions import made_unique, renamed, unused, without_unused
from gui.scope.making import made
from gui.scope.reusable import keep
from gui.scope.scope import Scope
from gui.scope.unpacking import unpacked
from nodegraph.errors import GraphError, NodegraphError
from nodegraph.form import shown
from nodegraph.graph import SUBGRAPH
from nodegraph.subgraph_edits import TitleSubgraph

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.canvas import Canvas
    from gui.document.document import Document
    from nodegraph.edits import Edit


class Desk(Protocol):
    """What the commands need of the window.

    Attributes:
        canvas: The one that is shown, if any.
        document: Of the page that is shown, whatever scope its canvas shows.
    """

    @property
    def canvas(self) -> Canvas | None:
        """Return the canvas that is shown."""
        ...

    @property
    def document(self) -> Document | None:
        """Return the document that is shown."""
        ...

    @property
    def inside(self) -> bool:
        """Tell whether a subgraph's inside is shown."""
        ...

    def enter(self, use: str) -> None:
        """Show the inside of a use."""
        ...

    def leave(self) -> None:
        """Show what is around."""
        ...

    def say(self, sentence: str) -> None:
        """Tell the person something."""
        ...

    def kept(self) -> None:
        """Show that the library has another subgraph."""
        ...


def commands(desk: Desk) -> list[Command]:
    """Return the commands, for the window to add."""
    one, menu = partial(_use_selected, desk), "Node/Subgraph"
    some, named = partial(_any_selected, desk), partial(_any_named, desk)
    return [
        Command(
            "scope.make", "Make subgraph", _told(desk, _make), menu, ("Ctrl+G",), some,
            help="Put the selected nodes into a subgraph",
        ),
        Command(
            "scope.unpack", "Unpack subgraph", _told(desk, _unpack), menu, ("Ctrl+Shift+G",), one,
            help="Put the nodes of a subgraph in its place",
        ),
        Command(
            "scope.enter", "Enter subgraph", _told(desk, _enter), menu, ("Ctrl+]",), one,
            help="Show and edit the inside of the selected subgraph",
        ),
        Command(
            "scope.leave", "Leave subgraph", desk.leave, menu, ("Backspace", "Ctrl+["),
            lambda: desk.inside, where="canvas", help="Show what is around this subgraph",
        ),
        Command(
            "scope.title", "Rename subgraph", _told(desk, _retitle), menu, ("Ctrl+F2",), named,
            help="Type what this subgraph is called wherever it is used",
        ),
        Command(
            "scope.rename", "Change id of subgraph", _told(desk, _rename), menu, (),
            named, help="Type what this subgraph is called in the file",
        ),
        Command(
            "scope.unique", "Make unique", _told(desk, _unique), menu, (), one,
            help="Give this use a definition of its own, so that changing it changes no other",
        ),
        Command(
            "scope.keep", "Save as reusable", _told(desk, _keep), menu, (), one,
            help="Keep this subgraph in the library, for other documents too",
        ),
        Command(
            "scope.clean", "Remove unused subgraphs", _told(desk, _clean), menu, (),
            partial(_any_unused, desk), help="Remove definitions that no node uses",
        ),
    ]  # fmt: skip


def _told(desk: Desk, act: Callable[[Desk, Canvas], None]) -> Callable[[], None]:
    """Return an act on the canvas that is shown, which tells why where it is impossible."""

    def run() -> None:
        canvas = desk.canvas
        if canvas is None:
            return
        try:
            act(desk, canvas)
        except NodegraphError as error:
            desk.say(str(error))

    return run


def _make(desk: Desk, canvas: Canvas) -> None:
    graph = desk.document.graph if desk.document else canvas.document.graph
    fields = {field.name for field, _ in shown(graph)}
    edit, use = made(canvas.document.graph, canvas.selected)
    canvas.document.apply(edit)
    canvas.select({use})
    gone = sorted(fields - {field.name for field, _ in shown(graph)})
    if gone:
        desk.say(f"Not in the form while their nodes are in the subgraph: {', '.join(gone)}.")


def _unpack(desk: Desk, canvas: Canvas) -> None:
    edit, ids = unpacked(canvas.document.graph, _selected_use(canvas))
    canvas.document.apply(edit)
    canvas.select(ids)


def _enter(desk: Desk, canvas: Canvas) -> None:
    desk.enter(_selected_use(canvas))


def _unique(desk: Desk, canvas: Canvas) -> None:
    canvas.document.apply(made_unique(canvas.document.graph, _selected_use(canvas)))


def _keep(desk: Desk, canvas: Canvas) -> None:
    graph = canvas.document.graph
    path = keep(graph, graph[_selected_use(canvas)].type.removeprefix(SUBGRAPH))
    desk.kept()
    desk.say(f"{path.stem} is in the library now")


def _clean(desk: Desk, canvas: Canvas) -> None:
    if desk.document is not None:
        desk.document.apply(without_unused(desk.document.graph))


def _retitle(desk: Desk, canvas: Canvas) -> None:
    document, name = desk.document, _named(canvas)
    if document is not None:
        before = str(document.graph.subgraphs[name].extra.get("title", ""))
        _type(desk, canvas, before or name, lambda text: TitleSubgraph(name, text))


def _rename(desk: Desk, canvas: Canvas) -> None:
    document, name = desk.document, _named(canvas)
    if document is not None:
        _type(desk, canvas, name, lambda text: renamed(document.graph, name, text))


def _type(desk: Desk, canvas: Canvas, text: str, edit: Callable[[str], Edit]) -> None:
    """Have a name typed: on the node that uses a subgraph, inside of one below the breadcrumb."""
    uses = _uses(canvas)
    left, top = canvas.scene.boxes[uses[0]][:2] if uses else canvas.camera.to_scene(12, 12)
    width = canvas.scene.cards[uses[0]].layout.width if uses else WIDTH / canvas.camera.scale

    def keep(typed: str) -> None:
        if desk.document is not None and typed.strip() != text:
            try:
                desk.document.apply(edit(typed.strip()))
            except NodegraphError as error:
                desk.say(str(error))
                raise

    canvas.editing.open_text((left, top, left + width, top + HEADER), text, keep, lines=False)


def _named(canvas: Canvas) -> str:
    """Return the definition of the use that is selected, or else the one that is shown.

    Raises:
        GraphError: Neither is.
    """
    if isinstance(canvas.document, Scope) and not _uses(canvas):
        return canvas.document.name
    return canvas.document.graph[_selected_use(canvas)].type.removeprefix(SUBGRAPH)


def _selected_use(canvas: Canvas) -> str:
    """Return the one subgraph that is selected.

    Raises:
        GraphError: None is, or several are.
    """
    found = _uses(canvas)
    if len(found) != 1:
        number = "several subgraphs are" if found else "no subgraph is"
        raise GraphError(f"{number} selected; select the one that is meant")
    return found[0]


def _uses(canvas: Canvas) -> list[str]:
    graph = canvas.document.graph
    return [one for one in sorted(canvas.selected) if graph[one].type.startswith(SUBGRAPH)]


def _use_selected(desk: Desk) -> bool:
    return desk.canvas is not None and len(_uses(desk.canvas)) == 1


def _any_named(desk: Desk) -> bool:
    return _use_selected(desk) or (desk.inside and desk.canvas is not None)


def _any_selected(desk: Desk) -> bool:
    return desk.canvas is not None and bool(desk.canvas.selected)


def _any_unused(desk: Desk) -> bool:
    return desk.document is not None and bool(unused(desk.document.graph))
