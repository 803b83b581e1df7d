"""The values of zones, turn by turn, for who looks at a job later: within a budget.

They are kept by what they are made of, as in the cache, so that a job that finds its zones cached
shows the turns of the job that ran them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from nodegraph.execution.cache import measure

if TYPE_CHECKING:
    from nodegraph.execution.state import Seen

BUDGET = 256 * 2**20
JOBS = 1000
ENTRY = 512
"""Bytes that keeping any value takes, however small it is."""

Turn: TypeAlias = tuple[int, ...]
"""The turn of each zone around a node, outermost first."""


class _Entry(NamedTuple):
    values: Mapping[str, Any]
    size: int


@dataclass
class Kept:
    """What nodes inside zones gave; what was used longest ago goes first.

    Attributes:
        budget: Bytes to keep, wherever they are.
        size: Bytes kept now.
    """

    budget: int = BUDGET
    size: int = 0
    _jobs: dict[str, Mapping[str, bytes]] = field(
        default_factory=dict[str, "Mapping[str, bytes]"], repr=False
    )
    _nodes: dict[bytes, dict[Turn, _Entry]] = field(
        default_factory=dict[bytes, "dict[Turn, _Entry]"], repr=False
    )

    def begin(self, job: str, signatures: Mapping[str, bytes]) -> None:
        """Know a job, whose values are the newest now.

        Args:
            signatures: What each of its nodes inside zones is made of, by path.
        """
        self._jobs.pop(job, None)
        self._jobs[job] = signatures
        if len(self._jobs) > JOBS:
            del self._jobs[next(iter(self._jobs))]
        for signature in signatures.values():
            self._nodes[signature] = self._nodes.pop(signature, {})

    def add(self, job: str, seen: Seen) -> None:
        """Keep the values of a node inside a zone; those outside are in the cache."""
        signature = self._jobs[job].get(seen.node)
        if signature is None or not seen.turn:
            return
        size = ENTRY + sum(measure(list(seen.values.values())))
        turns = self._nodes.setdefault(signature, {})
        if seen.turn in turns:
            self.size -= turns.pop(seen.turn).size
        if size <= self.budget:
            turns[seen.turn] = _Entry(seen.values, size)
            self.size += size
        while self.size > self.budget:
            self._shrink()

    def get(self, job: str, node: str, turn: Turn) -> Mapping[str, Any] | None:
        """Return a node's outputs by name, or nothing when they are not kept."""
        entry = self._turns(job, node).get(turn)
        return None if entry is None else entry.values

    def turns(self, job: str) -> dict[str, dict[str, Any]]:
        """Return for each node its outputs and the turns that are kept, as JSON data.

        Of outputs that are plain numbers, such as sigma, ``numbers`` has every turn's.
        """
        found: dict[str, dict[str, Any]] = {}
        for node in self._jobs.get(job, {}):
            turns = self._turns(job, node)
            if turns:
                order = sorted(turns)
                values = [turns[turn].values for turn in order]
                numbers = {name: _numbers(name, values) for name in values[0]}
                found[node] = {
                    "outputs": list(values[0]),
                    "turns": [list(turn) for turn in order],
                    "numbers": {name: all for name, all in numbers.items() if all},
                }
        return found

    def clear(self) -> None:
        """Forget all values."""
        self._nodes.clear()
        self.size = 0

    def _turns(self, job: str, node: str) -> dict[Turn, _Entry]:
        return self._nodes.get(self._jobs.get(job, {}).get(node, b""), {})

    def _shrink(self) -> None:
        """Forget the node used longest ago; of those of the newest job, the first of most turns."""
        newest = next(reversed(self._jobs.values())).values()
        signature = next(iter(self._nodes))
        if signature not in newest:
            self.size -= sum(entry.size for entry in self._nodes.pop(signature).values())
            return
        longest = max((self._nodes[one] for one in newest if one in self._nodes), key=len)
        self.size -= longest.pop(next(iter(longest))).size


def _numbers(name: str, values: list[Mapping[str, Any]]) -> list[float]:
    """Return an output's values where all are finite plain numbers, else nothing."""
    found = [one[name] for one in values]
    plain = all(type(one) in (int, float) and isfinite(one) for one in found)
    return found if plain else []
