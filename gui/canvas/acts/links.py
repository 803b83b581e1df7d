"""Links: begun, cut, swapped and bent from the keyboard; a node put into one."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from gui.canvas.acts.on import one
from gui.canvas.acts.views import link_at
from gui.canvas.inserting import inserted, swapped
from gui.canvas.spots import bend_spot
from gui.commands.command import Command
from gui.document.placing import bend, bends, counted, link_key
from nodegraph.edits import Batch, Disconnect, SetView
from nodegraph.errors import GraphError

if TYPE_CHECKING:
    from gui.canvas.acts.on import On
    from gui.canvas.canvas import Canvas
    from gui.document.placing import Point
    from nodegraph.graph import Link


def start(canvas: Canvas) -> None:
    """Begin a link at the focused socket; Tab walks through where it may end."""
    canvas.keys.linking.start()


def cut(canvas: Canvas) -> None:
    """Remove the focused link, or all links of the focused socket."""
    links = _cuttable(canvas)
    label = f"Cut {counted(len(links), 'link')}"
    canvas.document.apply(Batch(tuple(map(Disconnect, links)), label))


def isolate(canvas: Canvas) -> None:
    """Remove all links into and out of the selected nodes."""
    links = _outer(canvas)
    label = f"Cut {counted(len(links), 'link')}"
    canvas.document.apply(Batch(tuple(map(Disconnect, links)), label))


def swap(canvas: Canvas) -> None:
    """Let two links into a node, of which one may be focused, end each where the other does."""
    graph, focused = canvas.document.graph, _focused_link(canvas)
    node_id = focused.target if focused is not None else next(iter(canvas.selected))
    links = [link for link in graph.links_of(node_id) if link.target == node_id]
    links.sort(key=lambda link: _order(canvas, link))
    at = 0 if focused is None else links.index(focused)
    links = links[at:] + links[:at]
    pairs = combinations(links, 2) if focused is None else product(links[:1], links[1:])
    for first, second in pairs:
        edit = swapped(first, second)
        if (first.source, first.output) != (second.source, second.output) and graph.can(edit):
            canvas.document.apply(edit)
            return
    raise GraphError("no two links into this node can change places; they carry different types")


def insert(canvas: Canvas) -> None:
    """Lead a link beneath the selected node through it, or the link that is pointed at."""
    node_id = next(iter(canvas.selected))
    for link in _beneath(canvas, node_id):
        edit = inserted(canvas.document.graph, link, node_id)
        if edit is not None:
            canvas.document.apply(edit)
            return
    raise GraphError("no link here can be led through this node; move it on to one that fits")


def add_bend(canvas: Canvas) -> None:
    """Bend the focused link in its middle, or once more after the focused bend."""
    link = link_at(canvas)
    if link is None:
        return
    focus, wire = canvas.keys.focus, canvas.scene.wires[link]
    if focus is not None and focus.part == "bend":
        index = int(focus.name) + 1
        at = wire.halfway(index)
    else:
        at = wire.middle()
        index = wire.leg(*at)
    points = bends(canvas.document.graph, link)
    points.insert(index, at)
    with canvas.document.gesture("Bend a link"):
        canvas.document.apply(bend(canvas.document.graph, link, points))
    canvas.keys.focused.put(bend_spot(link, index))


def unbend(canvas: Canvas) -> None:
    """Take the focused bend out of its link."""
    focus = canvas.keys.focus
    if focus is None or focus.link is None or focus.part != "bend":
        return
    points = bends(canvas.document.graph, focus.link)
    del points[int(focus.name)]
    with canvas.document.gesture("Remove a bend"):
        canvas.document.apply(bend(canvas.document.graph, focus.link, points))


def straighten(canvas: Canvas) -> None:
    """Take the bends out of the focused link."""
    link = link_at(canvas)
    if link is not None:
        canvas.document.apply(_straight(link))


def _straight(link: Link) -> Batch:
    return Batch((SetView("links", link_key(link), None),), "Straighten a link")


def _cuttable(canvas: Canvas) -> list[Link]:
    """Return the focused link, else those of the focused socket."""
    focus = canvas.keys.focus
    if focus is not None and focus.part in ("socket", "field"):
        return [
            wire.link
            for wire in canvas.scene.wires_of(focus.id)
            if (
                (wire.link.source, wire.link.output)
                if focus.output
                else (wire.link.target, wire.link.input)
            )
            == (focus.id, focus.name)
        ]
    link = link_at(canvas)
    return [] if link is None else [link]


def _outer(canvas: Canvas) -> list[Link]:
    found = {wire.link for name in canvas.selected for wire in canvas.scene.wires_of(name)}
    return sorted(found, key=str)


def _order(canvas: Canvas, link: Link) -> tuple[float, int]:
    """Return how far down on its node a link ends."""
    return canvas.scene.cards[link.target].layout.input_at(link.input)[1], link.index


def _beneath(canvas: Canvas, node_id: str) -> list[Link]:
    """Return the focused link, and those that cross a node, the nearest to its middle first."""
    left, top, right, bottom = canvas.scene.boxes[node_id]
    middle: Point = ((left + right) / 2, (top + bottom) / 2)
    wires = [
        wire
        for wire in canvas.wires_in((left, top, right, bottom))
        if node_id not in (wire.link.source, wire.link.target)
    ]
    near = [(wire.distance(*middle), wire) for wire in wires]
    reach = max(right - left, bottom - top) / 2
    found = [wire.link for far, wire in sorted(near, key=lambda pair: pair[0]) if far <= reach]
    first = link_at(canvas)
    return found if first is None else [first, *found]


def _touched(canvas: Canvas) -> bool:
    return any(canvas.scene.wires_of(name) for name in canvas.selected)


def _on_bend(canvas: Canvas) -> bool:
    focus = canvas.keys.focus
    return focus is not None and focus.part == "bend"


def _bent(canvas: Canvas) -> bool:
    link = link_at(canvas)
    return link is not None and bool(bends(canvas.document.graph, link))


def _focused_link(canvas: Canvas) -> Link | None:
    focus = canvas.keys.focus
    return None if focus is None or focus.link not in canvas.scene.wires else focus.link


def _linked_inputs(canvas: Canvas) -> bool:
    focused = _focused_link(canvas)
    node_id = focused.target if focused is not None else next(iter(canvas.selected), "")
    enough = focused is not None or one(canvas)
    return enough and canvas.document.graph.dag.in_degree(node_id) > 1


def commands(on: On) -> list[Command]:
    """Return the commands of this topic."""

    def make(id: str, title: str, act: Any, key: str, **more: Any) -> Command:
        help = (act.__doc__ or "").strip().splitlines()[0]
        keys = (key,) if key else ()
        return Command(
            f"link.{id}", title, on.do(act), "Graph/Links", keys, where="canvas", help=help, **more
        )

    return [
        make("start", "Begin link", start, "L",
             enabled=on.when(lambda canvas: canvas.keys.linking.possible)),
        make("cut", "Cut links here", cut, "Shift+X",
             enabled=on.when(lambda canvas: bool(_cuttable(canvas)))),
        make("isolate", "Cut all links", isolate, "",
             enabled=on.when(_touched)),
        make("swap", "Swap links", swap, "Alt+S", enabled=on.when(_linked_inputs)),
        make("insert", "Insert on link", insert, "I", enabled=on.when(one)),
        make("bend", "Add bend", add_bend, "Shift+B",
             enabled=on.when(lambda canvas: link_at(canvas) is not None)),
        make("unbend", "Remove bend", unbend, "", enabled=on.when(_on_bend)),
        make("straighten", "Straighten link", straighten, "", enabled=on.when(_bent)),
    ]  # fmt: skip
