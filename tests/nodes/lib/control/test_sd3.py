"""ControlNets of Stable Diffusion 3 beside diffusers' pipelines, from the same noise."""

import pytest
import torch
from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    StableDiffusion3ControlNetInpaintingPipeline,
    StableDiffusion3ControlNetPipeline,
)

from nodes import control
from nodes.lib.control.seeing import ControlError
from nodes.lib.models import network
from nodes.types import (
    Mask,
)
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
    sides,
    signed,
)
from tests.tiny import controls

pytestmark = pytest.mark.usefixtures("fresh")


def pipeline_of_sd3(loaded, leads, cls=StableDiffusion3ControlNetPipeline):
    made = cls(
        network(loaded.model.part),
        FlowMatchEulerDiscreteScheduler(),
        network(loaded.vae.part),
        *(network(part) for one in loaded.clip.encoders for part in (one.encoder, one.tokenizer)),
        controlnet=leads,
    )
    made.set_progress_bar_config(disable=True)
    return made


def theirs_of_sd3(pipeline, positive, negative, **options):
    return pipeline(
        **embedded(positive, negative),
        height=HEIGHT,
        width=WIDTH,
        latents=noise(),
        sigmas=list(SIGMAS),
        guidance_scale=3.0,
        output_type="latent",
        **options,
    ).images


SD3 = {
    "InstantX": {"num_layers": 3},
    "few layers": {},
    "with the shift and the text as a whole": {"force_zeros_for_pooled_projection": False},
    "Stability's for 3.5 large": controls.OF_STABILITY | {"num_layers": 2},
}


@pytest.mark.parametrize("options", SD3.values(), ids=SD3)
def test_stable_diffusion_3_is_led_as_in_its_pipeline(sd3, tmp_path, mean, options):
    lead, shown = controls.sd3(**options), picture()
    net = load(tmp_path, lead)
    expected = theirs_of_sd3(
        pipeline_of_sd3(sd3, lead),
        *sides(),
        control_image=signed(shown).repeat(2, 1, 1, 1),
        controlnet_conditioning_scale=SCALE,
    )
    led = control.apply(sides()[0], net, shown, sides()[1], sd3.vae, strength=SCALE)
    torch.testing.assert_close(ours(sd3, *led, 3.0), expected, **TOLERANCE)
    assert not torch.allclose(ours(sd3, *sides(), 3.0), expected, atol=1e-2)


def test_stabilitys_network_for_edges_reads_them_as_it_was_trained(sd3, tmp_path, mean):
    lead, shown = controls.sd3(**controls.OF_STABILITY), picture()
    net = control.set_kind(load(tmp_path, lead), kind="canny")
    expected = theirs_of_sd3(
        pipeline_of_sd3(sd3, lead),
        *sides(),
        control_image=shown.pixels.movedim(-1, 1).repeat(2, 1, 1, 1) * 255 * 0.5 + 0.5,
    )
    led = control.apply(sides()[0], net, shown, sides()[1], sd3.vae)
    torch.testing.assert_close(ours(sd3, *led, 3.0), expected, **TOLERANCE)


def test_several_lead_stable_diffusion_3_each_in_its_time(sd3, tmp_path, mean):
    leads = [controls.sd3(seed, num_layers=2) for seed in (4, 5)]
    shown = [picture(8), picture(9)]
    expected = theirs_of_sd3(
        pipeline_of_sd3(sd3, leads),
        *sides(),
        control_image=[signed(one).repeat(2, 1, 1, 1) for one in shown],
        controlnet_conditioning_scale=[SCALE, 0.5],
        control_guidance_start=[0.0, 0.3],
        control_guidance_end=[1.0, 0.7],
    )
    led = sides()
    spans = ((0.0, 1.0), (0.2, 0.5))  # of the three sigmas the second alone
    for number, (start, end) in enumerate(spans):
        led = control.apply(
            led[0],
            load(tmp_path, leads[number], f"net {number}"),
            shown[number],
            led[1],
            sd3.vae,
            strength=(SCALE, 0.5)[number],
            start=start,
            end=end,
        )
    torch.testing.assert_close(ours(sd3, *led, 3.0), expected, **TOLERANCE)


def test_what_a_mask_covers_is_painted_anew_as_in_the_pipeline(sd3, tmp_path, mean):
    lead, shown = controls.sd3(extra_conditioning_channels=1), picture()
    covered = torch.zeros(1, HEIGHT, WIDTH)
    covered[:, 8:40, 16:64] = 1
    expected = theirs_of_sd3(
        pipeline_of_sd3(sd3, lead, StableDiffusion3ControlNetInpaintingPipeline),
        *sides(),
        control_image=signed(shown).repeat(2, 1, 1, 1),
        control_mask=covered[:, None].repeat(2, 1, 1, 1),
    )
    net = load(tmp_path, lead)
    led = control.apply(sides()[0], net, shown, sides()[1], sd3.vae, Mask(covered))
    torch.testing.assert_close(ours(sd3, *led, 3.0), expected, **TOLERANCE)
    with pytest.raises(ControlError, match="is for inpainting; link a mask"):
        ours(sd3, *control.apply(sides()[0], net, shown, sides()[1], sd3.vae), 3.0)
