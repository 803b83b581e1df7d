from __future__ import annotations

import random

from training.critter import (
    ANIMALS,
    EARS,
    HELD_OUT_EARS,
    HELD_OUT_FUR,
    HUMANS,
    NATURAL,
    sample,
    sample_training,
)
from training.diffusion import SEED
from training.palette import COLORS
from training.twins import twins_at


def test_held_out_combinations_never_appear_in_training():
    rng = random.Random(1)
    critters = [sample_training(rng) for _ in range(5000)]
    critters += [critter for k in range(1000) for critter in twins_at(SEED, k)]
    assert not {(c.kind, c.fur) for c in critters} & HELD_OUT_FUR
    assert not {(c.kind, c.ears) for c in critters} & HELD_OUT_EARS


def test_held_out_combinations_are_drawable_and_not_the_natural_ones():
    assert all(kind in ANIMALS and fur in COLORS for kind, fur in HELD_OUT_FUR)
    assert all(kind in HUMANS and ears in EARS for kind, ears in HELD_OUT_EARS)
    assert not any(fur in NATURAL[kind] for kind, fur in HELD_OUT_FUR)


def test_every_part_of_a_held_out_combination_is_trained_apart():
    rng = random.Random(2)
    critters = [sample_training(rng) for _ in range(5000)]
    assert {c.fur for c in critters if not c.human} == set(COLORS)
    assert {c.ears for c in critters if c.human} == {None, *EARS}


def test_colors_in_one_picture_can_be_told_apart():
    rng = random.Random(3)
    for critter in (sample(rng) for _ in range(2000)):
        around = {critter.fur, critter.background}
        assert len(around) == 2
        assert not around & {color for _, color in critter.extras}
