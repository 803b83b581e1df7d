from dataclasses import replace

import pytest
import torch

from nodes.lib.speed import compiling, quick
from nodes.lib.speed.recipes import Recipe
from nodes.types import Latent


@pytest.fixture
def cooked(monkeypatch, networks):
    """Let fast mean what a test says, whatever the device."""

    def cook(**wanted):
        for place in (quick, compiling):
            if hasattr(place, "recipe"):
                monkeypatch.setattr(
                    place,
                    "recipe",
                    lambda part: Recipe() if part.speed == "safe" else Recipe(**wanted),
                )

    return cook


@pytest.fixture
def fast(loaded):
    """The tiny model at another speed."""

    def at(one):
        return replace(one, part=replace(one.part, speed="fast"))

    return loaded._replace(model=at(loaded.model), vae=at(loaded.vae))


@pytest.fixture
def x():
    return Latent(torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0)))
