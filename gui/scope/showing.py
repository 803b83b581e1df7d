"""What a run says of the nodes inside of a use, on the canvas that was entered through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gui.canvas.states import NodeState
from gui.canvas.telling import tell_node, tell_zone
from gui.scope.way import here, prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gui.canvas.canvas import Canvas
    from gui.canvas.states import ZoneState


class Known(Protocol):
    """What is known of a run: states by path, ``use/inner`` inside of subgraphs."""

    @property
    def nodes(self) -> Mapping[str, NodeState]:
        """Return the states of nodes."""
        ...

    @property
    def zones(self) -> Mapping[str, ZoneState]:
        """Return the states of zones."""
        ...


def tell_path(canvas: Canvas, uses: Sequence[str], known: Known, path: str) -> None:
    """Show what changed of one node of a run, where the canvas shows it or a use it is in."""
    node_id = here(uses, path)
    if node_id:
        tell_node(canvas, node_id, state_of(known.nodes, prefix(uses) + node_id))


def tell_zone_path(canvas: Canvas, uses: Sequence[str], known: Known, path: str) -> None:
    """Show what changed of one zone of a run, where the canvas shows it."""
    zone = path.removeprefix(prefix(uses))
    if path.startswith(prefix(uses)) and "/" not in zone:
        tell_zone(canvas, zone, known.zones.get(path))


def tell_all(canvas: Canvas, uses: Sequence[str], known: Known) -> None:
    """Show all that is known, and forget what was shown of another use."""
    wanted = {node_id for path in known.nodes if (node_id := here(uses, path))}
    for node_id in {*canvas.states.nodes, *wanted}:
        tell_node(canvas, node_id, state_of(known.nodes, prefix(uses) + node_id))
    for zone in list(canvas.states.zones):
        tell_zone(canvas, zone, None)
    for path in known.zones:
        tell_zone_path(canvas, uses, known, path)


def state_of(states: Mapping[str, NodeState], path: str) -> NodeState:
    """Return what is known of a node; of a use, what is known of the nodes inside of it."""
    if path in states:
        return states[path]
    inside = [state for name, state in states.items() if name.startswith(f"{path}/")]
    return _together(inside)


def _together(inside: Sequence[NodeState]) -> NodeState:
    """Return the states of the nodes of a use as one: what needs attention first."""
    failed = next((one for one in inside if one.phase == "error"), None)
    if failed is not None:
        return NodeState("error", message=failed.message)
    seconds = sum(one.seconds for one in inside)
    if any(one.phase == "running" for one in inside):
        return NodeState("running", _progress(inside), seconds)
    phases = {one.phase for one in inside}
    if not phases or "" in phases:
        return NodeState()
    return NodeState("cached" if phases == {"cached"} else "done", seconds=seconds)


def _progress(inside: Iterable[NodeState]) -> float:
    return max((one.progress for one in inside if one.phase == "running"), default=-1.0)
