"""Two processes that train the same network and meet now and then half way.

Each trains alone on its core; every so often it leaves its weights in a file and steps half way
towards what the other left. Nobody waits, so a busy core slows only itself.
Source: local SGD, Stich 2018, arXiv:1805.09767, without its barrier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from training.runs import save_whole

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn


@dataclass(slots=True)
class Peer:
    """One of the processes; `rank` is 0 or 1."""

    folder: Path
    rank: int
    seen: int = 0

    def meet(self, network: nn.Module) -> None:
        """Leave our weights, and average them with the other's if those are new."""
        other = self.folder / f"peer{1 - self.rank}.pt"
        stamp = other.stat().st_mtime_ns if other.exists() else 0
        parameters = [p.detach() for p in network.parameters()]
        if stamp > self.seen:
            self.seen = stamp
            theirs = torch.load(other, map_location=parameters[0].device)
            torch._foreach_lerp_(parameters, theirs, 0.5)
        self._leave(parameters)

    def _leave(self, parameters: list[torch.Tensor]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        save_whole(parameters, self.folder / f"peer{self.rank}.pt")
