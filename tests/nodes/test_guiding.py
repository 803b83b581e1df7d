"""The arithmetic of guidance beside diffusers' and the papers'."""

from dataclasses import replace

import pytest
import torch
from diffusers.guiders.adaptive_projected_guidance import MomentumBuffer, normalized_guidance
from diffusers.models.attention_processor import PAGIdentitySelfAttnProcessor2_0
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import rescale_noise_cfg

from nodegraph.errors import ParamError
from nodes import guiding, sampling
from nodes.lib.models import network
from nodes.lib.sampling import StepError
from nodes.types import Latent
from tests.nodes.guided import momentum, prediction, random


def test_momentum_is_that_of_diffusers(critters):
    """Three turns, each with the average of those before it."""
    it, buffer = critters, MomentumBuffer(-0.5)
    zone = sampling.denoise(it.model, sampling.sampler(), it.schedule, it.noise)
    turn = next(zone)
    for number in range(3):
        positive, negative = prediction(number + 1), prediction(number + 5)
        cond, uncond = positive.denoised.samples, negative.denoised.samples
        theirs = normalized_guidance(
            cond, uncond, 4.0 - 1, buffer, 0.3, 5.0, use_original_formulation=True
        )
        options = {"cfg": 4.0, "eta": 0.3, "norm_threshold": 5.0, "momentum": -0.5}
        got = guiding.projected(positive, negative, turn.solver, **options).denoised
        torch.testing.assert_close(got.samples, theirs)
        if number < 2:
            turn = zone.send(sampling.step(turn.solver, turn.x).x)


def test_momentum_without_a_loop_says_what_to_link():
    with pytest.raises(ParamError, match="link its solver to this node too"):
        guiding.projected(prediction(1), prediction(2), momentum=-0.5)


def test_a_loop_keeps_one_running_average(critters):
    it = critters
    turn = next(sampling.denoise(it.model, sampling.sampler(), it.schedule, it.noise))
    momentum(it, turn)
    with pytest.raises(StepError, match="keeps one running average"):
        momentum(it, turn)


def test_an_interval_keeps_within_the_one_before(critters):
    first = guiding.interval(critters.negative, start=0.2, end=0.6)
    (entry,) = guiding.interval(first, start=0.4, end=0.9).entries
    assert (entry.options["start"], entry.options["end"]) == (0.4, 0.6)
    with pytest.raises(ParamError, match="nothing between"):
        guiding.interval(first, start=0.4, end=0.4)


def test_dual_guidance_is_the_published_sum():
    positive, middle, negative = (prediction(n) for n in (1, 2, 3))
    p, m, n = (one.denoised.samples for one in (positive, middle, negative))
    got = guiding.dual(positive, middle, negative, cfg_conds=5.0, cfg_cond2_negative=1.5)
    # arXiv:2211.09800, eq. 3
    torch.testing.assert_close(got.denoised.samples, n + 1.5 * (m - n) + 5.0 * (p - m))
    nested = guiding.dual(
        positive, middle, negative, cfg_conds=5.0, cfg_cond2_negative=1.5, style="nested"
    )
    inner = m + 5.0 * (p - m)
    torch.testing.assert_close(nested.denoised.samples, n + 1.5 * (inner - n))


def test_dual_guidance_at_1_and_1_is_the_positive():
    positive, middle, negative = (prediction(n) for n in (1, 2, 3))
    got = guiding.dual(positive, middle, negative, cfg_conds=1.0, cfg_cond2_negative=1.0)
    torch.testing.assert_close(got.denoised.samples, positive.denoised.samples)


