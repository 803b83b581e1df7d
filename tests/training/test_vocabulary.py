"""The list of words beside the tokenizer, and the captions that it must agree with."""

import json
import random
import re

from nodes.lib.vocabulary import simple, vocabulary
from training.captions import caption, plain_caption
from training.critter import sample
from training.paths import MODEL
from training.tokenizer import load_tokenizer
from training.vocabulary import ALIKE, FILE, IDLE, freely, learnt, save_vocabulary


def test_the_words_are_those_that_captions_use():
    rng = random.Random(0)
    used = {word for _ in range(20_000) for word in re.findall(r"\w+", caption(sample(rng), rng))}
    assert used == set(learnt())


def test_each_word_is_one_token():
    tokenizer = load_tokenizer(MODEL / "tokenizer")
    assert [word for word in learnt() if len(tokenizer.tokenize(word)) != 1] == []


def test_no_word_is_in_the_list_twice():
    words = [*learnt(), *" ".join(ALIKE.values()).split(), *IDLE.split()]
    assert [word for word in words if words.count(word) > 1] == []
    assert ALIKE.keys() <= set(learnt())


def test_the_list_that_is_shipped_is_this_one(tmp_path):
    save_vocabulary(tmp_path)
    shipped = (MODEL / "tokenizer" / FILE).read_text()
    assert json.loads(shipped) == json.loads((tmp_path / FILE).read_text())


def test_what_is_put_freely_is_read_as_what_it_means():
    known, rng = vocabulary(MODEL), random.Random(3)
    for _ in range(200):
        plain = plain_caption(sample(rng))
        free = freely(plain, rng)
        read, left_out = simple(free, known, ())
        assert left_out == []
        assert free != plain
        content = [word for word in plain.split() if word not in ("a", "an", "on", "with", "and")]
        assert [word for word in content if word not in read.split()] == []
