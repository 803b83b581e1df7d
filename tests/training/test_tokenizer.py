from __future__ import annotations

import random
import re

import pytest

from training.architecture import CAPTION_LENGTH
from training.captions import caption
from training.critter import sample
from training.paths import MODEL
from training.tokenizer import build_merges, load_tokenizer, save_tokenizer, split, words


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    save_tokenizer(folder)
    return load_tokenizer(folder)


def test_every_word_of_the_captions_is_one_known_token(tokenizer):
    rng, known = random.Random(1), set(words())
    for _ in range(1000):
        text = caption(sample(rng), rng)
        assert set(re.findall(r"\w+", text)) <= known
    assert [w for w in known if len(tokenizer.tokenize(w)) != 1] == []


def test_capitals_and_punctuation_do_not_matter(tokenizer):
    assert tokenizer.tokenize("A Happy boy, with mouse EARS!") == [
        f"{w}</w>" for w in ("a", "happy", "boy", ",", "with", "mouse", "ears", "!")
    ]


def test_unknown_words_fall_apart_into_known_pieces(tokenizer):
    ids = tokenizer("a zebra naïvely 日本", add_special_tokens=False).input_ids
    assert tokenizer.unk_token_id not in ids
    assert "zebra" in tokenizer.decode(ids)


def test_captions_fit_between_start_and_end(tokenizer):
    rng = random.Random(2)
    for _ in range(1000):
        assert len(tokenizer(caption(sample(rng), rng)).input_ids) <= CAPTION_LENGTH


def test_padding_uses_the_end_token(tokenizer):
    ids = tokenizer("a cat", padding="max_length").input_ids
    assert len(ids) == CAPTION_LENGTH
    assert ids[0] == len(tokenizer) - 2
    assert set(ids[3:]) == {len(tokenizer) - 1}


def test_saving_the_loaded_tokenizer_changes_no_token(tokenizer, tmp_path):
    tokenizer.save_pretrained(tmp_path)
    text = "a sad grey kitten, wearing a red bow"
    assert load_tokenizer(tmp_path)(text).input_ids == tokenizer(text).input_ids


def test_later_merges_leave_earlier_words_whole():
    merges = build_merges(["hat", "that", "chat", "hats"])
    assert [split(w, merges) for w in ("hat", "that", "hats")] == [
        ["hat</w>"], ["that</w>"], ["hats</w>"],
    ]  # fmt: skip


def test_the_words_are_those_that_the_shipped_weights_learnt(tokenizer):
    assert tokenizer.get_vocab() == load_tokenizer(MODEL / "tokenizer").get_vocab()
