"""What was fetched, within a budget in bytes; what was used longest ago goes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

BUDGET = 256 * 2**20


class Store:
    """Values by key.

    Attributes:
        size: Bytes kept now.
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self.size = 0
        self._budget = budget
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """Return what is kept, or ``None``."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of some bytes; the newest is kept however large it is."""
        if key in self._entries:
            self.size -= self._entries.pop(key)[1]
        self._entries[key] = (value, size)
        self.size += size
        while self.size > self._budget and len(self._entries) > 1:
            self.size -= self._entries.popitem(last=False)[1][1]
