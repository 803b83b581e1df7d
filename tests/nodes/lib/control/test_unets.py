"""Unions and T2I adapters of Stable Diffusion XL beside diffusers' pipelines."""

import pytest
import torch
from diffusers import (
    EulerDiscreteScheduler,
    StableDiffusionXLAdapterPipeline,
    StableDiffusionXLControlNetUnionPipeline,
)

from nodes import control
from nodes.lib.control.seeing import ControlError
from nodes.lib.latents import SizeError, to_model_space
from nodes.lib.models import network
from nodes.lib.predict import predict
from nodes.lib.sampling import Walk, sample
from nodes.model import load_model
from nodes.types import Condition, Conditioning, Image, Latent, Mask, Noise, Sampler, Schedule
from tests.tiny import controls, families

LENGTH, WIDTH, HEIGHT = 7, 96, 64
SCALE = 0.8
TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}
"""Of latents that start at a deviation of 15, after three steps of float32."""

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "sdxl"
    return load_model(model=str(families.write_family(folder, "sdxl")))


def load(tmp_path, lead, name="net"):
    return control.load(control=str(controls.write(tmp_path / name, lead)))


def picture(seed=8):
    return Image(torch.rand((1, HEIGHT, WIDTH, 3), generator=torch.Generator().manual_seed(seed)))


def text(seed):
    generator = torch.Generator().manual_seed(seed)
    embedding = torch.randn((1, LENGTH, 32), generator=generator)
    return Conditioning((Condition(embedding, torch.randn((1, 16), generator=generator)),))


def noise(width=12):
    return torch.randn((2, 4, 8, width), generator=torch.Generator().manual_seed(1))


def levels(model):
    """Return sigmas whose times are whole, which diffusers would interpolate otherwise."""
    return [float(model.sampling.sigmas[index]) for index in (999, 700, 50)]


def ours(model, positive, negative):
    schedule = Schedule((*levels(model), 0.0), "custom")
    walk = Walk(model, Sampler("euler"), schedule, Noise(noise(), 0))
    result = sample(walk, model, positive, negative, 3.0, lambda walk: None)
    return to_model_space(result.samples, model.latent_format)


def theirs(cls, loaded, lead, **options):
    schedule = EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        timestep_spacing="leading",
    )
    pipeline = cls(
        network(loaded.vae.part),
        *(network(one.encoder) for one in loaded.clip.encoders),
        *(network(one.tokenizer) for one in loaded.clip.encoders),
        network(loaded.model.part),
        lead,
        schedule,
    )
    pipeline.set_progress_bar_config(disable=True)
    positive, negative = text(5).entries[0], text(6).entries[0]
    with torch.inference_mode():
        return pipeline(
            prompt_embeds=positive.embedding.repeat(2, 1, 1),
            negative_prompt_embeds=negative.embedding.repeat(2, 1, 1),
            pooled_prompt_embeds=positive.pooled.repeat(2, 1),
            negative_pooled_prompt_embeds=negative.pooled.repeat(2, 1),
            height=HEIGHT,
            width=WIDTH,
            latents=noise(),
            sigmas=[*levels(loaded.model), 0.0],
            guidance_scale=3.0,
            output_type="latent",
            **options,
        ).images


@pytest.mark.parametrize(("kinds", "kind", "mode"), [(6, "canny", 3), (8, "tile", 6)])
def test_a_union_leads_as_in_its_pipeline(sdxl, tmp_path, kinds, kind, mode):
    lead, shown = controls.union(network(sdxl.model.part), kinds), picture()
    net = control.set_kind(load(tmp_path, lead), kind=kind)
    expected = theirs(
        StableDiffusionXLControlNetUnionPipeline,
        sdxl,
        lead,
        control_image=[shown.pixels.movedim(-1, 1)],
        control_mode=[mode],
        controlnet_conditioning_scale=SCALE,
    )
    led = control.apply(text(5), net, shown, text(6), strength=SCALE)
    torch.testing.assert_close(ours(sdxl.model, *led), expected, **TOLERANCE)
    other = control.apply(text(5), control.set_kind(net, kind="depth"), shown, text(6))
    assert not torch.allclose(ours(sdxl.model, *other), expected, atol=1e-2)


def test_several_unions_add_up_as_in_their_pipeline(sdxl, tmp_path):
    leads = [controls.union(network(sdxl.model.part), 8, seed) for seed in (4, 5)]
    shown = [picture(8), picture(9)]
    expected = theirs(
        StableDiffusionXLControlNetUnionPipeline,
        sdxl,
        leads,
        control_image=[one.pixels.movedim(-1, 1) for one in shown],
        control_mode=[0, 1],
        controlnet_conditioning_scale=[SCALE, 0.5],
    )
    led = text(5), text(6)
    for number, kind in enumerate(("openpose", "depth")):
        net = control.set_kind(load(tmp_path, leads[number], f"net {number}"), kind=kind)
        strength = (SCALE, 0.5)[number]
        led = control.apply(led[0], net, shown[number], led[1], strength=strength)
    torch.testing.assert_close(ours(sdxl.model, *led), expected, **TOLERANCE)


def test_a_union_says_which_kinds_it_knows(sdxl, tmp_path):
    net = load(tmp_path, controls.union(network(sdxl.model.part), 6))
    for kind in ("tile", "blur"):
        led = control.apply(text(5), control.set_kind(net, kind=kind), picture()).positive
        with pytest.raises(ControlError, match=f"does not know '{kind}'; say one of openpose, "):
            predict(sdxl.model, Latent(noise()), 5.0, led)


def test_a_mask_is_refused_where_none_is_read(sdxl, tmp_path):
    net = load(tmp_path, controls.controlnet(network(sdxl.model.part)))
    mask = Mask(torch.ones(1, HEIGHT, WIDTH))
    led = control.apply(text(5), net, picture(), mask=mask).positive
    with pytest.raises(ControlError, match="net reads no mask"):
        predict(sdxl.model, Latent(noise()), 5.0, led)


def test_a_t2i_adapter_leads_sdxl_as_in_its_pipeline(sdxl, tmp_path):
    lead, shown = controls.adapter((8, 8, 16, 16), adapter_type="full_adapter_xl"), picture()
    expected = theirs(
        StableDiffusionXLAdapterPipeline,
        sdxl,
        lead,
        image=shown.pixels.movedim(-1, 1).repeat(2, 1, 1, 1),
        adapter_conditioning_scale=SCALE,
    )
    led = control.apply(text(5), load(tmp_path, lead), shown, text(6), strength=SCALE)
    torch.testing.assert_close(ours(sdxl.model, *led), expected, **TOLERANCE)
    assert not torch.allclose(ours(sdxl.model, text(5), text(6)), expected, atol=1e-2)


def test_a_t2i_adapter_of_another_family_or_size_is_refused(sdxl, tmp_path):
    other = load(tmp_path, controls.adapter((8, 8, 16)), "sd1")
    led = control.apply(text(5), other, picture()).positive
    with pytest.raises(ControlError, match=r"other than Stable Diffusion XL .* use an adapter for"):
        predict(sdxl.model, Latent(noise()), 5.0, led)
    own = load(tmp_path, controls.adapter((8, 8, 16, 16), adapter_type="full_adapter_xl"), "xl")
    led = control.apply(text(5), own, picture()).positive
    with pytest.raises(SizeError, match="patches of 16 pixels a side, and a picture of 72 x 64"):
        predict(sdxl.model, Latent(noise(9)), 5.0, led)
