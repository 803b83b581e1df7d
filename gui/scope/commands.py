"""What a person can do with subgraphs and the form, as commands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from gui.commands.command import Command
from gui.scope.definitions import made_unique, unused, without_unused
from gui.scope.making import made
from gui.scope.reusable import keep
from gui.scope.unpacking import unpacked
from nodegraph.errors import NodegraphError
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.canvas import Canvas
    from gui.document.document import Document


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


def commands(desk: Desk) -> list[Command]:
    """Return the commands, for the window to add."""
    one, menu = partial(_use_selected, desk), "Node/Subgraph"
    some = partial(_any_selected, desk)
    return [
        Command(
            "scope.make", "Make Subgraph", _told(desk, _make), menu, ("Ctrl+G",), some,
            help="Put the selected nodes into a subgraph",
        ),
        Command(
            "scope.unpack", "Unpack Subgraph", _told(desk, _unpack), menu, ("Ctrl+Shift+G",), one,
            help="Put the nodes of a subgraph in its place",
        ),
        Command(
            "scope.enter", "Enter Subgraph", _told(desk, _enter), menu, ("Ctrl+]",), one,
            help="Show and edit the inside of the selected subgraph",
        ),
        Command(
            "scope.leave", "Leave Subgraph", desk.leave, menu, ("Backspace", "Ctrl+["),
            lambda: desk.inside, where="canvas", help="Show what is around this subgraph",
        ),
        Command(
            "scope.unique", "Make Unique", _told(desk, _unique), menu, (), one,
            help="Give this use a definition of its own, so that changing it changes no other",
        ),
        Command(
            "scope.keep", "Save as Reusable", _told(desk, _keep), menu, (), one,
            help="Keep this subgraph in the library, for other documents too",
        ),
        Command(
            "scope.clean", "Remove Unused Subgraphs", _told(desk, _clean), menu, (),
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
    edit, use = made(canvas.document.graph, canvas.selected)
    canvas.document.apply(edit)
    canvas.select({use})


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
    desk.say(f"{path.stem} is in the library now")


def _clean(desk: Desk, canvas: Canvas) -> None:
    if desk.document is not None:
        desk.document.apply(without_unused(desk.document.graph))


def _selected_use(canvas: Canvas) -> str:
    """Return the one subgraph that is selected; empty where it is none or several."""
    graph = canvas.document.graph
    found = [one for one in canvas.selected if graph[one].type.startswith(SUBGRAPH)]
    return found[0] if len(found) == 1 else ""


def _use_selected(desk: Desk) -> bool:
    return desk.canvas is not None and bool(_selected_use(desk.canvas))


def _any_selected(desk: Desk) -> bool:
    return desk.canvas is not None and bool(desk.canvas.selected)


def _any_unused(desk: Desk) -> bool:
    return desk.document is not None and bool(unused(desk.document.graph))
