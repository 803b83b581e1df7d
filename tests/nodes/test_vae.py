from pathlib import Path

import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

from nodegraph.errors import ParamError
from nodes.image import load
from nodes.lib.latents import SizeError
from nodes.lib.models import network
from nodes.model import load_model
from nodes.types import Image, Latent
from nodes.vae import decode, decode_tiled, encode, encode_tiled

PICTURE = Path(__file__).parents[2] / "workflows" / "images" / "critter.png"


@pytest.fixture(scope="session")
def autoencoder(tiny_folder):
    loaded = AutoencoderKL.from_pretrained(tiny_folder / "vae", low_cpu_mem_usage=False)
    return loaded.requires_grad_(False)


def test_decoding_is_the_autoencoders_own(loaded, autoencoder):
    samples = torch.randn(2, 4, 3, 5)
    with torch.inference_mode():
        expected = (autoencoder.decode(samples).sample / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1)
    assert torch.equal(decode(loaded.vae, Latent(samples)).pixels, expected)


def test_encoding_is_the_mode_of_the_autoencoders_posterior(loaded, autoencoder):
    pixels = torch.rand(1, 16, 24, 3)
    with torch.inference_mode():
        expected = autoencoder.encode(pixels.permute(0, 3, 1, 2) * 2 - 1).latent_dist.mode()
    assert torch.equal(encode(loaded.vae, Image(pixels)).samples, expected)


def test_encoding_crops_about_the_centre_to_whole_cells(loaded):
    pixels = torch.rand(1, 21, 18, 3)
    cropped = encode(loaded.vae, Image(pixels)).samples
    assert torch.equal(cropped, encode(loaded.vae, Image(pixels[:, 2:18, 1:17])).samples)


def test_a_picture_smaller_than_a_cell_is_refused(loaded):
    with pytest.raises(SizeError, match="a picture of 7 x 40 is too small"):
        encode(loaded.vae, Image(torch.zeros(1, 40, 7, 3)))


def test_a_latent_of_another_model_is_refused(loaded):
    with pytest.raises(SizeError, match="latents of 4 channels; this one has 16"):
        decode(loaded.vae, Latent(torch.zeros(1, 16, 2, 2)))


@pytest.fixture(scope="module")
def critters():
    return load_model(model="critters").vae


@pytest.fixture(scope="module")
def four():
    """Four of the embedded model's pictures in one, 256 x 256."""
    pixels = load(path=str(PICTURE)).image.pixels
    rows = torch.cat([pixels, pixels.flip(2)], 2)
    return Image(torch.cat([rows, rows.flip(1)], 1))


def test_decoding_by_tiles_is_near_the_whole_and_without_seams(critters, four):
    latent = encode(critters, four)
    whole = decode(critters, latent).pixels
    apart = decode_tiled(critters, latent, tile=128, overlap=64).pixels - whole
    assert apart.abs().mean() < 2e-2
    steps = apart.mean(-1).diff(dim=2).mean(1).abs()  # a seam is a step along a whole column
    assert steps.max() < 2e-2


def test_encoding_by_tiles_is_near_the_whole(critters, four):
    whole = encode(critters, four).samples
    tiled = encode_tiled(critters, four, tile=128, overlap=64).samples
    assert (tiled - whole).abs().mean() < 0.1 * whole.std()


def test_one_tile_that_holds_all_is_the_whole(loaded):
    latent, image = Latent(torch.randn(2, 4, 3, 5)), Image(torch.rand(1, 21, 26, 3))
    tiled = decode_tiled(loaded.vae, latent).pixels
    torch.testing.assert_close(tiled, decode(loaded.vae, latent).pixels)
    encoded = encode_tiled(loaded.vae, image).samples
    torch.testing.assert_close(encoded, encode(loaded.vae, image).samples)


def test_no_more_than_a_tile_is_decoded_at_once(loaded):
    sizes = []
    hook = network(loaded.vae.part).decoder.register_forward_pre_hook(
        lambda _, args: sizes.append(tuple(args[0].shape))
    )
    decode_tiled(loaded.vae, Latent(torch.randn(2, 4, 17, 30)), tile=64, overlap=16)
    hook.remove()
    assert set(sizes) == {(1, 4, 8, 8)}
    assert len(sizes) == 2 * 3 * 5


def test_tiles_that_get_nowhere_are_refused(loaded):
    with pytest.raises(ParamError, match="overlap by 64 get nowhere; use an overlap of at most 32"):
        decode_tiled(loaded.vae, Latent(torch.zeros(1, 4, 2, 2)), tile=64, overlap=64)
