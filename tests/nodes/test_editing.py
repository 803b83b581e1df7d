import pytest
import torch
from diffusers.pipelines.flux import pipeline_flux_kontext

from nodes.editing import reference_latent, scale_to_kontext, stitch
from nodes.lib import reference as lib
from nodes.lib.latents import LatentFormat
from nodes.reference import reference
from nodes.text import encode as encode_text
from nodes.types import Condition, Conditioning, Image, Latent
from nodes.vae import encode


def picture(height, width, value=0.5):
    return Image(torch.full((1, height, width, 3), value))


@pytest.mark.parametrize(
    ("direction", "shape", "first"),
    [
        ("right", (8, 4 + 2 + 16), 0.25),
        ("left", (8, 16 + 2 + 4), 0.75),
        ("down", (8 + 2 + 2, 4), 0.25),
        ("up", (2 + 2 + 8, 4), 0.75),
    ],
)
def test_the_other_picture_is_scaled_to_the_edge_they_share(direction, shape, first):
    made = stitch(picture(8, 4, 0.25), picture(4, 8, 0.75), direction=direction, spacing=1)
    assert tuple(made.pixels.shape[1:3]) == shape
    assert made.pixels[0, 0, 0, 0].item() == pytest.approx(first, abs=1e-6)


def test_the_gap_has_its_color():
    made = stitch(picture(4, 4), picture(4, 4), spacing=2, color="#ff0000")
    assert made.pixels[0, 0, 4].tolist() == [1, 0, 0]


def test_without_scaling_the_smaller_one_gets_black_margins():
    made = stitch(picture(8, 4), picture(4, 4), match_size=False)
    assert tuple(made.pixels.shape[1:3]) == (8, 8)
    assert made.pixels[0, :, 6, 0].tolist() == [0, 0, 0.5, 0.5, 0.5, 0.5, 0, 0]


def test_kontext_gets_the_size_it_knows_that_is_nearest_in_shape():
    """Against the sizes that diffusers' pipeline has."""
    for width, height in ((300, 200), (64, 64), (100, 260)):
        sizes = pipeline_flux_kontext.PREFERRED_KONTEXT_RESOLUTIONS
        shapes = {abs(width / height - one / other): (one, other) for one, other in sizes}
        made = scale_to_kontext(picture(height, width)).pixels
        assert (made.shape[2], made.shape[1]) == shapes[min(shapes)]
        assert made.mean().item() == pytest.approx(0.5, abs=1e-5)


def test_a_latent_is_shown_as_the_picture_it_was_encoded_from(loaded):
    image = Image(torch.rand(1, 24, 16, 3, generator=torch.Generator().manual_seed(1)))
    words = encode_text(loaded.clip, text="a")
    latent = encode(loaded.vae, image)
    (expected,) = reference(words, loaded.vae, image).entries
    (got,) = reference_latent(words, loaded.model, latent).entries
    assert torch.equal(got.beside, expected.beside)


def test_flux_is_shown_a_latent_of_whole_patches_in_its_own_units():
    samples = torch.randn(1, 16, 5, 4, generator=torch.Generator().manual_seed(1))
    words = Conditioning((Condition(torch.zeros(1, 2, 4)),))
    form = LatentFormat(16, 8, scale=0.5, shift=0.25)
    (got,) = lib.shown_latent(words, form, Latent(samples)).entries
    torch.testing.assert_close(got.beside, (samples[:, :, :4] - 0.25) * 0.5)
