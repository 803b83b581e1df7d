"""Selecting: all, none, the others, and what hangs together by links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

from gui.canvas.acts.on import filled, some
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
        make("linked", "Linked", select_linked, "\\", "Add all that links lead to, either way."),
    ]
