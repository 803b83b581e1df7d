"""A way in two parts: leftover noise goes from one model to another, or to the same one."""

from itertools import pairwise

import pytest
import torch

from nodegraph.errors import ParamError
from nodes.latent import no_noise, noise
from nodes.lib.latents import to_latent, to_model_space
from nodes.lib.predict import predict
from nodes.sampling import sample, sampler, schedule
from nodes.schedule import flip, slice_of, split
from nodes.text import encode
from nodes.types import Latent, Schedule


def test_the_base_hands_over_to_the_refiner(family):
    base, refiner = family("sdxl"), family("sdxl_refiner")
    texts = [encode(one.clip, text="a cat") for one in (base, refiner)]
    drawn = noise(base.model, seed=3, width=64, height=64)
    whole = schedule(base.model, steps=5)
    high, low = split(whole, step=3)

    half = sample(base.model, texts[0], sampler(), high, drawn, cfg=1.0)
    done = sample(refiner.model, texts[1], sampler(), low, no_noise(half), latent=half, cfg=1.0)

    # Euler's method by hand, in the network's units, with one model and then the other
    space, sigmas = base.model.latent_format, whole.sigmas
    x = drawn.samples * (1 + sigmas[0] ** 2) ** 0.5
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        model, text = (base.model, texts[0]) if step < 3 else (refiner.model, texts[1])
        seen = predict(model, Latent(to_latent(x, space)), sigma, text).positive
        x0 = to_model_space(seen.denoised.samples, space)
        x = x + (x - x0) * ((sigma_next - sigma) / sigma)
    torch.testing.assert_close(to_model_space(done.samples, space), x, rtol=1e-4, atol=1e-4)


@pytest.fixture
def flow(family):
    return family("sd3")


def walked(loaded, steps, start, latent=None):
    text = encode(loaded.clip, text="a cat")
    return sample(loaded.model, text, sampler(), steps, start, latent=latent, cfg=1.0)


def test_two_stages_of_a_flow_are_one_but_for_rounding(flow):
    drawn = noise(flow.model, seed=3, width=64, height=64)
    whole = schedule(flow.model, steps=5)
    high, low = split(whole, step=3)
    half = walked(flow, high, drawn)
    in_two = walked(flow, low, no_noise(half), half)
    torch.testing.assert_close(
        in_two.samples, walked(flow, whole, drawn).samples, rtol=1e-4, atol=1e-4
    )


def test_a_flow_that_stops_early_and_clean_has_no_noise_left(flow):
    drawn = noise(flow.model, seed=3, width=64, height=64)
    part = slice_of(schedule(flow.model, steps=5), end_step=2)
    assert part.sigmas[-1] == 0.0
    assert walked(flow, part, drawn).samples.isfinite().all()


@pytest.mark.parametrize("turned", [True, False])
def test_a_flow_does_not_end_in_pure_noise(flow, turned):
    drawn = noise(flow.model, seed=3, width=64, height=64)
    steps = flip(schedule(flow.model, steps=2)) if turned else Schedule((1.0,), "")
    with pytest.raises(ParamError, match="let the schedule end below it"):
        walked(flow, steps, drawn)
