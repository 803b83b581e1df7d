"""ControlNets of Flux beside diffusers' pipeline, from the same noise."""

import pytest
import torch
from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    FluxControlNetPipeline,
)

from nodes import control
from nodes.lib.families import flux
from nodes.lib.models import network
from tests.nodes.lib.control.transformers import (
    HEIGHT,
    SCALE,
    SIGMAS,
    TOLERANCE,
    WIDTH,
    embedded,
    load,
    noise,
    ours,
    picture,
    signed,
    told,
)
from tests.tiny import controls

pytestmark = pytest.mark.usefixtures("fresh")


def pipeline_of_flux(loaded, leads):
    first, second = loaded.clip.encoders
    made = FluxControlNetPipeline(
        FlowMatchEulerDiscreteScheduler(),
        network(loaded.vae.part),
        *(network(part) for one in (first, second) for part in (one.encoder, one.tokenizer)),
        network(loaded.model.part),
        leads,
    )
    made.set_progress_bar_config(disable=True)
    return made


def theirs_of_flux(pipeline, positive, **options):
    return pipeline(
        **embedded(positive),
        height=HEIGHT,
        width=WIDTH,
        latents=flux.pack(noise()),
        sigmas=list(SIGMAS),
        guidance_scale=2.5,
        output_type="latent",
        **options,
    ).images


XLABS = {
    "patch_size": 2,
    "num_layers": 2,
    "num_single_layers": 0,
    "conditioning_embedding_channels": 16,
}


FLUX = {
    "InstantX": ({}, None, ""),
    "without guidance of its own": ({"guidance_embeds": False}, None, ""),
    "doubles alone": ({"num_layers": 2, "num_single_layers": 0}, None, ""),
    "union": ({"num_mode": 7, "num_layers": 2}, 4, "openpose"),
    "XLabs": (XLABS, None, ""),
}


@pytest.mark.parametrize("options", FLUX.values(), ids=FLUX)
def test_flux_is_led_as_in_its_pipeline(flux1, tmp_path, mean, options):
    shape, mode, kind = options
    lead, shown = controls.flux(**shape), picture()
    net = load(tmp_path, lead)
    net = control.set_kind(net, kind=kind) if kind else net
    expected = theirs_of_flux(
        pipeline_of_flux(flux1, lead),
        told(),
        control_image=signed(shown).repeat(2, 1, 1, 1),
        controlnet_conditioning_scale=SCALE,
        control_mode=mode,
    )
    led = control.apply(told(), net, shown, vae=flux1.vae, strength=SCALE).positive
    torch.testing.assert_close(flux.pack(ours(flux1, led, None, 1.0)), expected, **TOLERANCE)
    assert not torch.allclose(flux.pack(ours(flux1, told(), None, 1.0)), expected, atol=1e-2)


def test_a_union_network_leads_flux_by_several_kinds_at_once(flux1, tmp_path, mean):
    lead, shown = controls.flux(num_mode=7), [picture(8), picture(9)]
    expected = theirs_of_flux(
        pipeline_of_flux(flux1, [lead]),
        told(),
        control_image=[signed(one).repeat(2, 1, 1, 1) for one in shown],
        controlnet_conditioning_scale=[SCALE, 0.5],
        control_guidance_start=[0.0, 0.0],  # of one entry alone, diffusers drops the second picture
        control_guidance_end=[1.0, 1.0],
        control_mode=[0, 2],
    )
    net, led = load(tmp_path, lead), told()
    for kind, image, strength in zip(("canny", "depth"), shown, (SCALE, 0.5), strict=True):
        one = control.set_kind(net, kind=kind)
        led = control.apply(led, one, image, vae=flux1.vae, strength=strength).positive
    torch.testing.assert_close(flux.pack(ours(flux1, led, None, 1.0)), expected, **TOLERANCE)
