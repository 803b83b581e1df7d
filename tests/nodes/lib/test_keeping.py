"""Masks on latents: what they forbid stays, and what they allow is as without them."""

from dataclasses import replace

import pytest
import torch

from nodegraph.errors import ParamError
from nodes import sampling, text
from nodes.latent import no_noise, noise
from nodes.lib.latents import SizeError, to_model_space
from nodes.lib.noise import initial_noise
from nodes.lib.samplers import SAMPLERS
from nodes.lib.sampling import Walk
from nodes.types import Latent
from tests.nodes.driving import body, drive

HALF = torch.zeros(1, 48, 64)
HALF[..., 32:] = 1.0


@pytest.fixture(scope="module")
def texts(loaded):
    return text.encode(loaded.clip, text="a cat"), text.encode(loaded.clip, text="")


def latent(mask=None, **options):
    samples = torch.randn(2, 4, 6, 8, generator=torch.Generator().manual_seed(5))
    return Latent(samples, mask, **options)


def setup(loaded, sampler_name="euler", steps=3, denoise=1.0):
    model = loaded.model
    schedule = sampling.schedule(model, steps=steps, denoise=denoise)
    drawn = noise(model, seed=3, width=64, height=48, batch_size=2)
    return model, sampling.sampler(sampler_name=sampler_name), schedule, drawn


def closed(loaded, texts, start, *options, **more):
    model, sampler, schedule, drawn = setup(loaded, *options, **more)
    return sampling.sample(model, texts[0], sampler, schedule, drawn, texts[1], start, cfg=3.0)


@pytest.mark.parametrize("sampler_name", SAMPLERS)
def test_what_the_mask_forbids_stays_bit_by_bit_in_the_loop_and_closed(loaded, texts, sampler_name):
    start = latent(HALF)
    result = closed(loaded, texts, start, sampler_name)
    model, *rest = setup(loaded, sampler_name)
    opened = drive(sampling.denoise(model, *rest, start), body(model, *texts, 3.0))
    assert torch.equal(opened.samples, result.samples)
    assert torch.equal(result.samples[..., :4], start.samples[..., :4])
    assert not torch.isclose(result.samples[..., 4:], start.samples[..., 4:]).any(-1).all()
    assert result.mask is start.mask


@pytest.mark.parametrize("sampler_name", ["euler", "dpmpp_2m_sde", "heun", "ddim"])
@pytest.mark.parametrize("gradual", [False, True])
def test_a_mask_of_ones_is_no_mask(loaded, texts, sampler_name, gradual):
    full = latent(torch.ones(1, 48, 64), gradual=gradual)
    masked = closed(loaded, texts, full, sampler_name)
    assert torch.equal(masked.samples, closed(loaded, texts, latent(), sampler_name).samples)


def test_flow_keeps_too(loaded, texts):
    from nodes.lib.model_sampling import ModelSampling

    flowing = loaded._replace(model=replace(loaded.model, sampling=ModelSampling.flow(3.0)))
    start = latent(HALF)
    result = closed(flowing, texts, start)
    assert torch.equal(result.samples[..., :4], start.samples[..., :4])


def test_the_network_sees_the_latent_at_the_noise_level_and_the_solver_the_latent(loaded):
    """k-diffusion's euler written out, with the mask as the definition says."""
    model, sampler, schedule, drawn = setup(loaded)
    soft = torch.linspace(0, 1, 64).expand(1, 48, 64)
    start = latent(soft)
    clean = to_model_space(start.samples, model.latent_format)
    mask = torch.nn.functional.interpolate(soft[:, None], (6, 8), mode="bilinear")
    x = clean + drawn.samples * (1 + schedule.sigmas[0] ** 2) ** 0.5
    walk = Walk(model, sampler, schedule, drawn, start)
    for sigma, after in zip(schedule.sigmas[:-1], schedule.sigmas[1:], strict=True):
        seen = x * mask + (clean + sigma * drawn.samples) * (1 - mask)
        torch.testing.assert_close(walk.x.samples, seen / model.latent_format.scale)
        estimate = Latent(torch.tanh(walk.x.samples))
        inner = to_model_space(estimate.samples, model.latent_format)
        estimated = inner * mask + clean * (1 - mask)
        x = x + (x - estimated) / sigma * (after - sigma)
        walk.take(walk.solver().advance(estimate, None))
    expected = x / model.latent_format.scale
    torch.testing.assert_close(walk.result().samples, expected, rtol=1e-4, atol=1e-4)


def test_ddim_noises_what_it_keeps_with_the_next_seed(loaded):
    model, _, schedule, drawn = setup(loaded)
    start = latent(torch.zeros(1, 6, 8))
    seen = Walk(model, sampling.sampler(sampler_name="ddim"), schedule, drawn, start).x
    other = initial_noise(drawn.samples.shape, 4)
    inner = to_model_space(start.samples, model.latent_format) + schedule.sigmas[0] * other
    torch.testing.assert_close(seen.samples, inner / model.latent_format.scale)


def test_a_gradual_mask_frees_each_place_at_its_share_of_the_way(loaded):
    """The network's time falls evenly through the normal schedule."""
    model, sampler, schedule, drawn = setup(loaded, steps=5)
    values = torch.tensor([0.0, 0.1, 0.3, 0.6, 0.9, 1.0, 1.0, 1.0])
    start = latent(values.expand(1, 6, 8), gradual=True)
    clean = to_model_space(start.samples, model.latent_format)
    walk = Walk(model, sampler, schedule, drawn, start)
    free = []
    while not walk.done:
        inner = to_model_space(walk.x.samples, model.latent_format)
        noised = clean + walk.sigma * drawn.samples
        free.append(int((~torch.isclose(inner, noised, atol=1e-3)).any(2)[0, 0].sum()))
        walk.take(walk.solver().advance(Latent(torch.ones_like(inner)), None))
    assert free[1:4] == [4, 5, 6]  # three quarters of the way left, a half, a quarter
    assert torch.equal(walk.result().samples[..., 0], start.samples[..., 0])


def test_a_schedule_that_leaves_noise_leaves_it_in_what_is_kept(loaded):
    model, sampler, schedule, drawn = setup(loaded)
    part = replace(schedule, sigmas=schedule.sigmas[:2])
    start = latent(HALF)
    walk = Walk(model, sampler, part, drawn, start)
    walk.take(walk.solver().advance(start, None))
    assert not torch.allclose(walk.result().samples[..., :4], start.samples[..., :4], atol=0.1)


def test_a_second_stage_does_not_keep_the_noise_of_the_first(loaded):
    model, sampler, schedule, _ = setup(loaded)
    start = latent(HALF)
    with pytest.raises(ParamError, match="sample masked latents in one go"):
        Walk(model, sampler, schedule, no_noise(start), start)
    free = replace(start, mask=torch.ones(1, 48, 64))
    assert not Walk(model, sampler, schedule, no_noise(free), free).done


def test_as_many_masks_as_latents_or_one(loaded):
    model, *rest = setup(loaded)
    with pytest.raises(SizeError, match="there are 3 masks for 2 latents; give one"):
        Walk(model, *rest, latent(torch.ones(3, 6, 8)))
