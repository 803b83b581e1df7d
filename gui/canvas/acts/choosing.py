"""Selecting: all, none, the others, and what hangs together by links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

from gui.canvas.acts.on import filled, some
from gui.canvas.beside import next_area
from gui.commands.command import Command

if TYPE_CHECKING:
    from gui.canvas.acts.on import On
    from gui.canvas.canvas import Canvas

networkx: Any = nx


def select_all(canvas: Canvas) -> None:
    """Select every node."""
    canvas.select(canvas.scene.cards)


def select_none(canvas: Canvas) -> None:
    """Select nothing."""
    canvas.select(())


def invert(canvas: Canvas) -> None:
    """Select what is not selected, and nothing else."""
    canvas.select(canvas.scene.cards.keys() - canvas.selected)


def select_upstream(canvas: Canvas) -> None:
    """Select besides what the selected nodes need, however far away."""
    dag = canvas.document.graph.dag
    canvas.select(canvas.selected.union(*(networkx.ancestors(dag, k) for k in canvas.selected)))


def select_downstream(canvas: Canvas) -> None:
    """Select besides what needs the selected nodes, however far away."""
    dag = canvas.document.graph.dag
    canvas.select(canvas.selected.union(*(networkx.descendants(dag, k) for k in canvas.selected)))


def select_linked(canvas: Canvas) -> None:
    """Select besides everything that links lead to from the selected nodes, either way."""
    whole = canvas.document.graph.dag.to_undirected(as_view=True)
    reached = (networkx.node_connected_component(whole, k) for k in canvas.selected)
    canvas.select(canvas.selected.union(*reached))


def select_zone(canvas: Canvas) -> None:
    """Select the zone that the selected nodes are in, whole; again, the one around it."""
    found = _zone_around(canvas)
    if found is not None:
        canvas.select(found)


def select_area(canvas: Canvas) -> None:
    """Focus the next frame or note, in the order of reading."""
    canvas.keys.focused.put(next_area(canvas.scene, canvas.keys.focus))


def toggle(canvas: Canvas) -> None:
    """Select what has the focus besides, or no more."""
    canvas.keys.focused.toggle()


def _zone_around(canvas: Canvas) -> frozenset[str] | None:
    """Return what the smallest zone holds that has the selected nodes in it, and more."""
    zones = [one.nodes for one in canvas.scene.regions.values() if canvas.selected < one.nodes]
    return min(zones, key=len) if zones and canvas.selected else None


def _in_zone(canvas: Canvas) -> bool:
    return _zone_around(canvas) is not None


def _has_areas(canvas: Canvas) -> bool:
    return bool(canvas.scene.areas())


def _focused(canvas: Canvas) -> bool:
    focus = canvas.keys.focus
    return focus is not None and bool(focus.id)


def commands(on: On) -> list[Command]:
    """Return the commands of this topic."""
    menu = "Edit/Select"

    def make(id: str, title: str, act: Any, keys: str, help: str, test: Any = some) -> Command:
        return Command(
            f"select.{id}", title, on.do(act), menu, (keys,), on.when(test),
            where="canvas", help=help,
        )  # fmt: skip

    return [
        make("all", "All", select_all, "Ctrl+A", "Select every node.", filled),
        make("none", "None", select_none, "Ctrl+Shift+A", "Select nothing."),
        make("invert", "Invert", invert, "Ctrl+I", "Select the nodes that are not.", filled),
        make("upstream", "Upstream", select_upstream, "[", "Add what the selected nodes need."),
        make("downstream", "Downstream", select_downstream, "]", "Add what needs them."),
        make("zone", "Zone", select_zone, "Shift+Z", "Select all of the zone around, and again.",
             _in_zone),
        make("area", "Next frame or note", select_area, "Shift+N", "Go on to the next one.",
             _has_areas),
        make("toggle", "Focused, on or off", toggle, "Ctrl+Space",
             "Select what has the focus besides, or no more.", _focused),
        make("linked", "Linked", select_linked, "\\", "Add all that links lead to, either way."),
    ]  # fmt: skip
