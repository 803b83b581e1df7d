"""A node is a function: tests call it."""

import torch

from example_nodes import brighten, count
from nodes.types import Image


def test_every_channel_is_raised_and_stays_within_bounds():
    grey = Image(torch.full((1, 2, 2, 3), 0.5))
    assert torch.equal(brighten(grey, amount=0.25).pixels, torch.full((1, 2, 2, 3), 0.75))
    assert brighten(grey, amount=1.0).pixels.max() == 1


def test_words_and_characters_are_counted():
    assert count(text="a red fox") == (3, 9)
