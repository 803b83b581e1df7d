"""One training run: its folder, its checkpoints, its log, its clock.

A run's folder holds `checkpoint.pt` (everything needed to go on), `log.jsonl` (one line every few
steps) and the sample sheets.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from training.paths import runs_folder

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Run:
    """Networks in training, their running average, and where the run stands."""

    folder: Path
    networks: nn.ModuleDict
    optimizer: torch.optim.Optimizer
    decay: float = 0.999
    step: int = 0
    average: list[Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.average = self.average or [p.detach().clone() for p in self.networks.parameters()]

    def learn(self, loss: Tensor, rate: float) -> None:
        """Take one optimizer step at the given learning rate, and follow it with the average."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        parameters = list(self.networks.parameters())
        nn.utils.clip_grad_norm_(parameters, 1.0)
        self.optimizer.step()
        self.step += 1
        decay = min(self.decay, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, parameters, 1 - decay)

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {
            "networks": self.networks.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "torch_rng": torch.get_rng_state(),
        }
        save_whole(state, self.folder / "checkpoint.pt")

    def resume(self) -> bool:
        """Go on from the checkpoint; say whether there was one."""
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return False
        state = torch.load(path, map_location="cpu", weights_only=False)
        self.networks.load_state_dict(state["networks"])
        self.optimizer.load_state_dict(state["optimizer"])
        with torch.no_grad():
            torch._foreach_copy_(self.average, state["average"])
        self.step = state["step"]
        torch.set_rng_state(state["torch_rng"])
        return True

    def load_average(self) -> None:
        """Put the running average in place of the weights, for good."""
        with torch.no_grad():
            torch._foreach_copy_(list(self.networks.parameters()), self.average)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Put the running average in place of the weights, for a look."""
        held = [p.detach().clone() for p in self.networks.parameters()]
        rng = torch.get_rng_state()
        self.load_average()
        yield
        with torch.no_grad():
            torch._foreach_copy_(list(self.networks.parameters()), held)
        torch.set_rng_state(rng)

    def log(self, **values: Any) -> None:
        """Append one line of JSON: the step, the time in seconds, and the values."""
        line = {"step": self.step, "time": round(time.time()), **values}
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")


def save_whole(value: Any, path: Path) -> None:
    """Write a file of torch's, whole or not at all."""
    partial = path.with_suffix(f".{os.getpid()}")
    torch.save(value, partial)
    partial.replace(path)


def finished(name: str, steps: int) -> bool:
    """Whether the run of this name has taken all its steps."""
    path = runs_folder() / name / "checkpoint.pt"
    return path.exists() and torch.load(path, weights_only=False)["step"] >= steps


@dataclass(slots=True)
class Smooth:
    """A loss averaged over about the last hundred steps."""

    value: float = math.nan

    def add(self, loss: Tensor) -> None:
        """Count one more loss."""
        new = loss.item()
        self.value = new if math.isnan(self.value) else 0.99 * self.value + 0.01 * new


def cosine(step: int, total: int, peak: float, warmup: int = 100) -> float:
    """Learning rate: a short linear rise to the peak, then half a cosine down to 2 % of it."""
    fall = 0.5 * (1 + math.cos(math.pi * min(1.0, step / total)))
    return peak * min(1.0, (step + 1) / warmup) * (0.02 + 0.98 * fall)
