"""What a run says of nodes and zones; whoever follows the engine sets it, the canvas paints it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

Mark = Literal["", "approximate", "unsupported"]
"""How near a node comes to the one of another program's that it was."""
Phase = Literal["", "running", "done", "cached", "error"]


@dataclass(frozen=True, slots=True)
class NodeState:
    """What is known of one node.

    Attributes:
        progress: 0 to 1 while it runs; below 0 where nobody knows.
        seconds: How long it took, or has taken.
        message: The error in words, with the remedy.
        picture: What it gave, to show on it.
        stale: What it gave is not what it would give now.
        mark: It is not exactly the node of another program's that it was.
        why: In what, in sentences.
    """

    phase: Phase = ""
    progress: float = -1.0
    seconds: float = 0.0
    message: str = ""
    picture: QImage | None = None
    stale: bool = False
    mark: Mark = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ZoneState:
    """Which turn a zone is in, counted from 1, of how many; 0 where nobody knows.

    Attributes:
        text: What else there is to say, such as ``sigma 4.21``.
        picture: What the turn looks like; shown on the zone's end.
    """

    turn: int
    turns: int = 0
    text: str = ""
    picture: QImage | None = None

    @property
    def note(self) -> str:
        """What stands beside the zone's name."""
        count = f"turn {self.turn}" + f" of {self.turns}" * (self.turns > 0)
        return f"{count} · {self.text}" if self.text else count


@dataclass(frozen=True, slots=True)
class States:
    """All that is known, by node and by zone id.

    Attributes:
        previews: What the zone a node ends looks like in the turn under way.
    """

    nodes: dict[str, NodeState] = field(default_factory=dict[str, NodeState])
    zones: dict[str, ZoneState] = field(default_factory=dict[str, ZoneState])
    previews: dict[str, QImage] = field(default_factory=dict[str, "QImage"])

    def picture(self, node_id: str) -> QImage | None:
        """Return the picture that stands on a node, a preview before what it gave."""
        state = self.nodes.get(node_id)
        found = self.previews.get(node_id) or (None if state is None else state.picture)
        return None if found is None or found.isNull() else found


def time_text(seconds: float) -> str:
    """Return a time as it stands on a node: ``0.4 s``, ``12 s``, ``3:05``."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
