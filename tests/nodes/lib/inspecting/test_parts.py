import io

import numpy as np
import pytest
import torch

from nodegraph.engine.host import NoItemError
from nodes.lib.inspecting import parts
from nodes.lib.inspecting.parts import AreaError
from nodes.types import (
    Condition,
    Conditioning,
    Image,
    Latent,
    Mask,
    Prediction,
    Sampler,
    Schedule,
    Video,
)


def numbers(value, window=()):
    return np.load(io.BytesIO(parts.data(value, window)), allow_pickle=False)


def image(count=1, height=4, width=6):
    return Image(torch.rand((count, height, width, 3), generator=torch.Generator().manual_seed(1)))


def test_the_numbers_of_a_picture_are_given_as_they_are():
    one = image()
    assert numbers(one).dtype == np.float32
    assert np.array_equal(numbers(one), one.pixels.numpy())


def test_numbers_of_other_kinds_are_given_as_float32():
    assert numbers(torch.tensor([1.5, 2.0], dtype=torch.bfloat16)).tolist() == [1.5, 2.0]
    assert numbers(Schedule((4.0, 2.0, 0.0), "normal")).tolist() == [4.0, 2.0, 0.0]


def test_a_window_is_an_area_of_a_picture():
    one = image()
    assert np.array_equal(numbers(one, (2, 1, 3, 2)), one.pixels[:, 1:3, 2:5].numpy())
    samples = torch.arange(64.0).view(1, 4, 4, 4)
    assert np.array_equal(numbers(Latent(samples), (0, 3, 4, 1)), samples[:, :, 3:].numpy())


def test_a_window_that_is_none_is_refused():
    with pytest.raises(AreaError, match="leaves the picture, which is 6 x 4"):
        parts.data(image(), (4, 0, 3, 1))
    with pytest.raises(AreaError, match="has no areas"):
        parts.data(torch.zeros(4, 4), (0, 0, 1, 1))


def test_more_numbers_than_one_answer_may_hold_are_refused(monkeypatch):
    monkeypatch.setattr(parts, "MOST", 100)
    with pytest.raises(AreaError, match="ask for a window"):
        parts.data(image(), ())
    assert numbers(image(), (0, 0, 2, 2)).size == 12


@pytest.mark.parametrize("value", ["text", 3, Sampler("euler"), Conditioning(()), {"a": 1}])
def test_what_is_no_number_gives_none(value):
    assert parts.data(value, ()) == b""


def test_the_samples_of_a_batch_are_items_like_those_of_a_list():
    batch = image(3)
    assert torch.equal(parts.item(batch, 2).pixels, batch.pixels[2:])
    assert parts.item([batch, Mask(torch.zeros(1, 2, 2))], 0) is batch
    latent = Latent(torch.arange(2.0).view(2, 1, 1, 1))
    predicted = parts.item(Prediction(latent, 1.0, latent, 1.0), 1)
    assert predicted.denoised.samples.item() == 1.0


def test_one_text_of_several_is_conditioning_too():
    texts = Conditioning((Condition(torch.zeros(1, 1, 1)), Condition(torch.ones(1, 1, 1))))
    assert parts.item(texts, 1).entries == texts.entries[1:]


@pytest.mark.parametrize(("value", "index"), [(7, 0), ([1], 1), ("text", 0)])
def test_an_item_that_is_not_there_is_refused(value, index):
    with pytest.raises(NoItemError):
        parts.item(value, index)
    with pytest.raises(NoItemError, match="counted from 0"):
        parts.item(image(), 1)


def test_a_frame_of_a_film_is_one_of_its_items():
    film = Video(Image(torch.rand(3, 4, 4, 3)), 8.0)
    assert torch.equal(parts.item(film, 2).pixels, film.frames.pixels[2:])
    with pytest.raises(NoItemError, match="no item 3; there are 3"):
        parts.item(film, 3)
