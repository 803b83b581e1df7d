"""IP-Adapters for faces that read pictures by CLIP (plus-face, full-face) beside diffusers' own."""

import copy

import pytest
import torch
from diffusers import EulerDiscreteScheduler, StableDiffusionPipeline
from diffusers.models.embeddings import IPAdapterFullImageProjection, IPAdapterPlusImageProjection
from safetensors.torch import save_file

from nodes import ip_adapter
from nodes.lib.latents import to_model_space
from nodes.lib.models import network
from nodes.lib.sampling import Walk, sample
from nodes.model import load_model
from nodes.types import Condition, Conditioning, Image, Noise, Sampler, Schedule
from tests.tiny import families, hung

TEXT, PIECES, WIDE = 16, 5, 16
TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}
"""Of latents that start at a deviation of 15, after three steps of float32."""

pytestmark = pytest.mark.usefixtures("fresh")


def full():
    """Project every piece: its layers are numbered in files."""
    own = IPAdapterFullImageProjection(WIDE, TEXT).state_dict()
    layers = {"ff.net.0.proj": "proj.0", "ff.net.2": "proj.2", "norm": "proj.3"}
    return renamed(own, layers)


def plus():
    """Ask the pieces a few questions."""
    own = IPAdapterPlusImageProjection(
        embed_dims=WIDE, output_dims=TEXT, hidden_dims=16, heads=1, num_queries=3
    ).state_dict()
    return renamed(own, {"to_out.0": "to_out"})


def renamed(tensors, layers):
    for old, new in layers.items():
        tensors = {name.replace(old, new): one.contiguous() for name, one in tensors.items()}
    return tensors


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "sd1"
    return load_model(model=str(families.write_family(folder, "sd1")))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return hung.vision(tmp_path_factory.mktemp("clip_vision") / "encoder")


def write(path, unet, projection):
    """Write an adapter as its authors do."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        tensors = {f"image_proj.{name}": one for name, one in projection().items()}
        names = [one for one in unet.attn_processors if one.endswith("attn2.processor")]
        for number, name in enumerate(names):
            width = len(unet.get_submodule(name.removesuffix(".processor")).to_k.weight)
            for one in ("to_k_ip", "to_v_ip"):
                weight = torch.randn(width, TEXT) * 0.3
                tensors[f"ip_adapter.{2 * number + 1}.{one}.weight"] = weight
    save_file(tensors, path)
    return path


def text(seed):
    generator = torch.Generator().manual_seed(seed)
    return Conditioning((Condition(torch.randn((1, 7, TEXT), generator=generator)),))


@pytest.mark.parametrize("projection", [full, plus])
def test_a_face_leads_as_in_the_pipeline(loaded, encoder, tmp_path, projection):
    model, (positive, negative) = loaded.model, (text(5), text(6))
    levels = [float(model.sampling.sigmas[index]) for index in (999, 700, 50)]
    noise = torch.randn((2, 4, 8, 12), generator=torch.Generator().manual_seed(1))
    face = Image(torch.rand((1, 20, 24, 3), generator=torch.Generator().manual_seed(8)))
    file = write(tmp_path / "face.safetensors", network(model.part), projection)
    reader = loaded.clip.encoders[0]
    pipeline = StableDiffusionPipeline(
        network(loaded.vae.part),
        network(reader.encoder),
        network(reader.tokenizer),
        copy.deepcopy(network(model.part)),
        EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            timestep_spacing="leading",
        ),
        None,
        None,
        requires_safety_checker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    pipeline.load_ip_adapter(
        str(tmp_path), subfolder="", weight_name=file.name, image_encoder_folder=None
    )
    pipeline.set_ip_adapter_scale(0.6)
    adapter = ip_adapter.load(adapter=str(file), encoder=str(encoder))
    led = ip_adapter.apply(positive, adapter, face, strength=0.6)
    seen, nothing = led.entries[0].controls[0].hint
    assert seen.shape == (PIECES, WIDE)
    expected = pipeline(
        prompt_embeds=positive.entries[0].embedding.repeat(2, 1, 1),
        negative_prompt_embeds=negative.entries[0].embedding.repeat(2, 1, 1),
        ip_adapter_image_embeds=[
            torch.stack([nothing, seen])[:, None].repeat_interleave(2, 0),
        ],
        latents=noise,
        sigmas=[*levels, 0.0],
        guidance_scale=3.0,
        output_type="latent",
    ).images
    walk = Walk(model, Sampler("euler"), Schedule((*levels, 0.0), "custom"), Noise(noise, 0))
    result = sample(walk, model, led, negative, 3.0, lambda walk: None)
    found = to_model_space(result.samples, model.latent_format)
    torch.testing.assert_close(found, expected, **TOLERANCE)
