"""AutoencoderTiny in place of AutoencoderKL."""

import json

import pytest
import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

from nodes.lib import autoencoder, single
from nodes.lib.models import network
from nodes.model import load_vae
from nodes.types import Image, Latent
from tests.tiny import files


@pytest.fixture(scope="module")
def tiny_vae(tmp_path_factory):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        made = AutoencoderTiny(
            encoder_block_out_channels=(8,) * 4, decoder_block_out_channels=(8,) * 4
        )
    folder = tmp_path_factory.mktemp("tiny_vae")
    made.save_pretrained(folder / "alone")
    files.write_spec(folder / "configs", "vae_tiny", made, {"diffusers": made.state_dict()})
    return folder


@pytest.mark.parametrize(
    ("latents", "scale", "shift"), [("sd", 0.18215, 0), ("flux", 0.3611, 0.1159)]
)
def test_it_decodes_latents_in_the_networks_units(tiny_vae, monkeypatch, latents, scale, shift):
    monkeypatch.setattr(single, "CONFIGS", tiny_vae / "configs")
    vae = load_vae(vae=str(tiny_vae / "alone"), latents=latents)
    latent = Latent(torch.randn((1, 4, 4, 4), generator=torch.Generator().manual_seed(0)))
    with torch.inference_mode():
        inner = network(vae.part).decode((latent.samples - shift) * scale).sample
    found = autoencoder.decode(vae, latent).pixels
    torch.testing.assert_close(found, (inner / 2 + 0.5).clamp(0, 1).movedim(1, -1))


def test_what_it_encodes_it_decodes_at_the_same_scale(tiny_vae, monkeypatch):
    monkeypatch.setattr(single, "CONFIGS", tiny_vae / "configs")
    vae = load_vae(vae=str(tiny_vae / "alone"), latents="sdxl")
    pixels = torch.rand((1, 16, 16, 3), generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = network(vae.part).encode(pixels.movedim(-1, 1) * 2 - 1).latents
    found = autoencoder.encode(vae, Image(pixels)).samples
    torch.testing.assert_close(found * 0.13025, expected)


def test_the_one_that_is_shipped_for_is_the_true_one():
    spec = json.loads((single.CONFIGS / "vae_tiny.json").read_bytes())
    made = AutoencoderTiny(**{k: v for k, v in spec["config"].items() if k[0] != "_"})
    assert sum(one.numel() for one in made.parameters()) == pytest.approx(2.445e6, rel=0.01)
    for mark, wanted in spec["marks"]["diffusers"].items():
        shape = made.state_dict()[mark].shape
        assert all(one in (None, has) for one, has in zip(wanted, shape, strict=True))
