"""Which turns of a job's zones an engine keeps, as it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gui.viewers.look import Turn


@dataclass(frozen=True, slots=True)
class KeptNode:
    """What is kept of one node.

    Attributes:
        turns: In order.
        numbers: Of outputs that are plain numbers, the value of each turn.
    """

    outputs: tuple[str, ...]
    turns: tuple[Turn, ...]
    numbers: Mapping[str, Mapping[Turn, float]]


@dataclass(frozen=True, slots=True)
class KeptTurns:
    """What is kept of a job, by node."""

    nodes: Mapping[str, KeptNode] = field(default_factory=dict[str, KeptNode])

    def turns(self, node: str) -> tuple[Turn, ...]:
        """Return the turns kept of a node."""
        found = self.nodes.get(node)
        return () if found is None else found.turns

    def latest(self, node: str, wanted: Sequence[int | None]) -> Turn | None:
        """Return the last turn kept that fits; ``None`` in ``wanted`` leaves a zone's open."""
        for turn in reversed(self.turns(node)):
            pairs = zip(turn, wanted, strict=False)
            if len(turn) == len(wanted) and all(w in (None, t) for t, w in pairs):
                return turn
        return None

    def number(self, node: str, output: str, turn: Turn) -> float | None:
        """Return a plain number that a node gave in a turn, if it is one."""
        found = self.nodes.get(node)
        return None if found is None else found.numbers.get(output, {}).get(turn)


def read(answer: Any) -> KeptTurns:
    """Return what ``Client.turns`` answers."""
    return KeptTurns({name: _node(about) for name, about in answer["nodes"].items()})


def _node(about: Mapping[str, Any]) -> KeptNode:
    turns = tuple(tuple(turn) for turn in about["turns"])
    numbers = {
        name: dict(zip(turns, values, strict=True))
        for name, values in about.get("numbers", {}).items()
    }
    return KeptNode(tuple(about["outputs"]), turns, numbers)
