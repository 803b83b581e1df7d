"""Values that lie where nobody expects them: what nodes give is moved to either device at random.

Latents and texts from the cache's disk are on the processor and new ones are not, so no node may
count on two of them being on one device.
"""

from __future__ import annotations

import dataclasses
import random

import torch

from nodegraph.execution.state import State
from nodes.types import Conditioning, ImageEmbedding, Latent

DEVICES = ("cpu", "cuda:0")
KEPT = (Conditioning, ImageEmbedding, Latent)
"""What the disk keeps and GPUs make."""


def scatter(patch, seed=0):
    """Move every value of every run from now on."""
    finish, draw = State.finish, random.Random(seed)

    def finished(state, step, values, seconds):
        values = tuple(moved(value, draw.choice(DEVICES)) for value in values)
        finish(state, step, values, seconds)

    patch.setattr(State, "finish", finished)


def moved(value, device):
    """Return a value with what the disk would keep on a device."""
    if type(value) in (tuple, list):
        return type(value)(moved(one, device) for one in value)
    return brought(value, device) if isinstance(value, KEPT) else value


def brought(value, device):
    """Return a value with all its tensors on a device."""
    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, tuple):
        return tuple(brought(one, device) for one in value)
    if not dataclasses.is_dataclass(value):
        return value
    names = [field.name for field in dataclasses.fields(value)]
    return dataclasses.replace(value, **{n: brought(getattr(value, n), device) for n in names})
