"""IP-Adapters beside diffusers' pipeline, from the same noise, texts and pictures."""

import copy
from dataclasses import replace

import numpy as np
import PIL.Image
import pytest
import torch
from diffusers import EulerDiscreteScheduler, StableDiffusionPipeline
from diffusers.models.embeddings import ImageProjection, IPAdapterPlusImageProjection
from safetensors.torch import save_file
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from nodes import ip_adapter
from nodes.lib import models, sampling
from nodes.lib.control import pictures
from nodes.lib.control.leading import ControlError
from nodes.lib.folders import ModelError
from nodes.lib.latents import to_model_space
from nodes.lib.memory import placement
from nodes.lib.models import network
from nodes.lib.predict import predict
from nodes.model import load_model
from nodes.types import Condition, Conditioning, Image, Latent, Noise, Sampler, Schedule
from tests.tiny import families, hung

TEXT, PICTURE, TOKENS = 16, 12, 3
TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}
"""Of latents that start at a deviation of 15, after three steps of float32."""

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    return load_model(
        model=str(families.write_family(tmp_path_factory.mktemp("models") / "sd1", "sd1"))
    )


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    """A tiny CLIP that reads pictures of 16 pixels."""
    return hung.vision(tmp_path_factory.mktemp("clip_vision") / "encoder")


def attention(unet):
    """Draw what attends to pictures, under the names of adapters' files."""
    found, number = {}, 1
    for name in unet.attn_processors:
        if name.endswith("attn2.processor"):
            out = unet.get_submodule(name.removesuffix(".processor")).to_k.weight.shape[0]
            for one in ("to_k_ip", "to_v_ip"):
                found[f"ip_adapter.{number}.{one}.weight"] = torch.randn(out, TEXT) * 0.3
            number += 2
    return found


@pytest.fixture(scope="module")
def file(loaded, tmp_path_factory):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        tensors = attention(network(loaded.model.part))
        tensors |= {f"image_proj.{name}": one for name, one in plain().items()}
    path = tmp_path_factory.mktemp("ipadapter") / "plain.safetensors"
    save_file(tensors, path)
    return path


def plain():
    """The projection of a plain adapter, which makes four tokens of a picture."""
    made = ImageProjection(PICTURE, TEXT, 4).state_dict()
    return {name.replace("image_embeds.", "proj."): one for name, one in made.items()}


@pytest.fixture(scope="module")
def adapter(file, encoder):
    return ip_adapter.load(adapter=str(file), encoder=str(encoder))


@pytest.fixture(scope="module")
def picture():
    return Image(torch.rand((1, 20, 24, 3), generator=torch.Generator().manual_seed(8)))


def text(seed):
    generator = torch.Generator().manual_seed(seed)
    return Conditioning((Condition(torch.randn((1, 7, TEXT), generator=generator)),))


def noise():
    return torch.randn((2, 4, 8, 12), generator=torch.Generator().manual_seed(1))


def estimate(model, positive, sigma=5.0, negative=None):
    found = predict(model, Latent(noise()), sigma, positive, negative)
    side = found.positive if negative is None else found.negative
    return side.denoised.samples


