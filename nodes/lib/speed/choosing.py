"""Models and VAEs at a speed: what the nodes that load them are told."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import torch

from nodes.lib import models

if TYPE_CHECKING:
    from nodes.handles import Model, Vae
    from nodes.lib.folders import Part


def model(found: Model, speed: str, weights: str, dtype: str) -> Model:
    """Return a model at a speed.

    Args:
        found: As it was opened.
        speed: ``fastest`` lets a processor that can compute in bfloat16, where the run does not
            name a precision.
        weights: ``float8`` keeps them in a byte each, and computes as before.
        dtype: What the run asks for.
    """
    part = _at(found.part, speed, dtype)
    storage = "float8" if weights == "float8" else ""
    return replace(found, part=replace(part, storage=storage))


def vae(found: Vae, speed: str, dtype: str) -> Vae:
    """Return an autoencoder at a speed, see ``model``."""
    made = replace(found, part=_at(found.part, speed, dtype))
    for channels, one in models.opened.items():
        if one is found:
            models.opened[channels] = made
    return made


def _at(part: Part, speed: str, dtype: str) -> Part:
    narrow = speed == "fastest" and part.device == "cpu" and dtype == "auto" and narrow_cpu()
    return replace(part, speed=speed, dtype="bfloat16" if narrow else part.dtype)


@cache
def narrow_cpu() -> bool:
    """Tell whether this processor multiplies bfloat16 by itself, which is faster then."""
    found = torch.cpu.get_capabilities()
    return bool(found.get("avx512_bf16") or found.get("amx_bf16"))
