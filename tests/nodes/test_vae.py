import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

from nodes.lib.latents import SizeError
from nodes.types import Image, Latent
from nodes.vae import decode, encode


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
