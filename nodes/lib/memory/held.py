"""Networks that are held because they are likely to be wanted again, as far as memory reaches."""

from __future__ import annotations

import gc
from collections import OrderedDict
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from nodes.lib.memory import budget, placement, sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from nodes.lib.folders import Part


class _Entry(NamedTuple):
    network: Any
    bytes: int


class Held:
    """Networks and tokenizers by what they are.

    Attributes:
        loads: How many were ever loaded.
    """

    def __init__(self) -> None:
        self.loads = 0
        self._lock = RLock()
        self._entries: OrderedDict[Part, _Entry] = OrderedDict()

    def __contains__(self, part: Part) -> bool:
        return part in self._entries

    def get(self, part: Part, load: Callable[[Part], Any]) -> Any:
        """Return a network; where it has to be loaded, others that stand in its way go first."""
        with self._lock:
            if part in self._entries:
                self._entries.move_to_end(part)
                return self._entries[part].network
            self.make_room(part.device, sizes.expected(part))
            made = load(part)
            self.loads += 1
            self._entries[part] = _Entry(made, sizes.of(made))
            return made

    def bytes(self, device: str) -> int:
        """Return what networks take of a device; one that is offloaded takes next to nothing."""
        return sum(
            entry.bytes
            for part, entry in self._entries.items()
            if part.device == device and not placement.is_offloaded(entry.network)
        )

    def make_room(self, device: str, wanted: int) -> None:
        """Let go of networks on a device, those unused for longest first, until so much fits."""
        with self._lock:
            while budget.room(device, self.bytes(device)) < wanted:
                if not self._go(self._on(device)[:1]):
                    return

    def let_go(self, device: str, besides: Collection[Part]) -> int:
        """Let go of all networks on a device but some; returns the bytes they took."""
        with self._lock:
            before = self.bytes(device)
            self._go([part for part in self._on(device) if part not in besides])
            return before - self.bytes(device)

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._entries.clear()

    def _on(self, device: str) -> list[Part]:
        """Return what takes memory of a device, what was used longest ago first."""
        return [
            part
            for part, entry in self._entries.items()
            if part.device == device and entry.bytes and not placement.is_offloaded(entry.network)
        ]

    def _go(self, parts: list[Part]) -> bool:
        for part in parts:
            del self._entries[part]
        if parts:
            gc.collect()  # hooks and adapters know their networks, which know them
        return bool(parts)


networks = Held()
"""Those of this process."""
