import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest
import scipy.ndimage
import torch

from nodes import mask as masks
from nodes.lib.latents import SizeError
from nodes.types import Image, Mask


def blob(batch=2):
    noise = torch.rand(batch, 1, 5, 7, generator=torch.Generator().manual_seed(3))
    smooth = torch.nn.functional.interpolate(noise, (30, 42), mode="bilinear")[:, 0]
    return Mask((smooth > 0.5).float())


@pytest.mark.parametrize(
    ("channel", "expected"),
    [("alpha", [1.0, 0.0]), ("red", [1.0, 0.0]), ("luminance", [0.299, 0.114])],
)
def test_a_mask_is_loaded_from_what_any_editor_painted(tmp_path, channel, expected):
    data = np.array([[[255, 0, 0, 0], [0, 0, 255, 255]]], dtype=np.uint8)
    PIL.Image.fromarray(data).save(tmp_path / "mask.png")
    found = masks.load(path=str(tmp_path / "mask.png"), channel=channel).values
    assert found[0, 0].tolist() == pytest.approx(expected)
    turned = masks.load(path=str(tmp_path / "mask.png"), channel=channel, invert=True).values
    torch.testing.assert_close(turned, 1 - found)


def test_a_painted_mask_is_exactly_what_was_painted(tmp_path):
    data = np.arange(256, dtype=np.uint8).reshape(16, 16)
    PIL.Image.fromarray(data).save(tmp_path / "painted.png")
    under = Image(torch.zeros(1, 16, 16, 3))
    found = masks.paint(under, path=str(tmp_path / "painted.png")).values
    assert torch.equal(found[0], torch.from_numpy(data.astype(np.float32)) / 255)
    assert torch.equal(masks.paint(under).values, torch.zeros(1, 16, 16))

    soft = masks.paint(under, path=str(tmp_path / "painted.png"), feather=2.0).values
    assert torch.equal(soft, masks.feather(Mask(found), radius=2.0).values)


def test_a_mask_painted_for_another_size_says_what_to_do(tmp_path):
    PIL.Image.new("L", (8, 6)).save(tmp_path / "painted.png")
    with pytest.raises(SizeError, match="8 x 6 pixels, and this one has 4 x 5; open Paint mask"):
        masks.paint(Image(torch.zeros(1, 5, 4, 3)), path=str(tmp_path / "painted.png"))


def test_masks_come_from_channels_colors_and_thresholds():
    image = Image(torch.tensor([[0.2, 0.9, 0.4], [1.0, 0.5, 0.0]]).view(1, 1, 2, 3))
    assert masks.from_image(image, channel="green").values[0, 0].tolist() == pytest.approx(
        [0.9, 0.5]
    )
    found = masks.from_image(image, channel="brightest").values
    assert found[0, 0].tolist() == pytest.approx([0.9, 1.0])
    assert masks.from_color(image, color="#ff8000", tolerance=0.05).values.tolist() == [[[0, 1]]]
    ramp = Mask(torch.tensor([[[0.2, 0.4, 0.5, 0.6, 0.8]]]))
    assert masks.threshold(ramp).values.tolist() == [[[0, 0, 1, 1, 1]]]
    soft = masks.threshold(ramp, softness=0.4).values[0, 0].tolist()
    assert soft == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0])


@pytest.mark.parametrize("corners", ["round", "square", "diamond"])
@pytest.mark.parametrize("pixels", [3, -2])
def test_growing_and_shrinking_are_scipys(corners, pixels):
    reach = abs(pixels)
    down, across = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    footprint = {
        "round": down**2 + across**2 <= reach**2,
        "square": np.ones_like(down, dtype=bool),
        "diamond": abs(down) + abs(across) <= reach,
    }[corners]
    change = scipy.ndimage.grey_dilation if pixels > 0 else scipy.ndimage.grey_erosion
    found = masks.grow(blob(), pixels=pixels, corners=corners).values
    for ours, one in zip(found.numpy(), blob().values.numpy(), strict=True):
        assert np.array_equal(ours, change(one, footprint=footprint, mode="nearest"))
    assert masks.grow(blob(), pixels=0).values is not None


def test_feathering_is_a_gaussian():
    found = masks.feather(blob(), radius=2.0).values
    expected = scipy.ndimage.gaussian_filter(blob().values.numpy(), (0, 2, 2), mode="mirror")
    np.testing.assert_allclose(found, expected, atol=5e-4)


def test_masks_combine_as_sets_do():
    a, b = blob(2), Mask(blob(1).values.flip(2))
    first, second = a.values.bool(), b.values.bool()
    expected = {
        "union": first | second,
        "intersect": first & second,
        "subtract": first & ~second,
        "xor": first ^ second,
        "multiply": first & second,
        "add": first | second,
    }
    for operation, wanted in expected.items():
        assert torch.equal(masks.combine(a, b, operation=operation).values, wanted.float())
    assert torch.equal(masks.invert(a).values, (~first).float())
    with pytest.raises(SizeError, match="masks must be of one size; here are 42 x 30, 8 x 8"):
        masks.combine(a, Mask(torch.zeros(1, 8, 8)))


def test_shapes_are_drawn_within_their_box_and_cut_off_at_the_edges():
    found = masks.shape(width=40, height=30, x=-4, y=6, shape_width=12, shape_height=9).values
    expected = torch.zeros(1, 30, 40)
    expected[:, 6:15, :8] = 1
    assert torch.equal(found, expected)
    round_one = masks.shape(
        kind="ellipse", width=400, height=300, x=50, y=40, shape_width=200, shape_height=160
    ).values
    picture = PIL.Image.new("L", (400, 300))
    PIL.ImageDraw.Draw(picture).ellipse((50, 40, 249, 199), fill=1)
    assert float(round_one.sum()) == pytest.approx(np.pi * 100 * 80, rel=2e-3)
    assert np.abs(round_one[0].numpy() - np.asarray(picture)).mean() < 5e-3


def test_gradients_rise_to_the_right_downwards_and_to_the_centre():
    found = masks.gradient(width=8, height=4).values[0]
    assert found[0].tolist() == pytest.approx([(n + 0.5) / 8 for n in range(8)])
    assert torch.equal(found[0], found[3])
    down = masks.gradient(width=8, height=4, angle=90.0, start=0.25, end=0.75).values[0]
    assert down[:, 0].tolist() == pytest.approx([0.0, 0.25, 0.75, 1.0], abs=1e-6)
    middle = masks.gradient(kind="radial", width=9, height=9).values[0]
    assert middle[4, 4] == 1
    assert float(middle[0, 0]) == pytest.approx(1 - 8 / 9)


def test_masks_are_resized_and_shown():
    found = masks.resize(blob(), width=21).values
    expected = torch.nn.functional.interpolate(blob().values[:, None], (15, 21), mode="bilinear")
    assert torch.equal(found, expected[:, 0])
    assert torch.equal(masks.to_image(blob()).pixels[..., 2], blob().values)
