from __future__ import annotations

import random

import numpy as np
import pytest

from training.critter import EARS, EXTRAS, KINDS, MOODS, Critter, sample
from training.palette import COLORS, vary
from training.picture import SIZE, pixels

PLAIN = Critter("cat", "orange", "happy", "blue")


def test_the_same_seed_draws_the_same_picture():
    critter = sample(random.Random(1))
    first, second = (pixels(critter, random.Random(2)) for _ in range(2))
    assert first.shape == (3, SIZE, SIZE)
    assert np.array_equal(first, second)


def test_another_seed_draws_another_pose():
    assert not np.array_equal(pixels(PLAIN, random.Random(1)), pixels(PLAIN, random.Random(2)))


@pytest.mark.parametrize(
    "other",
    [
        *(Critter(kind, "orange", "happy", "blue") for kind in KINDS if kind != "cat"),
        *(Critter("cat", color, "happy", "blue") for color in COLORS if color != "orange"),
        *(Critter("cat", "orange", "happy", color) for color in COLORS if color != "blue"),
        *(Critter("cat", "orange", mood, "blue") for mood in MOODS if mood != "happy"),
        *(Critter("cat", "orange", "happy", "blue", ears) for ears in EARS if ears != "cat"),
        *(Critter("cat", "orange", "happy", "blue", None, ((e, "red"),)) for e in EXTRAS),
    ],
)
def test_every_attribute_shows(other):
    drawn = [pixels(c, random.Random(3)).astype(int) for c in (PLAIN, other)]
    changed = (np.abs(drawn[0] - drawn[1]).max(0) > 40).mean()
    assert changed > 0.01


@pytest.mark.parametrize("name", COLORS)
def test_a_color_never_varies_into_another(name):
    rng = random.Random(4)
    for _ in range(200):
        color = vary(name, rng)
        distances = {n: sum((a - b) ** 2 for a, b in zip(color, c, strict=True))
                     for n, c in COLORS.items()}  # fmt: skip
        assert min(distances, key=distances.__getitem__) == name