def test_pictures_are_prompts_as_in_the_pipeline(loaded, file, adapter, picture):
    model, positive, negative = loaded.model, text(5), text(6)
    levels = [float(model.sampling.sigmas[index]) for index in (999, 700, 50)]
    unet = copy.deepcopy(network(model.part))
    scheduler = EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        timestep_spacing="leading",
    )
    reader = loaded.clip.encoders[0]
    pipeline = StableDiffusionPipeline(
        network(loaded.vae.part),
        network(reader.encoder),
        network(reader.tokenizer),
        unet,
        scheduler,
        None,
        None,
        requires_safety_checker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    pipeline.load_ip_adapter(
        str(file.parent), subfolder="", weight_name=file.name, image_encoder_folder=None
    )
    pipeline.set_ip_adapter_scale(0.6)
    vision = network(adapter.encoder)
    pixels = pictures.pictured(picture.pixels, 16)
    with torch.inference_mode():
        embeds = vision(pixels).image_embeds[None]
    expected = pipeline(
        prompt_embeds=positive.entries[0].embedding.repeat(2, 1, 1),
        negative_prompt_embeds=negative.entries[0].embedding.repeat(2, 1, 1),
        ip_adapter_image_embeds=[
            torch.cat([torch.zeros_like(embeds), embeds]).repeat_interleave(2, 0)
        ],
        latents=noise(),
        sigmas=[*levels, 0.0],
        guidance_scale=3.0,
        output_type="latent",
    ).images
    schedule = Schedule((*levels, 0.0), "custom")
    walk = sampling.Walk(model, Sampler("euler"), schedule, Noise(noise(), 0))
    prompt = ip_adapter.apply(positive, adapter, picture, strength=0.6)
    result = sampling.sample(walk, model, prompt, negative, 3.0, lambda walk: None)
    found = to_model_space(result.samples, model.latent_format)
    torch.testing.assert_close(found, expected, **TOLERANCE)


def test_without_it_the_network_is_what_it_was_bit_by_bit(loaded, adapter, picture):
    before = estimate(loaded.model, text(5))
    prompt = ip_adapter.apply(text(5), adapter, picture)
    assert not torch.allclose(estimate(loaded.model, prompt), before, atol=1e-2)
    assert torch.equal(estimate(loaded.model, text(5)), before)
    assert network(loaded.model.part).encoder_hid_proj is None


def test_a_plus_adapter_reads_every_piece_of_a_picture(loaded, encoder, picture, tmp_path):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        own = IPAdapterPlusImageProjection(
            embed_dims=16, output_dims=TEXT, hidden_dims=16, heads=1, num_queries=TOKENS
        )  # fmt: skip
        tensors = attention(network(loaded.model.part))
    for name, one in own.state_dict().items():
        tensors[f"image_proj.{name.replace('to_out.0', 'to_out')}"] = one
    save_file(
        {name: one.contiguous() for name, one in tensors.items()}, tmp_path / "plus.safetensors"
    )
    plus = ip_adapter.load(adapter=str(tmp_path / "plus.safetensors"), encoder=str(encoder))
    prompt = ip_adapter.apply(text(5), plus, picture)
    assert prompt.entries[0].controls[0].hint.shape == (2, 5, 16)
    found = estimate(loaded.model, prompt)
    with torch.inference_mode():
        unet = network(loaded.model.part)
        expected = own.eval()(prompt.entries[0].controls[0].hint)
        seen = unet.encoder_hid_proj([prompt.entries[0].controls[0].hint[None]])[0][0]
    torch.testing.assert_close(seen, expected, rtol=1e-5, atol=1e-5)
    assert found.isfinite().all()


def test_it_counts_between_start_and_end_alone(loaded, adapter, picture):
    led = ip_adapter.apply(text(5), adapter, picture, start=0.3, end=0.6)
    same = [
        torch.equal(*(estimate(loaded.model, one, sigma) for one in (led, text(5))))
        for sigma in (14.0, 2.0, 0.1)
    ]
    assert same == [True, False, True]


def test_pictures_are_read_as_clips_own_reader_does():
    data = np.random.default_rng(1).integers(0, 255, (40, 56, 3), dtype=np.uint8)
    smooth = PIL.Image.fromarray(data).resize((168, 120), PIL.Image.BICUBIC)
    reader = CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size=32)
    expected = reader(smooth, return_tensors="pt").pixel_values
    pixels = torch.from_numpy(np.array(smooth))[None].float() / 255
    torch.testing.assert_close(pictures.pictured(pixels, 32), expected, rtol=0, atol=0.05)


def test_adapters_for_faces_and_others_are_refused(encoder, tmp_path):
    path = tmp_path / "face.safetensors"
    for name, reason in (
        ("image_proj.perceiver_resampler.proj_in.weight", "for faces"),
        ("other.weight", "is no IP-Adapter"),
    ):
        save_file({name: torch.zeros(1)}, path)
        with pytest.raises(ModelError, match=reason):
            ip_adapter.load(adapter=str(path), encoder=str(encoder))


def test_an_adapter_for_another_family_is_refused(adapter, picture, tmp_path):
    model = load_model(model=str(families.write_family(tmp_path / "sdxl", "sdxl"))).model
    generator = torch.Generator().manual_seed(1)
    words = Condition(
        torch.randn((1, 7, 32), generator=generator), torch.randn((1, 16), generator=generator)
    )
    prompt = ip_adapter.apply(Conditioning((words,)), adapter, picture)
    with pytest.raises(ControlError, match=r"plain\.safetensors is for another family"):
        estimate(model, prompt)
    assert estimate(model, Conditioning((words,))).isfinite().all()


def test_a_network_that_stays_in_the_ram_sees_pictures_too(loaded, adapter, picture):
    prompt = ip_adapter.apply(text(5), adapter, picture)
    expected, plain = estimate(loaded.model, prompt), estimate(loaded.model, text(5))
    part = replace(loaded.model.part, identity="offloaded")
    models.hold(part, copy.deepcopy(network(loaded.model.part)))
    placement.offload(network(part), part)
    model = replace(loaded.model, part=part)
    torch.testing.assert_close(estimate(model, prompt), expected, **TOLERANCE)
    torch.testing.assert_close(estimate(model, text(5)), plain, **TOLERANCE)
