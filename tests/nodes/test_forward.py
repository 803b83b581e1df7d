import math

import pytest
import torch
from diffusers import DDPMScheduler

from nodegraph.errors import NodegraphError
from nodes.forward import (
    add_noise,
    curve,
    distance,
    guidance_map,
    guided_prediction,
    parts,
    remove_noise,
)
from nodes.lib.latents import draw_noise
from nodes.lib.predict import predict
from nodes.types import Condition, Conditioning, Latent
from tests import tiny

SHAPE = (1, 4, 8, 8)


@pytest.fixture
def clean():
    return Latent(torch.randn(SHAPE, generator=torch.Generator().manual_seed(1)))


@pytest.fixture
def noise():
    return draw_noise(SHAPE, 2)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_noise_is_added_as_ddpm_adds_it(loaded, clean, noise, share):
    reference = DDPMScheduler(**tiny.EPS)
    step = round(share * 999)
    model, scale = loaded.model, loaded.model.latent_format.scale
    share = step / 999
    expected = reference.add_noise(clean.samples * scale, noise.samples, torch.tensor([step]))
    shown = add_noise(model, clean, noise, share=share).shown.samples * scale
    torch.testing.assert_close(shown, expected, atol=2e-5, rtol=1e-4)


def test_without_noise_the_picture_stays_as_it_is(loaded, clean, noise):
    found = add_noise(loaded.model, clean, noise, share=0.0)
    torch.testing.assert_close(found.x.samples, clean.samples)
    assert found.sigma == 0


@pytest.mark.parametrize("share", [0.05, 0.5, 1.0])
def test_noise_that_is_predicted_exactly_gives_the_picture_back(either, clean, noise, share):
    found = add_noise(either.model, clean, noise, share=share)
    back = remove_noise(either.model, found.x, noise, sigma=found.sigma)
    assert distance(back, clean) < 1e-4 * max(found.sigma, 1)


def test_noise_of_another_size_is_refused(loaded, clean):
    with pytest.raises(NodegraphError, match="give two of one size"):
        add_noise(loaded.model, clean, draw_noise((1, 4, 8, 6), 0))


def test_the_curve_keeps_the_variance_and_falls(loaded):
    found = curve(loaded.model, points=50)
    assert len(found.share) == 50
    assert found.share[-1] == 1.0
    assert all(math.isclose(s**2 + n**2, 1) for s, n in zip(found.signal, found.noise, strict=True))
    assert found.snr == sorted(found.snr, reverse=True)
    abar = DDPMScheduler(**tiny.EPS).alphas_cumprod[-1].item()
    assert math.isclose(found.snr[-1], abar / (1 - abar), rel_tol=1e-4)


@pytest.fixture
def predictions(loaded, clean):
    texts = torch.randn((2, 5, 16), generator=torch.Generator().manual_seed(3))
    positive, negative = (Conditioning((Condition(one[None]),)) for one in texts)
    return predict(loaded.model, clean, 2.0, positive, negative)


def test_the_parts_of_a_prediction_make_up_what_the_network_was_shown(predictions, clean):
    found = parts(predictions.positive)
    again = found.denoised.samples + found.sigma * found.noise.samples
    torch.testing.assert_close(again, clean.samples, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(found.x.samples * math.sqrt(5), clean.samples)


def test_the_guidance_map_is_the_length_of_what_the_text_changes(predictions):
    found = guidance_map(predictions.positive, predictions.negative, scale=8)
    apart = (predictions.positive.eps - predictions.negative.eps)[0]
    expected = torch.linalg.vector_norm(apart, dim=0) / 2  # four channels
    assert found.mask.values.shape == (1, 64, 64)
    assert math.isclose(found.strength, float(expected.mean()), rel_tol=1e-4)
    assert guidance_map(predictions.positive, predictions.positive).strength == 0


def test_a_guided_prediction_has_the_estimate_of_guidance(loaded, clean):
    texts = [Conditioning((Condition(torch.full((1, 4, tiny.WIDTH), one)),)) for one in (1.0, 0.0)]
    positive, negative = predict(loaded.model, clean, 2.0, *texts)
    found = guided_prediction(positive, negative, cfg=3.0)
    expected = 3 * positive.denoised.samples - 2 * negative.denoised.samples
    torch.testing.assert_close(found.denoised.samples, expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(found.eps, 3 * positive.eps - 2 * negative.eps, atol=1e-4, rtol=1e-4)
