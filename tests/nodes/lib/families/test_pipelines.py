"""Each family's latents beside those of its diffusers pipeline, from the same noise and texts."""

import pytest
import torch
from diffusers import (
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
)

from nodes.lib import sampling
from nodes.lib.families import flux
from nodes.lib.latents import to_model_space
from nodes.lib.models import network
from nodes.types import Condition, Conditioning, Latent, Noise, Sampler, Schedule

WIDTH, LONG, LENGTH = 16, 32, 7
TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}
"""Of latents that start at a deviation of 15, after three steps of float32."""

FLOW = (1.0, 0.75, 0.25)


def texts(width, pooled):
    generator = torch.Generator().manual_seed(5)

    def one():
        embedding = torch.randn((1, LENGTH, width), generator=generator)
        return Condition(embedding, torch.randn((1, pooled), generator=generator))

    return one(), one()


def ours(loaded, noise, sigmas, positive, negative, cfg):
    """Return the latent in the network's units."""
    schedule = Schedule((*sigmas, 0.0), "custom")
    walk = sampling.Walk(loaded.model, Sampler("euler"), schedule, Noise(noise, 0))
    sides = [Conditioning((entry,)) for entry in (positive, negative)]
    result = sampling.sample(walk, loaded.model, *sides, cfg, lambda walk: None)
    return to_model_space(result.samples, loaded.model.latent_format)


def training_sigmas(loaded):
    """Return sigmas whose times are whole, which diffusers would interpolate otherwise."""
    return [float(loaded.model.sampling.sigmas[index]) for index in (999, 700, 50)]


def quiet(pipeline):
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def noise_of(channels):
    return torch.randn((2, channels, 8, 12), generator=torch.Generator().manual_seed(1))


@pytest.fixture
def euler():
    return lambda loaded: EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        timestep_spacing="leading",
        prediction_type={"eps": "epsilon"}.get(
            loaded.model.sampling.prediction, loaded.model.sampling.prediction
        ),
    )


@pytest.mark.parametrize("name", ["sd1", "sd2"])
def test_stable_diffusion_makes_what_its_pipeline_makes(family, euler, name):
    loaded = family(name)
    positive, negative = texts(WIDTH, WIDTH)
    noise, sigmas = noise_of(4), training_sigmas(loaded)
    pipeline = quiet(
        StableDiffusionPipeline(
            network(loaded.vae.part),
            network(loaded.clip.encoders[0].encoder),
            network(loaded.clip.encoders[0].tokenizer),
            network(loaded.model.part),
            euler(loaded),
            None,
            None,
            requires_safety_checker=False,
        )
    )
    expected = pipeline(
        prompt_embeds=positive.embedding.repeat(2, 1, 1),
        negative_prompt_embeds=negative.embedding.repeat(2, 1, 1),
        latents=noise,
        sigmas=[*sigmas, 0.0],
        guidance_scale=3.0,
        output_type="latent",
    ).images
    found = ours(loaded, noise, sigmas, positive, negative, 3.0)
    torch.testing.assert_close(found, expected, **TOLERANCE)


@pytest.mark.parametrize("name", ["sdxl", "sdxl_refiner"])
def test_sdxl_makes_what_its_pipeline_makes(family, euler, name):
    loaded = family(name)
    positive, negative = texts(LONG if name == "sdxl" else WIDTH, WIDTH)
    noise, sigmas = noise_of(4), training_sigmas(loaded)
    if name == "sdxl_refiner":
        expected = _refined(loaded, noise, sigmas, positive)
        found = ours(loaded, noise, sigmas, positive, positive, 1.0)
    else:
        first, second = (network(one.encoder) for one in loaded.clip.encoders)
        pipeline = quiet(
            StableDiffusionXLPipeline(
                network(loaded.vae.part),
                first,
                second,
                network(loaded.clip.encoders[0].tokenizer),
                network(loaded.clip.encoders[1].tokenizer),
                network(loaded.model.part),
                euler(loaded),
                add_watermarker=False,
            )
        )
        expected = pipeline(
            prompt_embeds=positive.embedding.repeat(2, 1, 1),
            negative_prompt_embeds=negative.embedding.repeat(2, 1, 1),
            pooled_prompt_embeds=positive.pooled.repeat(2, 1),
            negative_pooled_prompt_embeds=negative.pooled.repeat(2, 1),
            height=64,
            width=96,
            latents=noise,
            sigmas=[*sigmas, 0.0],
            guidance_scale=3.0,
            output_type="latent",
        ).images
        found = ours(loaded, noise, sigmas, positive, negative, 3.0)
    torch.testing.assert_close(found, expected, **TOLERANCE)


