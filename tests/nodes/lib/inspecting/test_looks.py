import io
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch

from nodes.lib import models
from nodes.lib.autoencoder import encode
from nodes.lib.images import load
from nodes.lib.inspecting import looks
from nodes.lib.latents import projection
from nodes.model import load_model
from nodes.types import (
    Audio,
    Condition,
    Conditioning,
    Image,
    Latent,
    Mask,
    Noise,
    Prediction,
    Sampler,
    Schedule,
)

PICTURE = Path(__file__).parents[4] / "workflows" / "images" / "critter.png"


def opened(value, side=64):
    return PIL.Image.open(io.BytesIO(looks.picture(value, side)))


def colors(value, side=64):
    return np.asarray(opened(value, side).convert("RGB")).astype(float) / 255


def plain(color, height=8, width=16, count=1):
    return Image(torch.tensor(color).expand(count, height, width, 3).contiguous())


def latent(seed=0, height=4, width=8):
    generator = torch.Generator().manual_seed(seed)
    return Latent(torch.randn((1, 4, height, width), generator=generator))


@pytest.fixture
def no_map(monkeypatch):
    monkeypatch.setattr(projection, "_latest", {})
    monkeypatch.setattr(models, "opened", {})


def test_an_image_is_shown_as_it_is():
    shown = opened(plain([1.0, 0.5, 0.0]))
    assert (shown.format, shown.size) == ("WEBP", (64, 32))
    assert colors(plain([1.0, 0.5, 0.0])).mean((0, 1)) == pytest.approx([1.0, 0.5, 0.0], abs=0.03)


def test_a_large_picture_is_made_smaller_and_a_flat_one_keeps_a_row():
    assert opened(plain([0.0, 0.0, 0.0], 4, 900)).size == (64, 1)


def test_a_mask_is_shown_in_grey():
    assert colors(Mask(torch.full((1, 8, 8), 0.5))).mean() == pytest.approx(0.5, abs=0.02)


def test_what_is_no_number_is_shown_dark():
    assert colors(Mask(torch.full((1, 8, 8), float("nan")))).max() < 0.02


def test_a_batch_is_laid_out_on_a_sheet():
    assert opened(plain([1.0, 1.0, 1.0], 16, 16, count=4)).size == (64, 64)
    assert opened([plain([1.0, 1.0, 1.0]), [plain([0.0, 0.0, 0.0])]]).size == (64, 15)


def test_a_sheet_shows_no_more_than_can_be_told_apart():
    assert opened(plain([1.0, 1.0, 1.0], 8, 8, count=1000)).size == (64, 64)


def test_a_latent_shows_the_colours_of_its_model(loaded):
    weights = projection.colors(loaded.model)
    one = latent()
    wanted = np.asarray(projection.project(one.samples[0], weights)).astype(float) / 255
    small = np.asarray(projection.guess(one.samples[0])).astype(float) / 255
    assert np.abs(wanted - small).mean() < 0.1


def test_the_colours_of_a_latent_are_about_those_of_its_picture():
    critters = load_model(model="critters")
    picture = load(PICTURE).image
    one = encode(critters.vae, picture).samples[0]
    shown = np.asarray(projection.project(one, projection.colors(critters.model))) / 255
    wanted = torch.nn.functional.avg_pool2d(picture.pixels.movedim(-1, 1), 8)[0].movedim(0, -1)
    assert np.abs(shown - wanted.numpy()).mean() < 0.12
    assert np.corrcoef(shown.flatten(), wanted.flatten())[0, 1] > 0.8


@pytest.mark.parametrize("channels", [1, 2, 4, 16])
def test_a_latent_of_an_unknown_model_shows_its_shapes(no_map, channels):
    samples = torch.zeros(1, channels, 8, 8)
    samples[..., :4] = 5.0
    shown = colors(Latent(samples))
    assert abs(shown[:, :24].mean() - shown[:, 40:].mean()) > 0.2


def test_a_flat_latent_is_grey(no_map):
    assert colors(Latent(torch.zeros(1, 4, 8, 8))).mean() == pytest.approx(0.5, abs=0.02)


def test_a_latent_is_shown_as_the_picture_it_stands_for():
    critters = load_model(model="critters")
    picture = load(PICTURE).image
    encoded = encode(critters.vae, picture)
    wanted = np.asarray(opened(picture, 128).convert("RGB")).astype(float) / 255

    shown = PIL.Image.open(io.BytesIO(looks.picture(encoded, 128, decoded=True)))

    assert np.abs(np.asarray(shown.convert("RGB")) / 255 - wanted).mean() < 0.06


def test_a_latent_that_is_mostly_noise_is_no_louder_than_a_picture():
    critters = load_model(model="critters")
    encoded = encode(critters.vae, load(PICTURE).image)
    noise = torch.randn(encoded.samples.shape, generator=torch.Generator().manual_seed(0))

    noisy = Latent(encoded.samples + 15 * noise)
    shown = PIL.Image.open(io.BytesIO(looks.picture(noisy, 64, decoded=True)))
    shown = np.asarray(shown.convert("RGB")) / 255

    saturated = ((shown < 0.02) | (shown > 0.98)).mean()
    assert saturated < 0.2


def test_a_latent_without_a_model_is_not_decoded(no_map):
    assert looks.picture(latent(), 64, decoded=True) == looks.picture(latent(), 64)


def test_a_prediction_shows_its_estimate():
    one, other = latent(1), latent(2)
    assert looks.picture(Prediction(one, 1.0, other, 1.0), 64) == looks.picture(other, 64)


@pytest.mark.parametrize("channels", [1, 4])
def test_noise_is_grey_on_average(channels):
    noise = Noise(torch.randn((1, channels, 32, 32), generator=torch.Generator()), 0)
    assert colors(noise).mean() == pytest.approx(0.5, abs=0.05)


def test_a_schedule_is_drawn_as_a_line():
    assert opened(Schedule((14.6, 3.0, 1.0, 0.0), "karras")).size == (64, 40)
    assert opened(Schedule((), "karras"), 16).size == (16, 10)


def test_texts_are_drawn_token_by_token():
    text = Condition(torch.randn((1, 4, 8), generator=torch.Generator()))
    assert opened(Conditioning((text,))).size == (64, 32)


@pytest.mark.parametrize("value", [1, "a", None, [], Sampler("euler"), torch.zeros(2)])
def test_what_has_no_looks_gives_no_picture(value):
    assert looks.picture(value, 64) == b""


def test_a_sound_looks_like_its_waveform():
    data = looks.picture(Audio(torch.sin(torch.arange(800) / 9)[None, None], 8000), 128)
    with PIL.Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (128, 40)
        assert picture.convert("L").getextrema()[1] > 100
