"""ControlNets and T2I adapters beside diffusers' pipelines, from the same noise and texts."""

import pytest
import torch
from diffusers import (
    EulerDiscreteScheduler,
    StableDiffusionAdapterPipeline,
    StableDiffusionControlNetPipeline,
    StableDiffusionXLControlNetPipeline,
)

from nodes import conditioning, control
from nodes.lib import sampling
from nodes.lib.control import seeing
from nodes.lib.folders import ModelError
from nodes.lib.latents import to_model_space
from nodes.lib.models import network
from nodes.lib.predict import predict
from nodes.model import load_model
from nodes.types import Condition, Conditioning, Image, Latent, Noise, Sampler, Schedule
from tests.tiny import controls, families

LENGTH, WIDTH, HEIGHT = 7, 96, 64
TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}
"""Of latents that start at a deviation of 15, after three steps of float32."""

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module", params=["sd1", "sdxl"])
def either(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / request.param
    return load_model(model=str(families.write_family(folder, request.param)))


@pytest.fixture(scope="module")
def sd(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "sd1"
    return load_model(model=str(families.write_family(folder, "sd1")))


@pytest.fixture(scope="module")
def net(sd, tmp_path_factory):
    made = controls.controlnet(network(sd.model.part))
    folder = controls.write(tmp_path_factory.mktemp("controlnet") / "edges", made)
    return control.load(control=str(folder))


@pytest.fixture(scope="module")
def picture():
    generator = torch.Generator().manual_seed(8)
    return Image(torch.rand((1, HEIGHT, WIDTH, 3), generator=generator))


def text(seed, width=16, pooled=16):
    generator = torch.Generator().manual_seed(seed)
    embedding = torch.randn((1, LENGTH, width), generator=generator)
    return Conditioning((Condition(embedding, torch.randn((1, pooled), generator=generator)),))


def noise():
    return torch.randn((2, 4, 8, 12), generator=torch.Generator().manual_seed(1))


def levels(model):
    """Return sigmas whose times are whole, which diffusers would interpolate otherwise."""
    return [float(model.sampling.sigmas[index]) for index in (999, 700, 50)]


def ours(model, positive, negative):
    schedule = Schedule((*levels(model), 0.0), "custom")
    walk = sampling.Walk(model, Sampler("euler"), schedule, Noise(noise(), 0))
    result = sampling.sample(walk, model, positive, negative, 3.0, lambda walk: None)
    return to_model_space(result.samples, model.latent_format)


def theirs(pipeline, loaded, positive, negative, **options):
    pipeline.set_progress_bar_config(disable=True)
    texts = {
        "prompt_embeds": positive.entries[0].embedding.repeat(2, 1, 1),
        "negative_prompt_embeds": negative.entries[0].embedding.repeat(2, 1, 1),
    }
    if "XL" in type(pipeline).__name__:
        texts["pooled_prompt_embeds"] = positive.entries[0].pooled.repeat(2, 1)
        texts["negative_pooled_prompt_embeds"] = negative.entries[0].pooled.repeat(2, 1)
    return pipeline(
        **texts,
        height=HEIGHT,
        width=WIDTH,
        latents=noise(),
        sigmas=[*levels(loaded.model), 0.0],
        guidance_scale=3.0,
        output_type="latent",
        **options,
    ).images


def euler():
    return EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        timestep_spacing="leading",
    )


def pipeline_of(cls, loaded, lead, **options):
    encoders = [network(one.encoder) for one in loaded.clip.encoders]
    tokenizers = [network(one.tokenizer) for one in loaded.clip.encoders]
    return cls(
        network(loaded.vae.part),
        *encoders,
        *tokenizers,
        network(loaded.model.part),
        lead,
        euler(),
        **options,
    )


def test_a_controlnet_leads_as_in_its_pipeline(either, picture, tmp_path):
    xl = len(either.clip.encoders) > 1
    lead = controls.controlnet(network(either.model.part))
    net = control.load(control=str(controls.write(tmp_path / "net", lead)))
    positive, negative = (text(seed, 32 if xl else 16) for seed in (5, 6))
    cls = StableDiffusionXLControlNetPipeline if xl else StableDiffusionControlNetPipeline
    options = (
        {"add_watermarker": False}
        if xl
        else {
            "safety_checker": None,
            "feature_extractor": None,
            "requires_safety_checker": False,
        }
    )
    pipeline = pipeline_of(cls, either, lead, **options)
    expected = theirs(
        pipeline,
        either,
        positive,
        negative,
        image=picture.pixels.movedim(-1, 1),
        controlnet_conditioning_scale=0.8,
    )
    led = control.apply(positive, net, picture, negative, strength=0.8)
    torch.testing.assert_close(ours(either.model, *led), expected, **TOLERANCE)
    plain = ours(either.model, positive, negative)
    assert not torch.allclose(plain, expected, atol=1e-2)


def test_a_t2i_adapter_leads_as_in_its_pipeline(sd, picture, tmp_path):
    lead = controls.adapter((8, 8, 16))
    net = control.load(control=str(controls.write(tmp_path / "adapter", lead)))
    positive, negative = text(5), text(6)
    pipeline = StableDiffusionAdapterPipeline(
        network(sd.vae.part),
        network(sd.clip.encoders[0].encoder),
        network(sd.clip.encoders[0].tokenizer),
        network(sd.model.part),
        lead,
        euler(),
        None,
        None,
        requires_safety_checker=False,
    )
    with torch.inference_mode():
        expected = theirs(
            pipeline,
            sd,
            positive,
            negative,
            image=picture.pixels.movedim(-1, 1).repeat(2, 1, 1, 1),
            adapter_conditioning_scale=0.7,
        )
    led = control.apply(positive, net, picture, negative, strength=0.7)
    torch.testing.assert_close(ours(sd.model, *led), expected, **TOLERANCE)


def estimates(model, positive, negative, sigma=5.0):
    found = predict(model, Latent(noise()), sigma, positive, negative)
    return found.positive.denoised.samples, found.negative.denoised.samples


def test_several_add_up(sd, net, picture, monkeypatch):
    other = Image(1 - picture.pixels)
    once = control.apply(text(5), net, picture, strength=0.5).positive
    twice = control.apply(once, net, other, strength=0.25).positive
    seen = []
    unet = network(sd.model.part)
    forward = unet.forward

    def watch(*args, **kwargs):
        seen.append(kwargs["down_block_additional_residuals"])
        return forward(*args, **kwargs)

    monkeypatch.setattr(unet, "forward", watch)
    for one in (once, twice, control.apply(text(5), net, other, strength=0.25).positive):
        predict(sd.model, Latent(noise()), 5.0, one)
    first, both, second = seen
    for one, two, total in zip(first, second, both, strict=True):
        torch.testing.assert_close(one + two, total, rtol=1e-5, atol=1e-6)


def test_who_is_not_led_sees_what_it_saw_before(sd, net, picture):
    positive, negative = text(5), text(6)
    led = control.apply(positive, net, picture).positive
    before = estimates(sd.model, positive, negative)
    after = estimates(sd.model, led, negative)
    torch.testing.assert_close(after[1], before[1], **TOLERANCE)
    alone = predict(sd.model, Latent(noise()), 5.0, led).positive.denoised.samples
    torch.testing.assert_close(after[0], alone, **TOLERANCE)
    assert not torch.allclose(after[0], before[0], atol=1e-2)


def test_both_sides_are_one_call_of_the_control_network(sd, net, picture, monkeypatch):
    led = control.apply(text(5), net, picture, text(6))
    lead = network(net.part)
    forward, calls = lead.forward, []
    monkeypatch.setattr(
        lead, "forward", lambda *a, **k: (calls.append(len(a[0])), forward(*a, **k))[1]
    )
    estimates(sd.model, *led)
    assert calls == [4]


def test_it_counts_between_start_and_end_alone(sd, net, picture):
    plain = text(5)
    led = control.apply(plain, net, picture, start=0.2, end=0.6).positive
    edges = [sd.model.sampling.sigma_at(share) for share in (0.2, 0.6)]
    sigmas = [edges[0] * 1.01, edges[0] * 0.99, edges[1] * 1.01, edges[1] * 0.99]
    same = []
    for sigma in sigmas:
        one, other = (
            predict(sd.model, Latent(noise()), sigma, each).positive.denoised.samples
            for each in (plain, led)
        )
        same.append(torch.equal(one, other))
    assert same == [True, False, False, True]


def test_strength_0_leaves_conditions_untouched(net, picture):
    positive, negative = text(5), text(6)
    assert control.apply(positive, net, picture, negative, strength=0) == (positive, negative)


def test_a_picture_is_cropped_about_its_centre_and_resampled_to_the_nearest(net):
    pixels = torch.arange(3 * 8, dtype=torch.float32).view(1, 3, 8, 1).expand(1, 3, 8, 3) / 24
    led = control.apply(text(5), net, Image(pixels.contiguous())).positive
    hint = seeing.pixels(led.entries[0].controls[0], 6, 6)
    middle = pixels[:, :, 2:6]
    expected = torch.nn.functional.interpolate(middle.movedim(-1, 1), (6, 6), mode="nearest-exact")
    assert torch.equal(hint, expected)


def test_it_leads_in_an_area_too(sd, net, picture):
    led = control.apply(text(5), net, picture).positive
    area = conditioning.area_percentage(led, x=0.5, y=0.0, width=0.5, height=1.0)
    found = predict(sd.model, Latent(noise()), 5.0, area).positive.denoised.samples
    assert found.isfinite().all()


def test_one_for_another_family_is_refused(net, picture, tmp_path):
    folder = families.write_family(tmp_path / "sdxl", "sdxl")
    model = load_model(model=str(folder)).model
    led = control.apply(text(5, 32), net, picture).positive
    with pytest.raises(
        seeing.ControlError,
        match=r"leads a Stable .* 16 wide, and the model is Stable Diffusion XL",
    ):
        predict(model, Latent(noise()), 5.0, led)


def test_what_is_no_control_network_is_refused(sd, tmp_path):
    with pytest.raises(ModelError, match="no ControlNet or T2I adapter"):
        control.load(control=str(sd.model.part.folder / "unet"))
    with pytest.raises(ModelError, match="there is no 'edges'"):
        control.load(control="edges")