@pytest.mark.parametrize("phi", [0.0, 0.7, 1.0])
def test_rescaling_is_that_of_diffusers_on_v(critters, phi):
    # x and x0 give v = (x / (1 + sigma^2) - x0) sqrt(1 + sigma^2) / sigma
    positive, sigma = prediction(1), 2.0
    x, guided = positive.x.samples, random(2) * 3
    share = (1 + sigma**2) ** 0.5
    to_v = lambda x0: (x / share**2 - x0) * share / sigma  # noqa: E731
    v = rescale_noise_cfg(to_v(guided), to_v(positive.denoised.samples), phi)
    got = guiding.rescale(critters.model, Latent(guided), positive, phi=phi)
    torch.testing.assert_close(got.denoised.samples, x / share**2 - v * sigma / share)


def test_rescaling_a_v_network_rescales_what_it_says(critters):
    it, said = critters, []
    unet = network(it.model.part)
    hook = unet.register_forward_hook(lambda _module, _args, output: said.append(output[0]))
    x, sigma = Latent(3 * random(0)), 2.0
    predicted = sampling.predict(it.model, x, sigma, it.positive, it.negative)
    hook.remove()
    negative, positive = said[0].chunk(2)
    v = rescale_noise_cfg(negative + 5 * (positive - negative), positive, 0.7)
    expected = it.model.sampling.denoised(x.samples, v, sigma)
    guided = sampling.guidance(*predicted, cfg=5.0).denoised
    got = guiding.rescale(it.model, guided, predicted.positive, phi=0.7).denoised
    torch.testing.assert_close(got.samples, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("threshold", [0.0, 5.0])
def test_projected_guidance_is_that_of_diffusers(eta, threshold):
    positive, negative = (replace(prediction(seed), scale=0.5) for seed in (1, 2))
    cond, uncond = positive.denoised.samples, negative.denoised.samples
    scaled = [one * positive.scale for one in (cond, uncond)]
    theirs = normalized_guidance(
        *scaled, 4.0 - 1, None, eta, threshold, use_original_formulation=True
    )
    got = guiding.projected(positive, negative, cfg=4.0, eta=eta, norm_threshold=threshold)
    torch.testing.assert_close(got.denoised.samples * positive.scale, theirs)


def test_projected_guidance_with_all_of_it_is_plain_guidance():
    positive, negative = prediction(1), prediction(2)
    got = guiding.projected(positive, negative, cfg=4.0, eta=1.0).denoised.samples
    expected = sampling.guidance(positive, negative, cfg=4.0).denoised.samples
    torch.testing.assert_close(got, expected, rtol=1e-5, atol=1e-5)


def test_perturbed_attention_is_that_of_diffusers(critters):
    it, x = critters, Latent(3 * random(0))
    spoiled = guiding.perturb_attention(it.model)
    got = sampling.predict(spoiled, x, 2.0, it.positive).positive.denoised.samples
    layers = [
        module
        for name, module in network(it.model.part).named_modules()
        if "mid_block" in name and name.endswith("attn1")
    ]
    kept = [layer.processor for layer in layers]
    for layer in layers:
        layer.set_processor(PAGIdentitySelfAttnProcessor2_0())  # spoils the second half
    twice = sampling.predict(it.model, x, 2.0, it.positive, it.positive).positive
    for layer, processor in zip(layers, kept, strict=True):
        layer.set_processor(processor)
    torch.testing.assert_close(got, twice.denoised.samples, rtol=1e-4, atol=1e-4)


def test_perturbing_leaves_the_network_as_it_was(critters):
    it, x = critters, Latent(3 * random(0))
    before = sampling.predict(it.model, x, 2.0, it.positive).positive.denoised.samples
    spoiled = guiding.perturb_attention(it.model)
    other = sampling.predict(spoiled, x, 2.0, it.positive).positive.denoised.samples
    after = sampling.predict(it.model, x, 2.0, it.positive).positive.denoised.samples
    assert torch.equal(before, after)
    assert not torch.allclose(before, other)


def test_a_layer_that_is_not_there_says_which_are(critters):
    spoiled = guiding.perturb_attention(critters.model, layer="attic")
    with pytest.raises(ParamError, match=r"is in 'attic'; it is in down_blocks\.1, .*mid_block"):
        sampling.predict(spoiled, Latent(random(0)), 2.0, critters.positive)
