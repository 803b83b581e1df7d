from __future__ import annotations

import random
import re

import pytest

from training.captions import (
    EMPTY_SHARE,
    PLURALS,
    SYNONYMS,
    caption,
    plain_caption,
    twin_captions,
)
from training.critter import EARS, EXTRAS, KINDS, MOODS, NATURAL, Critter, sample
from training.palette import COLORS

NAMES = {s: word for word, group in SYNONYMS.items() for s in group}
NAMES |= {plural: word for word, plural in PLURALS.items()}
TOLD = {*KINDS, *MOODS, *EXTRAS, *COLORS, *EARS}


def told(text: str) -> list[str]:
    """The attributes that a caption names, synonyms resolved, in order."""
    words = [NAMES.get(w, w) for w in re.findall(r"\w+", text)]
    return [w for w in words if w in TOLD]


def drawn(critter: Critter) -> list[str]:
    """The attributes that the picture shows, as a caption that says all would name them."""
    extras = [word for extra in critter.extras for word in extra]
    shown = [critter.kind, critter.fur, critter.mood, critter.background, *extras]
    return shown + ([critter.ears] if critter.ears else [])


def test_a_caption_mentions_only_what_is_drawn():
    rng = random.Random(1)
    for _ in range(2000):
        critter = sample(rng)
        left = drawn(critter)
        for word in told(caption(critter, rng)):
            left.remove(word)


def test_what_a_caption_leaves_out_is_mood_background_or_a_natural_color():
    rng = random.Random(2)
    for _ in range(2000):
        critter = sample(rng)
        left = drawn(critter)
        for word in told(caption(critter, rng)):
            left.remove(word)
        optional = {critter.mood, critter.background}
        if critter.fur in NATURAL[critter.kind]:
            optional.add(critter.fur)
        assert set(left) <= optional


def test_the_plain_caption_names_everything():
    rng = random.Random(3)
    for critter in (sample(rng) for _ in range(500)):
        assert sorted(told(plain_caption(critter))) == sorted(drawn(critter))


@pytest.mark.parametrize("say", [caption, lambda critter, rng: plain_caption(critter)])
def test_articles_fit_their_words(say):
    rng = random.Random(4)
    for _ in range(1000):
        assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", say(sample(rng), rng))


def test_one_caption_in_ten_is_empty():
    rng = random.Random(5)
    captions = [twin_captions((critter, critter), rng) for critter in [sample(rng)] * 5000]
    empty = sum(both == ["", ""] for both in captions) / 5000
    assert empty == pytest.approx(EMPTY_SHARE, abs=0.015)
