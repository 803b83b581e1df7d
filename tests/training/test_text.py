from __future__ import annotations

import pytest
import torch

from training.classifier import HEADS
from training.diffusion import tokenize
from training.tokenizer import make_tokenizer
from training.train_text import read, start, train


@pytest.fixture
def tokenizer(tmp_path):
    return make_tokenizer(tmp_path / "tokenizer")


def test_the_text_encoder_is_asked_for_every_attribute(tokenizer, tmp_path):
    run = start(tmp_path / "text", len(tokenizer), torch.device("cpu"))
    logits = read(run.networks, tokenize(tokenizer, ["a red cat", ""]))
    assert {name: table.shape for name, table in logits.items()} == {
        name: (2, len(choices)) for name, choices in HEADS.items()
    }


def test_a_stretch_ends_at_its_steps_and_leaves_a_checkpoint(tokenizer, tmp_path):
    run = start(tmp_path / "text", len(tokenizer), torch.device("cpu"))
    train(run, tokenizer, total=2, minutes=1, batch=4)
    assert start(tmp_path / "text", len(tokenizer), torch.device("cpu")).step == 2
