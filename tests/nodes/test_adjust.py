import colorsys

import cv2
import numpy as np
import PIL.Image
import PIL.ImageEnhance
import pytest
import scipy.ndimage
import torch

from nodegraph.errors import ParamError
from nodes.adjust import adjust, blur, canny, invert, levels, posterize, sharpen
from nodes.types import Image


def picture(batch=2):
    noise = torch.rand(batch, 6, 9, 3, generator=torch.Generator().manual_seed(1))
    smooth = torch.nn.functional.interpolate(noise.movedim(-1, 1), (24, 36), mode="bilinear")
    return Image(smooth.movedim(1, -1).contiguous())


@pytest.mark.parametrize(
    ("name", "enhancer"),
    [("brightness", "Brightness"), ("contrast", "Contrast"), ("saturation", "Color")],
)
@pytest.mark.parametrize("factor", [0.0, 0.5, 1.7])
def test_factors_are_pillows(name, enhancer, factor):
    image = picture()
    found = adjust(image, **{name: factor}).pixels.numpy() * 255
    for ours, one in zip(found, image.pixels.mul(255).round().to(torch.uint8), strict=True):
        theirs = getattr(PIL.ImageEnhance, enhancer)(PIL.Image.fromarray(one.numpy()))
        # Pillow rounds the mean, the grey and the result to 8 bits
        np.testing.assert_allclose(ours, np.asarray(theirs.enhance(factor)), atol=2.1)


def test_hues_turn_as_in_the_standard_library():
    image = picture(1)
    found = adjust(image, hue=75.0).pixels[0, ::5, ::5].reshape(-1, 3)
    for ours, (red, green, blue) in zip(
        found.tolist(), image.pixels[0, ::5, ::5].reshape(-1, 3).tolist(), strict=True
    ):
        hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
        expected = colorsys.hsv_to_rgb((hue + 75 / 360) % 1, saturation, value)
        assert ours == pytest.approx(expected, abs=1e-4)


def test_exposure_is_light_and_gamma_a_power():
    light = torch.tensor([0.0, 0.01, 0.1, 0.2])
    encoded = torch.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    twice = torch.where(
        light * 2 <= 0.0031308, light * 25.84, 1.055 * (2 * light) ** (1 / 2.4) - 0.055
    )
    image = Image(encoded.view(1, 1, 4, 1).repeat(1, 1, 1, 3))
    found = adjust(image, exposure=1.0).pixels[0, 0, :, 0]
    torch.testing.assert_close(found, twice, rtol=1e-5, atol=1e-5)
    found = adjust(picture(), gamma=2.0).pixels
    torch.testing.assert_close(found, picture().pixels.sqrt())


def test_an_adjustment_of_nothing_changes_nothing():
    assert torch.equal(adjust(picture()).pixels, picture().pixels)
    assert torch.equal(levels(picture()).pixels, picture().pixels)
    assert torch.equal(sharpen(picture(), amount=0.0).pixels, picture().pixels)
    assert torch.equal(blur(picture(), radius=0.0).pixels, picture().pixels)


def test_levels_stretch_and_turn_around():
    image = Image(torch.tensor([0.1, 0.2, 0.5, 0.8, 0.9]).view(1, 1, 5, 1).repeat(1, 1, 1, 3))
    found = levels(image, black=0.2, white=0.8, out_black=1.0, out_white=0.0).pixels[0, 0, :, 0]
    assert found.tolist() == pytest.approx([1.0, 1.0, 0.5, 0.0, 0.0], abs=1e-6)
    with pytest.raises(ParamError, match=r"black 0.5 is not below white 0.5"):
        levels(image, black=0.5, white=0.5)


def test_negatives_and_few_values():
    assert torch.equal(invert(picture()).pixels, 1 - picture().pixels)
    found = posterize(picture(), levels=3).pixels
    assert set(found.unique().tolist()) <= {0.0, 0.5, 1.0}
    assert (found - picture().pixels).abs().max() <= 0.25 + 1e-6


def test_blurs_are_scipys():
    array = picture().pixels.numpy()
    found = blur(picture(), radius=1.5).pixels
    expected = scipy.ndimage.gaussian_filter(array, (0, 1.5, 1.5, 0), mode="mirror")
    np.testing.assert_allclose(found, expected, atol=2e-4)  # the tails are cut off elsewhere
    found = blur(picture(), kind="box", radius=2.0).pixels
    expected = scipy.ndimage.uniform_filter(array, (1, 5, 5, 1), mode="mirror")
    np.testing.assert_allclose(found, expected, atol=1e-5)
    found = blur(picture(), kind="median", radius=2.0).pixels
    expected = scipy.ndimage.median_filter(array, (1, 5, 5, 1), mode="nearest")
    np.testing.assert_allclose(found, expected, atol=1e-6)
    coarse = blur(picture(), kind="median", radius=3.0).pixels
    expected = scipy.ndimage.median_filter(array, (1, 7, 7, 1), mode="nearest")
    np.testing.assert_allclose(coarse, expected, atol=0.51 / 255)


def test_sharpening_adds_what_a_blur_takes_away():
    image = picture()
    fine = image.pixels - blur(image, radius=1.0).pixels
    expected = (image.pixels + 0.7 * fine).clamp(0, 1)
    torch.testing.assert_close(sharpen(image, radius=1.0, amount=0.7).pixels, expected)
    assert torch.equal(sharpen(image, threshold=1.0).pixels, image.pixels)


def test_edges_are_opencvs_and_white_on_black():
    image = Image(torch.zeros(2, 24, 24, 3))
    image.pixels[1, 6:18, 6:18] = torch.tensor([1.0, 0.5, 0.0])
    found = canny(image).pixels
    assert not found[0].any()
    expected = cv2.Canny((image.pixels[1].numpy() * 255).round().astype(np.uint8), 102, 204) / 255
    assert np.array_equal(found[1, ..., 2].numpy(), expected.astype(np.float32))
    assert 40 <= found[1, ..., 0].sum() <= 56
    with pytest.raises(ParamError, match=r"low 0.9 is above high 0.8"):
        canny(image, low=0.9)
