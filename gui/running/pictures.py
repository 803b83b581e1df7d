"""The pictures on nodes, within a budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

BUDGET = 64 * 2**20
"""Bytes for one document's pictures: about 250 of 256 by 256 pixels."""


@dataclass
class Pictures:
    """How large they are, by node; those put longest ago first."""

    budget: int = BUDGET
    size: int = 0
    _sizes: dict[str, int] = field(default_factory=dict[str, int])

    def put(self, path: str, picture: QImage) -> list[str]:
        """Count a node's picture; return the nodes whose pictures are to go."""
        self.size += picture.sizeInBytes() - self._sizes.pop(path, 0)
        self._sizes[path] = picture.sizeInBytes()
        gone: list[str] = []
        while self.size > self.budget and len(self._sizes) > 1:
            oldest = next(iter(self._sizes))
            self.size -= self._sizes.pop(oldest)
            gone.append(oldest)
        return gone