def _refined(loaded, noise, sigmas, positive):
    """The refiner's pipeline starts from a picture, so its network is called by hand."""
    unet, levels = network(loaded.model.part), [*sigmas, 0.0]
    x = noise * (levels[0] ** 2 + 1) ** 0.5
    for sigma, following, time in zip(levels, levels[1:], (999, 700, 50), strict=False):
        with torch.inference_mode():
            eps = unet(
                x / (sigma**2 + 1) ** 0.5,
                time,
                positive.embedding.repeat(2, 1, 1),
                added_cond_kwargs={
                    "text_embeds": positive.pooled.repeat(2, 1),
                    "time_ids": torch.tensor([[64.0, 96.0, 0.0, 0.0, 6.0]] * 2),
                },
            ).sample
        x = x + eps * (following - sigma)
    return x


def test_stable_diffusion_3_makes_what_its_pipeline_makes(family):
    loaded = family("sd3")
    positive, negative = texts(LONG, LONG)
    noise = noise_of(16)
    encoders = loaded.clip.encoders
    pipeline = quiet(
        StableDiffusion3Pipeline(
            network(loaded.model.part),
            FlowMatchEulerDiscreteScheduler(),
            network(loaded.vae.part),
            *(network(part) for one in encoders for part in (one.encoder, one.tokenizer)),
        )
    )
    expected = pipeline(
        prompt_embeds=positive.embedding.repeat(2, 1, 1),
        negative_prompt_embeds=negative.embedding.repeat(2, 1, 1),
        pooled_prompt_embeds=positive.pooled.repeat(2, 1),
        negative_pooled_prompt_embeds=negative.pooled.repeat(2, 1),
        height=64,
        width=96,
        latents=noise,
        sigmas=list(FLOW),
        guidance_scale=3.0,
        output_type="latent",
    ).images
    found = ours(loaded, noise, FLOW, positive, negative, 3.0)
    torch.testing.assert_close(found, expected, **TOLERANCE)


def test_flux_makes_what_its_pipeline_makes(family):
    loaded = family("flux")
    positive, _ = texts(LONG, WIDTH)
    noise = noise_of(16)
    first, second = loaded.clip.encoders
    pipeline = quiet(
        FluxPipeline(
            FlowMatchEulerDiscreteScheduler(),
            network(loaded.vae.part),
            network(first.encoder),
            network(first.tokenizer),
            network(second.encoder),
            network(second.tokenizer),
            network(loaded.model.part),
        )
    )
    expected = pipeline(
        prompt_embeds=positive.embedding.repeat(2, 1, 1),
        pooled_prompt_embeds=positive.pooled.repeat(2, 1),
        height=64,
        width=96,
        latents=flux.pack(noise),
        sigmas=list(FLOW),
        guidance_scale=2.5,
        output_type="latent",
    ).images
    told = Condition(positive.embedding, positive.pooled, options={"guidance": 2.5})
    found = ours(loaded, noise, FLOW, told, told, 1.0)
    torch.testing.assert_close(flux.pack(found), expected, **TOLERANCE)


def test_latents_of_every_family_are_the_vaes(family):
    for name in ("sdxl", "sd3", "flux"):
        loaded = family(name)
        own, config = loaded.model.latent_format, network(loaded.vae.part).config
        assert (own.scale, own.shift) == (config.scaling_factor, config.shift_factor or 0.0)
        assert (own.channels, own.downscale) == (config.latent_channels, 8)
        assert Latent(noise_of(own.channels)).samples.shape[1] == own.channels
