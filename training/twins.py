"""Twins: two critters that differ in one attribute, drawn in the same pose.

Of their captions one word differs, and of their pictures the cells that show it. Whatever else a
network may learn from two pictures is the same in both, so what the word means stands out: moods,
which change some twenty cells of 256 a little, were not learnt from pictures without twins at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from training.critter import Critter, sample, sample_training
from training.palette import COLORS
from training.picture import pixels
from training.stream import rng_of

if TYPE_CHECKING:
    import random

    import numpy as np

Pair = tuple[Critter, Critter]

# How often twins differ in it: the harder to see, the more often.
ATTRIBUTES = {"mood": 7, "extras": 6, "ears": 4, "fur": 4, "kind": 1, "background": 1}


def twins_at(seed: int, index: int) -> Pair:
    """The critters of pair `index`, without drawing them."""
    critter = sample_training(rng_of("picture", seed, index))
    return critter, twin(critter, rng_of("twin", seed, index))


def draw_twins(seed: int, index: int) -> list[np.ndarray]:
    """Draw pair `index`: two of (3, SIZE, SIZE) uint8."""
    drawn = []
    for critter in twins_at(seed, index):
        rng = rng_of("picture", seed, index)
        sample_training(rng)
        drawn.append(pixels(critter, rng))
    return drawn


def twin(critter: Critter, rng: random.Random) -> Critter:
    """Another critter that training may show, which differs in one attribute, drawn by lot."""
    attribute = rng.choices(list(ATTRIBUTES), weights=list(ATTRIBUTES.values()))[0]
    while True:
        other = _changed(critter, attribute, rng)
        if other != critter and not other.held_out and _possible(other):
            return other


def _changed(critter: Critter, attribute: str, rng: random.Random) -> Critter:
    """The critter with one attribute of another, or with what it wears in another color."""
    if attribute == "extras" and critter.extras and rng.random() < 0.4:
        (name, _), *rest = critter.extras
        return replace(critter, extras=((name, rng.choice(list(COLORS))), *rest))
    return replace(critter, **{attribute: getattr(sample(rng), attribute)})


def _possible(critter: Critter) -> bool:
    """Whether `sample` could have drawn it: ears of another, and every color to be seen."""
    taken = {critter.background, critter.fur}
    visible = len(taken) == 2 and taken.isdisjoint(color for _, color in critter.extras)
    return visible and critter.ears != critter.kind
