"""The values of zones, turn by turn, for who looks at a job later: within a budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from nodegraph.execution.cache import measure

if TYPE_CHECKING:
    from nodegraph.execution.state import Seen

BUDGET = 256 * 2**20
JOBS = 100
ENTRY = 512
"""Bytes that keeping any value takes, however small it is."""

Place: TypeAlias = tuple[str, tuple[int, ...]]
"""A node, and the turn of each zone around it."""


class _Entry(NamedTuple):
    values: Mapping[str, Any]
    size: int


@dataclass
class Kept:
    """What nodes inside zones gave; the oldest jobs go first, and of one job the first turns.

    Attributes:
        budget: Bytes to keep, wherever they are.
        size: Bytes kept now.
    """

    budget: int = BUDGET
    size: int = 0
    _jobs: dict[str, dict[Place, _Entry]] = field(
        default_factory=dict[str, "dict[Place, _Entry]"], repr=False
    )

    def begin(self, job: str) -> None:
        """Make room for a job, which is the newest now; what an earlier attempt left goes."""
        self._drop(job)
        self._jobs[job] = {}
        while len(self._jobs) > JOBS:
            self._drop(next(iter(self._jobs)))

    def add(self, job: str, seen: Seen) -> None:
        """Keep the values of a node inside a zone; those outside are in the cache."""
        if not seen.turn:
            return
        size = ENTRY + sum(measure(list(seen.values.values())))
        entries, place = self._jobs[job], (seen.node, seen.turn)
        if place in entries:
            self.size -= entries.pop(place).size
        if size <= self.budget:
            entries[place] = _Entry(seen.values, size)
            self.size += size
        while self.size > self.budget:
            self._shrink()

    def get(self, job: str, node: str, turn: tuple[int, ...]) -> Mapping[str, Any] | None:
        """Return a node's outputs by name, or nothing when they are not kept."""
        entry = self._jobs.get(job, {}).get((node, turn))
        return None if entry is None else entry.values

    def turns(self, job: str) -> dict[str, dict[str, Any]]:
        """Return for each node its outputs and the turns that are kept, as JSON data."""
        found: dict[str, dict[str, Any]] = {}
        for (node, turn), entry in self._jobs.get(job, {}).items():
            about = found.setdefault(node, {"outputs": list(entry.values), "turns": []})
            about["turns"].append(list(turn))
        return found

    def clear(self) -> None:
        """Forget everything."""
        for entries in self._jobs.values():
            entries.clear()
        self.size = 0

    def _shrink(self) -> None:
        job, entries = next(iter(self._jobs.items()))
        if entries:
            self.size -= entries.pop(next(iter(entries))).size
        else:
            del self._jobs[job]

    def _drop(self, job: str) -> None:
        for entry in self._jobs.pop(job, {}).values():
            self.size -= entry.size
