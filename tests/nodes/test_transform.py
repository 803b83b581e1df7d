import numpy as np
import PIL.Image
import pytest
import torch

from nodegraph.errors import ParamError
from nodes.lib.latents import SizeError
from nodes.transform import crop, flip, pad, resize, rotate, scale_by, scale_to_megapixels, size
from nodes.types import Image


def picture(height=24, width=36, batch=2):
    generator = torch.Generator().manual_seed(1)
    return Image(torch.rand(batch, height, width, 3, generator=generator))


@pytest.mark.parametrize("method", ["nearest-exact", "bilinear", "bicubic", "area"])
def test_resampling_is_torchs(method):
    image = picture()
    found = resize(image, width=50, height=20, method=method).pixels
    planes = image.pixels.movedim(-1, 1)
    expected = torch.nn.functional.interpolate(planes, size=(20, 50), mode=method)
    assert torch.equal(found, expected.movedim(1, -1).clamp(0, 1))


@pytest.mark.parametrize("sides", [(50, 40), (20, 11)])
def test_lanczos_is_pillows_without_its_8_bits(sides):
    image = Image(picture().pixels / 2 + 0.25)  # Pillow clips between rows and columns, too
    coarse = [
        np.asarray(PIL.Image.fromarray(one).resize(sides, PIL.Image.LANCZOS))
        for one in image.pixels.mul(255).round().to(torch.uint8).numpy()
    ]
    found = resize(image, width=sides[0], height=sides[1]).pixels
    # and rounds to 8 bits before, between and after
    np.testing.assert_allclose(found.numpy() * 255, np.stack(coarse), atol=1.6)


def test_a_crop_takes_the_centre_that_has_the_shape():
    image = picture(24, 36)
    found = resize(image, width=12, height=12, method="area", fit="crop").pixels
    middle = Image(image.pixels[:, :, 6:30])
    assert torch.equal(found, resize(middle, width=12, height=12, method="area").pixels)


def test_fit_keeps_the_shape_and_pad_fills_up():
    assert resize(picture(), width=18, height=18, fit="fit").pixels.shape == (2, 12, 18, 3)
    found = resize(picture(), width=18, height=18, fit="pad", color="red").pixels
    assert found.shape == (2, 18, 18, 3)
    red = torch.tensor([1.0, 0.0, 0.0])
    assert (found[:, :3] == red).all()
    assert (found[:, 15:] == red).all()
    assert torch.equal(found[:, 3:15], resize(picture(), width=18, height=12).pixels)


def test_sizes_by_factor_by_pixels_and_by_one_side():
    assert scale_by(picture(), factor=1.5).pixels.shape == (2, 36, 54, 3)
    assert resize(picture(), width=0, height=12).pixels.shape == (2, 12, 18, 3)
    found = scale_to_megapixels(picture(100, 150), megapixels=0.01).pixels.shape
    assert found == (2, 84, 125, 3)  # int(0.01 * 1024^2) = 10485 pixels, 3 : 2
    assert size(picture()) == (36, 24, 2)


def test_sizes_that_cannot_be_are_refused():
    with pytest.raises(SizeError, match="width and height are both 0"):
        resize(picture(), width=0)
    with pytest.raises(SizeError, match=r"is no size; use sides from 1 to 16384"):
        scale_by(picture(24, 2000, 1), factor=16.0)
    with pytest.raises(ParamError, match="'grue' is no color; write #rrggbb"):
        resize(picture(), width=8, color="grue")


def test_a_part_is_cut_out():
    image = picture()
    assert torch.equal(crop(image, x=4, y=2, width=8, height=6).pixels, image.pixels[:, 2:8, 4:12])
    with pytest.raises(SizeError, match="512 x 512 pixels from 0, 0 reach over the edge of a pict"):
        crop(image)


def test_margins_are_numpys():
    image = picture()
    array = image.pixels.numpy()
    widths = ((0, 0), (2, 4), (1, 3), (0, 0))
    margins = {"left": 1, "top": 2, "right": 3, "bottom": 4}
    for fill, mode in (("edge", "edge"), ("mirror", "reflect")):
        assert np.array_equal(pad(image, **margins, fill=fill).pixels, np.pad(array, widths, mode))
    plain = pad(image, **margins, color="#ffffff").pixels
    assert np.array_equal(plain, np.pad(array, widths, constant_values=1.0))
    with pytest.raises(SizeError, match="cannot be mirrored into larger margins"):
        pad(image, left=36, fill="mirror")


def test_pictures_are_mirrored_and_turned_clockwise():
    image = picture()
    array = image.pixels.numpy()
    assert np.array_equal(flip(image).pixels, array[:, :, ::-1])
    assert np.array_equal(flip(image, direction="vertical").pixels, array[:, ::-1])
    assert np.array_equal(rotate(image).pixels, np.rot90(array, -1, (1, 2)))
    assert np.array_equal(rotate(image, angle=180.0, expand=False).pixels, array[:, ::-1, ::-1])


def test_other_angles_turn_about_the_centre():
    image = Image(torch.zeros(1, 41, 41, 3))
    image.pixels[:, 20, 35] = 1  # 15 right of the centre; after 30 degrees 13 right and 7.5 below
    found = rotate(image, angle=30.0, expand=False).pixels[0, ..., 0]
    weight = found / found.sum()
    down = (weight.sum(1) * torch.arange(41)).sum() - 20
    across = (weight.sum(0) * torch.arange(41)).sum() - 20
    assert float(down) == pytest.approx(7.5, abs=0.3)
    assert float(across) == pytest.approx(13.0, abs=0.3)
    assert rotate(picture(20, 40), angle=30.0).pixels.shape == (2, 38, 45, 3)
