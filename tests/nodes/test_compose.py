import math

import numpy as np
import PIL.Image
import PIL.ImageChops
import pytest
import scipy.ndimage
import torch

from nodes.compose import blend, compare, composite, draw_text, solid
from nodes.lib.latents import SizeError
from nodes.types import Image, Mask


def picture(seed, batch=1, height=16, width=24):
    generator = torch.Generator().manual_seed(seed)
    return Image(torch.rand(batch, height, width, 3, generator=generator))


PILLOWS = {
    "normal": lambda under, over: over,
    "multiply": PIL.ImageChops.multiply,
    "screen": PIL.ImageChops.screen,
    "overlay": PIL.ImageChops.overlay,
    "hard_light": PIL.ImageChops.hard_light,
    "darken": PIL.ImageChops.darker,
    "lighten": PIL.ImageChops.lighter,
    "difference": PIL.ImageChops.difference,
    "add": PIL.ImageChops.add,
    "subtract": PIL.ImageChops.subtract,
}


@pytest.mark.parametrize("mode", PILLOWS)
def test_modes_are_pillows(mode):
    under, over = picture(1), picture(2)
    found = blend(under, over, mode=mode, amount=1.0).pixels[0].numpy() * 255
    coarse = [
        PIL.Image.fromarray(one.pixels[0].mul(255).round().to(torch.uint8).numpy())
        for one in (under, over)
    ]
    np.testing.assert_allclose(found, np.asarray(PILLOWS[mode](*coarse)), atol=3.0)  # 8 bits


def w3c(mode, under, over):
    """One value by the W3C's formulas, as they are written there."""
    if mode == "exclusion":
        return under + over - 2 * under * over
    if mode == "color_dodge":
        return 0 if under == 0 else 1 if over == 1 else min(1, under / (1 - over))
    if mode == "color_burn":
        return 1 if under == 1 else 0 if over == 0 else 1 - min(1, (1 - under) / over)
    if over <= 0.5:
        return under - (1 - 2 * over) * under * (1 - under)
    bent = ((16 * under - 12) * under + 4) * under if under <= 0.25 else math.sqrt(under)
    return under + (2 * over - 1) * (bent - under)


@pytest.mark.parametrize("mode", ["exclusion", "color_dodge", "color_burn", "soft_light"])
def test_other_modes_are_the_w3cs(mode):
    values = [0.0, 0.1, 0.25, 0.5, 0.75, 1.0]
    table = torch.tensor(values)
    under = Image(table.view(1, -1, 1, 1).repeat(1, 1, len(values), 3))
    over = Image(table.view(1, 1, -1, 1).repeat(1, len(values), 1, 3))
    found = blend(under, over, mode=mode, amount=1.0).pixels[0, ..., 1].tolist()
    for row, below in zip(found, values, strict=True):
        assert row == pytest.approx([w3c(mode, below, above) for above in values], abs=1e-5)


def test_amount_and_mask_say_how_much_counts():
    under, over = picture(1, batch=2), picture(2)
    mixed = torch.lerp(under.pixels, over.pixels.expand(2, -1, -1, -1), 0.25)
    torch.testing.assert_close(blend(under, over, amount=0.25).pixels, mixed)
    area = torch.zeros(1, 16, 24)
    area[..., 12:] = 1
    masked = blend(under, over, Mask(area), amount=0.25).pixels
    assert torch.equal(masked[:, :, :12], under.pixels[:, :, :12])
    torch.testing.assert_close(masked[:, :, 12:], mixed[:, :, 12:])


def test_one_picture_is_laid_over_another_by_a_mask():
    under, over = picture(1, batch=2), picture(2, height=8, width=8)
    area = torch.zeros(1, 8, 8)
    area[:, :4] = 1
    found = composite(under, over, Mask(area), x=20, y=-2).pixels
    expected = under.pixels.clone()
    expected[:, :2, 20:] = over.pixels[:, 2:4, :4]
    assert torch.equal(found, expected)


def test_what_does_not_go_together_is_refused():
    with pytest.raises(SizeError, match="pictures must be of one size; here are 24 x 16, 8 x 8"):
        blend(picture(1), picture(2, height=8, width=8))
    with pytest.raises(SizeError, match="batches of 2 and 3 do not go together"):
        compare(picture(1, batch=2), picture(2, batch=3))


def test_a_picture_of_one_color():
    found = solid(color="#ff8000", width=8, height=4, batch_size=2).pixels
    assert found.shape == (2, 4, 8, 3)
    assert found[1, 2, 3].tolist() == pytest.approx([1.0, 128 / 255, 0.0])


@pytest.mark.parametrize(
    ("place", "down", "across"),
    [("top left", 0, 0), ("center", 1, 1), ("bottom right", 2, 2), ("bottom", 2, 1)],
)
def test_a_text_stands_at_its_place_and_nowhere_else(place, down, across):
    image = Image(torch.full((2, 90, 240, 3), 0.25))
    found = draw_text(image, text="HI", size=20.0, place=place, color="red", outline=1).pixels
    changed = (found != image.pixels).any(-1)[1]
    rows, columns = (changed.any(axis).nonzero().flatten() for axis in (1, 0))
    assert int(rows.float().mean()) // 30 == down
    assert int(columns.float().mean()) // 80 == across
    assert found[0].amax((0, 1)).tolist() == pytest.approx([1.0, 0.25, 0.25])
    assert float(found.min()) == 0.0


def test_pictures_are_shown_side_by_side_split_and_as_their_difference():
    a, b = picture(1, batch=2), picture(2)
    beside = compare(a, b).image.pixels
    assert torch.equal(beside, torch.cat([a.pixels, b.pixels.expand(2, -1, -1, -1)], 2))
    split = compare(a, b, mode="split", share=0.25).image.pixels
    assert torch.equal(split[:, :, :6], a.pixels[:, :, :6])
    assert torch.equal(split[1, :, 6:], b.pixels[0, :, 6:])
    apart = compare(a, b, mode="difference", gain=2.0).image.pixels
    assert torch.equal(apart, ((a.pixels - b.pixels).abs() * 2).clamp(0, 1))


def reference_ssim(a, b):
    """Wang et al. 2004, eq. 13, by SciPy's Gaussian of 11 taps."""

    def mean(x):
        sigmas = (0, 1.5, 1.5, 0)
        return scipy.ndimage.gaussian_filter(x, sigmas, mode="mirror", radius=(0, 7, 7, 0))

    mean_a, mean_b = mean(a), mean(b)
    spread_a, spread_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    shared = mean(a * b) - mean_a * mean_b
    top = (2 * mean_a * mean_b + 1e-4) * (2 * shared + 9e-4)
    return (top / ((mean_a**2 + mean_b**2 + 1e-4) * (spread_a + spread_b + 9e-4))).mean()


def test_numbers_say_how_far_apart_pictures_are():
    a = picture(1)
    b = Image((a.pixels + 0.1 * picture(2).pixels).clamp(0, 1))
    found = compare(a, b)
    mse = float(np.mean((a.pixels.numpy() - b.pixels.numpy()) ** 2))
    assert found.mse == pytest.approx(mse, rel=1e-4)
    assert found.psnr == pytest.approx(10 * math.log10(1 / mse), abs=1e-3)
    expected = reference_ssim(a.pixels.double().numpy(), b.pixels.double().numpy())
    assert found.ssim == pytest.approx(expected, abs=1e-3)
    assert compare(a, a)[1:] == (0.0, math.inf, pytest.approx(1.0, abs=1e-5))
