import pytest
import torch

from nodegraph.errors import ParamError
from nodes import inpaint
from nodes.lib.latents import SizeError
from nodes.types import Condition, Conditioning, Image, Latent, Mask
from nodes.vae import encode


def picture(height=48, width=64, batch=1):
    return Image(torch.rand(batch, height, width, 3, generator=torch.Generator().manual_seed(1)))


def square(height=48, width=64):
    mask = torch.zeros(1, height, width)
    mask[:, 16:32, 24:40] = 1
    return Mask(mask)


def test_a_mask_is_set_on_a_latent_and_may_count_by_time():
    latent = Latent(torch.zeros(2, 4, 6, 8), batch_index=(3, 1))
    masked = inpaint.set_mask(latent, square())
    assert masked.mask is not None
    assert (masked.samples is latent.samples, masked.batch_index) == (True, (3, 1))
    assert inpaint.differential(masked).gradual
    with pytest.raises(ParamError, match="this latent has no mask; set one first"):
        inpaint.differential(latent)
    with pytest.raises(SizeError, match="there are 3 masks for 2 latents"):
        inpaint.set_mask(latent, Mask(torch.ones(3, 6, 8)))


def test_encoding_for_inpainting_puts_grey_in_place_of_what_is_masked(loaded):
    image = picture()
    found = inpaint.encode_for_inpaint(loaded.vae, image, square(), grow_mask_by=0)
    pixels = image.pixels.clone()
    pixels[:, 16:32, 24:40] = 0.5
    torch.testing.assert_close(found.samples, encode(loaded.vae, Image(pixels)).samples)
    assert torch.equal(found.mask, square().values)


@pytest.mark.parametrize("grow", [1, 2, 5, 6])
def test_the_latents_mask_grows_by_a_kernel_of_ones(loaded, grow):
    found = inpaint.encode_for_inpaint(loaded.vae, picture(), square(), grow_mask_by=grow)
    kernel = torch.ones(1, 1, grow, grow)
    padding = -(-(grow - 1) // 2)
    summed = torch.nn.functional.conv2d(square().values[:, None], kernel, padding=padding)
    assert torch.equal(found.mask, summed.clamp(0, 1)[:, 0, :48, :64])


def test_picture_and_mask_are_cropped_alike_and_the_mask_is_rounded(loaded):
    image = picture(51, 70)
    soft = Mask(torch.rand(1, 102, 140))
    found = inpaint.encode_for_inpaint(loaded.vae, image, soft, grow_mask_by=0)
    small = torch.nn.functional.interpolate(soft.values[:, None], (51, 70), mode="bilinear")
    assert torch.equal(found.mask, small[:, 0, 1:49, 3:67].round())
    assert found.samples.shape == (1, 4, 6, 8)


def test_an_inpainting_model_reads_mask_and_masked_picture_as_in_diffusers(tiny_folder, loaded):
    """diffusers' own preparation, with the posterior's mode in place of a draw from it."""
    from diffusers.image_processor import VaeImageProcessor
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

    autoencoder = AutoencoderKL.from_pretrained(tiny_folder / "vae", low_cpu_mem_usage=False)
    processor = VaeImageProcessor(
        vae_scale_factor=8, do_normalize=False, do_binarize=True, do_convert_grayscale=True
    )
    image, soft = picture(), torch.rand(1, 48, 64)
    hole = processor.preprocess(soft[:, None], 48, 64)
    pixels = image.pixels.movedim(-1, 1) * 2 - 1
    with torch.inference_mode():
        posterior = autoencoder.encode(pixels * (hole < 0.5)).latent_dist
    expected = torch.cat(
        [
            torch.nn.functional.interpolate(hole, size=(6, 8)),
            posterior.mode() * autoencoder.config.scaling_factor,
        ],
        dim=1,
    )
    words = Conditioning((Condition(torch.zeros(1, 3, 16)),))
    found = inpaint.inpaint_conditioning(words, loaded.vae, image, Mask(soft), words)
    for side in (found.positive, found.negative):
        torch.testing.assert_close(side.entries[0].beside, expected)
    assert torch.equal(found.latent.samples, encode(loaded.vae, image).samples)
    assert torch.equal(found.latent.mask, soft)


def test_an_inpainting_model_may_be_left_to_paint_everything(loaded):
    words = Conditioning((Condition(torch.zeros(1, 3, 16)),))
    found = inpaint.inpaint_conditioning(words, loaded.vae, picture(51, 70), square(), keep=False)
    assert (found.negative, found.latent.mask) == (None, None)


def test_margins_are_grey_and_masked():
    image = picture(8, 10, batch=2)
    padded, mask = inpaint.pad_for_outpaint(image, left=8, top=0, right=0, bottom=16, feather=0)
    assert padded.pixels.shape == (2, 24, 18, 3)
    assert torch.equal(padded.pixels[:, :8, 8:], image.pixels)
    assert (padded.pixels[:, 8:] == 0.5).all()
    assert (padded.pixels[:, :, :8] == 0.5).all()
    assert torch.equal(1 - mask.values[0, :8, 8:], torch.ones(8, 10))
    assert mask.values.sum() == 24 * 18 - 80


def test_the_mask_fades_squared_towards_the_inside():
    """The definition pixel by pixel: ((feather - d) / feather)^2 at distance d from an edge."""
    _, mask = inpaint.pad_for_outpaint(picture(20, 20), left=8, top=8, right=0, bottom=0, feather=6)
    for y in range(20):
        for x in range(20):
            near = min(x, y)
            expected = ((6 - near) / 6) ** 2 if near < 6 else 0.0
            assert mask.values[0, 8 + y, 8 + x].item() == pytest.approx(expected, abs=1e-6)


def test_no_margin_is_refused():
    with pytest.raises(ParamError, match="there is no margin to paint"):
        inpaint.pad_for_outpaint(picture(), right=0)
