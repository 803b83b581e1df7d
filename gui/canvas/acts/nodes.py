"""What becomes of the selected nodes: muted, bypassed, folded, named, colored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gui.canvas import areas
from gui.canvas.acts.on import anything, chosen, here, one, some
from gui.canvas.measure import HEADER
from gui.commands.command import Command
from gui.document.accepting import accepted
from gui.document.placing import collapse, counted
from nodegraph.edits import Batch, RenameNode, SetMode
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gui.canvas.acts.on import On
    from gui.canvas.canvas import Canvas
    from nodegraph.graph import Mode

COLORS = {
    "red": "#d9605a", "orange": "#d98b46", "yellow": "#c9b03f", "green": "#5fae62",
    "cyan": "#3fadb5", "blue": "#5b8fe0", "purple": "#9a78d8", "pink": "#d070a8",
}  # fmt: skip
"""By name; a header holds only a share of them, so that titles stay legible in both themes."""

VERBS: dict[Mode, str] = {"mute": "Mute", "bypass": "Bypass", "run": "Run"}


def add(canvas: Canvas) -> None:
    """Search for a node to add at the pointer."""
    canvas.wanted.emit(canvas.pointing.where(), None)


def mute(canvas: Canvas) -> None:
    """Keep the selected nodes and what follows them from running, or let them run again."""
    _set_mode(canvas, "mute")


def bypass(canvas: Canvas) -> None:
    """Let values pass the selected nodes by, or through them again."""
    _set_mode(canvas, "bypass")


def fold(canvas: Canvas) -> None:
    """Draw only the headers of the selected nodes, or all of them again."""
    names = chosen(canvas)
    folded = not all(canvas.scene.cards[name].layout.collapsed for name in names)
    edits = tuple(collapse(canvas.document.graph, name, folded) for name in names)
    verb = "Collapse" if folded else "Expand"
    canvas.document.apply(Batch(edits, f"{verb} {counted(len(names), 'node')}"))


def rename(canvas: Canvas) -> None:
    """Type another title for the selected node or frame, or another text for the note."""
    if canvas.selected:
        areas.rename(canvas, chosen(canvas)[0])
    else:
        areas.edit_area(canvas, next(iter(canvas.marks.areas)))


def rename_id(canvas: Canvas) -> None:
    """Type another id for the selected node: its name in the file and on the command line."""
    node_id = chosen(canvas)[0]
    left, top, right, _ = canvas.scene.boxes[node_id]

    def keep(text: str) -> None:
        try:
            canvas.document.apply(RenameNode(node_id, text.strip()))
        except NodegraphError as error:
            canvas.said.emit(str(error))
        else:
            canvas.select({text.strip()})

    canvas.editing.open_text((left, top, right, top + HEADER), node_id, keep, lines=False)


def accept(canvas: Canvas) -> None:
    """Take the marks of another program's off the selected nodes: they are well as they are."""
    canvas.document.apply(accepted(canvas.document.graph, _marked(canvas)))


def _marked(canvas: Canvas) -> list[str]:
    states = canvas.states.nodes
    return [name for name in chosen(canvas) if name in states and states[name].mark]


def explain(canvas: Canvas) -> None:
    """Show help on the selected node's type."""
    canvas.help_wanted.emit(canvas.scene.cards[chosen(canvas)[0]].node.type, "")


def all_are(mode: Mode) -> Callable[[Canvas], bool]:
    """Return a test whether all selected nodes are muted, or bypassed."""

    def test(canvas: Canvas) -> bool:
        graph = canvas.document.graph
        names = [name for name in canvas.selected if name in graph]
        return bool(names) and all(graph[name].mode == mode for name in names)

    return test


def all_folded(canvas: Canvas) -> bool:
    """Tell whether of all selected nodes only the header is drawn."""
    cards = canvas.scene.cards
    return some(canvas) and all(cards[name].layout.collapsed for name in canvas.selected)


def _titled(canvas: Canvas) -> bool:
    return len(canvas.selected) + len(canvas.marks.areas) == 1


def _colors(canvas: Canvas) -> Iterator[str]:
    scene = canvas.scene
    for name in canvas.selected:
        yield scene.cards[name].color
    for kind, key in canvas.marks.areas:
        yield scene.frames[key].color if kind == "frames" else scene.notes[key].color


def _set_mode(canvas: Canvas, mode: Mode) -> None:
    names = chosen(canvas)
    wanted: Mode = "run" if all_are(mode)(canvas) else mode
    edits = tuple(SetMode(name, wanted) for name in names)
    canvas.document.apply(Batch(edits, f"{VERBS[wanted]} {counted(len(names), 'node')}"))


def commands(on: On) -> list[Command]:
    """Return the commands of this topic."""

    def make(id: str, title: str, act: Any, key: str, help: str, **more: Any) -> Command:
        more = {"enabled": on.when(some), "where": "canvas", "menu": "Node", **more}
        return Command(
            f"node.{id}", title, on.do(act), keys=(key,) if key else (), help=help, **more
        )

    single = {"enabled": on.when(one)}
    titled = {"enabled": on.when(_titled)}
    return [
        make("add", "Add node…", add, "Shift+A", "Search for a node to add.",
             enabled=on.when(here), menu="Graph"),
        make("mute", "Mute", mute, "M", "Neither they nor what follows them runs.",
             checked=on.when(all_are("mute"))),
        make("bypass", "Bypass", bypass, "B", "Values pass them by unchanged.",
             checked=on.when(all_are("bypass"))),
        make("collapse", "Collapse", fold, "C", "Draw only their headers.",
             checked=on.when(all_folded)),
        make("rename", "Rename…", rename, "F2", "Type another title.", **titled),
        make("rename_id", "Change id…", rename_id, "Shift+F2",
             "Type another id: the name in the file and on the command line.", **single),
        make("accept", "Accept as it is", accept, "",
             "Take off the mark that says in what it is not ComfyUI's.",
             enabled=on.when(lambda canvas: some(canvas) and bool(_marked(canvas)))),
        make("help", "Help on node", explain, "Shift+F1", "Show what its type does.", **single),
        *_coloring(on),
    ]  # fmt: skip


def _coloring(on: On) -> list[Command]:
    """Return a command for each color, and one for none."""

    def painter(value: str) -> Callable[[Canvas], None]:
        return lambda canvas: areas.set_color(canvas, value)

    def worn(value: str) -> Callable[[Canvas], bool]:
        return lambda canvas: anything(canvas) and all(one == value for one in _colors(canvas))

    named = {"none": "", **COLORS}
    return [
        Command(
            f"color.{name}", "As its category" if name == "none" else name.capitalize(),
            on.do(painter(value)), "Node/Color", (), on.when(anything), on.when(worn(value)),
            where="canvas", help="Color what is selected.",
        )
        for name, value in named.items()
    ]  # fmt: skip
