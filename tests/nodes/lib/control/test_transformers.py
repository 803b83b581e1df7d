"""ControlNets of Stable Diffusion 3 and Flux beside diffusers' pipelines, from the same noise."""

from dataclasses import replace

import pytest
import torch
from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    FluxControlNetPipeline,
    StableDiffusion3ControlNetInpaintingPipeline,
    StableDiffusion3ControlNetPipeline,
)
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution

from nodes import control, sampling
from nodes.lib import codec
from nodes.lib.control.seeing import ControlError
from nodes.lib.families import flux
from nodes.lib.families.grouping import ConditionError
from nodes.lib.latents import to_model_space
from nodes.lib.models import network
from nodes.lib.predict import predict
from nodes.lib.sampling import Walk, sample
from nodes.model import load_model
from nodes.types import (
    Condition,
    Conditioning,
    Control,
    Image,
    Latent,
    Mask,
    Noise,
    Sampler,
    Schedule,
)
from tests.nodes.driving import body, drive
from tests.tiny import controls, families

LONG, SHORT, LENGTH, WIDTH, HEIGHT = 32, 16, 7, 96, 64
SIGMAS = (1.0, 0.75, 0.25)
SCALE = 0.8
TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}
"""Of latents of about unit variance, after three steps of float32."""

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def sd3(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "sd3"
    deep = {"transformer": lambda: families.sd3(num_layers=4)}
    return load_model(model=str(families.write_family(folder, "sd3", **deep)))


@pytest.fixture(scope="module")
def flux1(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "flux"
    deep = {"transformer": lambda: families.flux(num_layers=3, num_single_layers=4)}
    return load_model(model=str(families.write_family(folder, "flux", **deep)))


@pytest.fixture
def mean(monkeypatch):
    """Let diffusers take the middle of what its encoder says, as we do, in place of a draw."""
    monkeypatch.setattr(
        DiagonalGaussianDistribution, "sample", lambda self, generator=None: self.mode()
    )


def load(tmp_path, lead, name="net"):
    return control.load(control=str(controls.write(tmp_path / name, lead)))


def picture(seed=8, count=1):
    generator = torch.Generator().manual_seed(seed)
    return Image(torch.rand((count, HEIGHT, WIDTH, 3), generator=generator))


def signed(image):
    return image.pixels.movedim(-1, 1) * 2 - 1


def text(seed, pooled, **options):
    generator = torch.Generator().manual_seed(seed)
    embedding = torch.randn((1, LENGTH, LONG), generator=generator)
    whole = torch.randn((1, pooled), generator=generator)
    return Conditioning((Condition(embedding, whole, options=options),))


def noise():
    return torch.randn((2, 16, 8, 12), generator=torch.Generator().manual_seed(1))


def ours(loaded, positive, negative, cfg):
    walk = Walk(
        loaded.model, Sampler("euler"), Schedule((*SIGMAS, 0.0), "custom"), Noise(noise(), 0)
    )
    result = sample(walk, loaded.model, positive, negative, cfg, lambda walk: None)
    return to_model_space(result.samples, loaded.model.latent_format)


def embedded(positive, negative=None):
    found = {
        "prompt_embeds": positive.entries[0].embedding.repeat(2, 1, 1),
        "pooled_prompt_embeds": positive.entries[0].pooled.repeat(2, 1),
    }
    if negative is not None:
        found["negative_prompt_embeds"] = negative.entries[0].embedding.repeat(2, 1, 1)
        found["negative_pooled_prompt_embeds"] = negative.entries[0].pooled.repeat(2, 1)
    return found


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


def sides(pooled=LONG):
    return text(5, pooled), text(6, pooled)


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


def told():
    return text(5, SHORT, guidance=2.5)


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


@pytest.fixture(params=["sd3", "flux1"])
def led(request, tmp_path):
    """A model of each family, with two pictures that lead the positive text alone."""
    loaded = request.getfixturevalue(request.param)
    lead = controls.sd3() if request.param == "sd3" else controls.flux()
    pooled = LONG if request.param == "sd3" else SHORT
    plain = sides(pooled)
    net = load(tmp_path, lead)
    return loaded, plain, control.apply(plain[0], net, picture(count=2), vae=loaded.vae).positive


def test_the_visible_loop_and_the_closed_sampler_agree_bit_by_bit(led):
    loaded, (_, negative), positive = led
    schedule = Schedule((*SIGMAS, 0.0), "custom")
    closed = sampling.sample(
        loaded.model, positive, Sampler("euler"), schedule, Noise(noise(), 0), negative, cfg=3.0
    )
    zone = sampling.denoise(loaded.model, Sampler("euler"), schedule, Noise(noise(), 0))
    seen = drive(zone, body(loaded.model, positive, negative, 3.0))
    assert torch.equal(seen.samples, closed.samples)


def test_each_picture_of_a_batch_leads_its_own_latent(led):
    loaded, (plain, negative), positive = led
    x = Latent(noise())
    both = predict(loaded.model, x, 0.75, positive, negative)
    for index in range(2):
        alone = positive.entries[0].controls[0]
        one = control.apply(
            plain, control.ControlNet(alone.part), Image(alone.hint[index][None]), vae=loaded.vae
        ).positive
        found = predict(loaded.model, Latent(noise()[index][None]), 0.75, one)
        torch.testing.assert_close(
            found.positive.denoised.samples[0], both.positive.denoised.samples[index], **TOLERANCE
        )
    before = predict(loaded.model, x, 0.75, plain, negative)
    torch.testing.assert_close(
        both.negative.denoised.samples, before.negative.denoised.samples, **TOLERANCE
    )


def test_what_leads_goes_to_the_disk_and_comes_back(led):
    loaded, _, positive = led
    again = codec.load(codec.dump(positive))
    found = [
        predict(loaded.model, Latent(noise()), 0.75, one).positive.denoised.samples
        for one in (positive, again)
    ]
    assert torch.equal(*found)


def test_a_picture_beside_x_is_led_by_none(flux1, tmp_path, mean):
    plain = told().entries[0]
    beside = torch.randn((1, 16, 4, 6), generator=torch.Generator().manual_seed(3))
    looking = Conditioning((Condition(plain.embedding, plain.pooled, beside=beside),))
    net = load(tmp_path, controls.flux())
    led = control.apply(looking, net, picture(), vae=flux1.vae).positive
    found = predict(flux1.model, Latent(noise()), 0.75, led).positive.denoised.samples
    before = predict(flux1.model, Latent(noise()), 0.75, looking).positive.denoised.samples
    assert found.isfinite().all()
    assert not torch.allclose(found, before, atol=1e-3)


def test_the_models_own_vae_is_wanted(sd3, tmp_path, tiny_folder):
    net, other = load(tmp_path, controls.sd3()), load_model(model=str(tiny_folder)).vae
    for vae, reason in (
        (None, "link the model's vae"),
        (other, "and the linked vae makes 4; link"),
    ):
        led = control.apply(sides()[0], net, picture(), vae=vae).positive
        with pytest.raises(ControlError, match=reason):
            predict(sd3.model, Latent(noise()), 0.75, led)


def test_a_pair_of_two_families_is_named_with_the_remedy(sd3, flux1, tmp_path):
    nets = load(tmp_path, controls.sd3(), "three"), load(tmp_path, controls.flux(), "one")
    for loaded, net, own, wanted in (
        (flux1, nets[0], "Stable Diffusion 3", r"Flux\.1"),
        (sd3, nets[1], r"Flux\.1", "Stable Diffusion 3"),
    ):
        pooled = SHORT if loaded is flux1 else LONG
        led = control.apply(text(5, pooled), net, picture(), vae=loaded.vae).positive
        with pytest.raises(ControlError, match=f"it leads {own}, and the model is {wanted}; use a"):
            predict(loaded.model, Latent(noise()), 0.75, led)
    wide = load(tmp_path, controls.sd3(num_attention_heads=3, caption_projection_dim=24), "wide")
    led = control.apply(sides()[0], wide, picture(), vae=sd3.vae).positive
    with pytest.raises(ControlError, match="num_attention_heads is 3, and the model's is 2"):
        predict(sd3.model, Latent(noise()), 0.75, led)


def test_a_kind_is_said_to_unions_and_to_no_others(flux1, tmp_path):
    union, plain = (
        load(tmp_path, controls.flux(**one), name)
        for name, one in (("union", {"num_mode": 7}), ("plain", {}))
    )
    for net, kind, reason in (
        (union, "", "several kinds of pictures and was told none; say one of canny, tile"),
        (union, "normal", "does not know 'normal'"),
        (plain, "canny", "is for one kind of picture, and was told 'canny'; take control.kind"),
    ):
        one = control.set_kind(net, kind=kind) if kind else net
        led = control.apply(told(), one, picture(), vae=flux1.vae).positive
        with pytest.raises(ControlError, match=reason):
            predict(flux1.model, Latent(noise()), 0.75, led)


def test_transformers_have_no_pictures_as_prompts(flux1):
    entry = told().entries[0]
    part = replace(flux1.model.part, name="ip_adapter")
    shown = replace(entry, controls=(Control(part, torch.zeros(2, 4)),))
    with pytest.raises(ConditionError, match="IP-Adapters lead UNets alone"):
        predict(flux1.model, Latent(noise()), 0.75, Conditioning((shown,)))
