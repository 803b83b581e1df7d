from __future__ import annotations

import random
from dataclasses import fields

import numpy as np
import pytest

from training.captions import twin_captions
from training.critter import Critter
from training.twins import ATTRIBUTES, draw_twins, twins_at

PAIRS = [twins_at(7, index) for index in range(2000)]


def differing(twins) -> list[str]:
    one, other = twins
    return [f.name for f in fields(Critter) if getattr(one, f.name) != getattr(other, f.name)]


def test_twins_differ_in_one_attribute_and_in_each_now_and_then():
    found = [differing(twins) for twins in PAIRS]
    assert all(len(names) == 1 for names in found)
    assert {name for (name,) in found} == set(ATTRIBUTES)


def test_neither_twin_is_held_out_or_wears_its_own_ears_or_a_color_that_is_around():
    for critter in (critter for twins in PAIRS for critter in twins):
        around = {critter.fur, critter.background}
        assert not critter.held_out
        assert critter.ears != critter.kind
        assert len(around) == 2
        assert around.isdisjoint(color for _, color in critter.extras)


def test_twins_of_another_mood_are_drawn_in_the_same_pose():
    index = next(k for k, twins in enumerate(PAIRS) if differing(twins) == ["mood"])
    one, other = draw_twins(7, index)
    changed = np.abs(one.astype(int) - other).max(0) > 0
    assert 0.01 < changed.mean() < 0.2
    assert not changed[100:].any()


@pytest.mark.parametrize("attribute", ["mood", "fur"])
def test_captions_of_twins_differ_in_one_word_at_most(attribute):
    rng, chosen = random.Random(8), [t for t in PAIRS if differing(t) == [attribute]]
    for twins in (t for t in chosen if not t[0].extras and not t[0].ears):
        one, other = (set(text.split()) for text in twin_captions(twins, rng))
        assert len(one - other - {"a", "an"}) <= 1
