import math

import numpy as np
import pytest
import torch

from nodes.latent_layout import composite, crop, flip, resize, rotate, scale_by
from nodes.lib.latents import SizeError
from nodes.types import Latent, Mask


def latent(batch=1, height=6, width=8, mask=None):
    generator = torch.Generator().manual_seed(2)
    return Latent(torch.randn(batch, 4, height, width, generator=generator), mask)


@pytest.mark.parametrize("method", ["nearest-exact", "bilinear", "bicubic", "area"])
def test_upscaling_is_torchs(method):
    one = latent(2)
    found = resize(one, width=128, height=96, method=method).samples
    expected = torch.nn.functional.interpolate(one.samples, size=(12, 16), mode=method)
    assert torch.equal(found, expected)


def test_a_side_of_0_keeps_the_shape_and_sides_are_at_least_64():
    assert resize(latent(), width=128).samples.shape == (1, 4, 12, 16)
    assert resize(latent(), width=8, height=100).samples.shape == (1, 4, 12, 8)
    with pytest.raises(SizeError, match="width and height are both 0; set at least one"):
        resize(latent(), width=0)


def test_a_factor_is_rounded_to_cells():
    assert scale_by(latent(), factor=1.45).samples.shape == (1, 4, 9, 12)
    assert scale_by(latent(), factor=0.01).samples.shape == (1, 4, 1, 1)


def slerp(a, b, share):
    """The definition for two vectors, in double precision."""
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    u, v = a / lengths[0], b / lengths[1]
    angle = math.acos(np.clip(u @ v, -1, 1))
    turned = (math.sin((1 - share) * angle) * u + math.sin(share * angle) * v) / math.sin(angle)
    return turned * (lengths[0] * (1 - share) + lengths[1] * share)


def test_bislerp_turns_vectors_and_keeps_their_lengths_between():
    one = latent(height=1, width=2)
    found = resize(one, width=64, height=64, method="bislerp").samples[0].double().numpy()
    a, b = one.samples[0, :, 0].double().numpy().T
    for place in range(8):  # two cells over eight: centres at 0.25 cells from one another
        share = min(max((place + 0.5) / 4 - 0.5, 0), 1)
        expected = slerp(a, b, share) if 0 < share < 1 else (a if share == 0 else b)
        np.testing.assert_allclose(found[:, 3, place], expected, rtol=1e-4, atol=1e-5)


def test_bislerp_of_equal_opposite_and_empty_cells_is_plain():
    cells = torch.tensor([[[[1.0, 1.0, -1.0, 0.0]]]]).expand(1, 4, 1, 4)
    found = scale_by(Latent(cells.contiguous()), factor=2.0, method="bislerp").samples
    assert torch.isfinite(found).all()
    expected = torch.nn.functional.interpolate(cells, size=(2, 8), mode="bilinear")
    torch.testing.assert_close(found, expected)


def test_a_latent_is_laid_over_another_and_cut_off_at_the_edges():
    under, over = latent(2), latent(height=3, width=4)
    found = composite(under, over, x=48, y=-8).samples
    expected = under.samples.clone()
    expected[:, :, 0:2, 6:8] = over.samples[:, :, 1:3, 0:2]
    assert torch.equal(found, expected)
    assert torch.equal(composite(under, over, x=64).samples, under.samples)


def test_inner_edges_are_feathered_and_outer_ones_are_not():
    under, over = Latent(torch.zeros(1, 4, 6, 8)), Latent(torch.ones(1, 4, 4, 8))
    found = composite(under, over, y=8, feather=16).samples[0, 0, :, 0]
    assert found.tolist() == [0.0, 0.5, 1.0, 1.0, 0.5, 0.0]


def test_a_mask_says_where_it_is_laid_over():
    under, over = Latent(torch.zeros(1, 4, 2, 2)), Latent(torch.ones(1, 4, 2, 2))
    area = torch.zeros(1, 16, 16)
    area[..., 8:] = 1
    assert composite(under, over, Mask(area)).samples[0, 0].tolist() == [[0.0, 1.0], [0.0, 1.0]]


def test_a_part_is_cut_out_with_its_mask():
    mask = torch.rand(1, 48, 64)
    found = crop(latent(mask=mask), x=16, y=8, width=24, height=32)
    assert torch.equal(found.samples, latent().samples[:, :, 1:5, 2:5])
    assert torch.equal(found.mask, mask[:, 8:40, 16:40])
    with pytest.raises(
        SizeError, match=r"512 x 512 pixels from 0, 0 are no part .* 64 x 48 pixels"
    ):
        crop(latent())


def test_mirrored_and_turned_clockwise_with_the_mask():
    one = latent(mask=torch.rand(1, 12, 16))
    for name, found in (("samples", one.samples), ("mask", one.mask)):
        array = found.numpy()
        assert np.array_equal(getattr(flip(one), name), array[..., ::-1])
        assert np.array_equal(getattr(flip(one, direction="vertical"), name), array[..., ::-1, :])
        quarter = np.swapaxes(array, -1, -2)[..., ::-1]
        assert np.array_equal(getattr(rotate(one, angle="90"), name), quarter)
        assert np.array_equal(getattr(rotate(one, angle="180"), name), array[..., ::-1, ::-1])
        back = rotate(rotate(one, angle="270"), angle="90")
        assert np.array_equal(getattr(back, name), array)


def test_batches_that_do_not_go_together_are_refused():
    with pytest.raises(SizeError, match="batches of 2 and 3 and 1 do not go together"):
        composite(latent(2), latent(3))
    with pytest.raises(SizeError, match="4 and 16 channels belong to different models"):
        composite(latent(), Latent(torch.zeros(1, 16, 2, 2)))
