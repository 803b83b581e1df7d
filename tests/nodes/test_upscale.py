"""Upscalers: tiles beside the whole, and spandrel where it is installed."""

import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional

from nodes import upscale
from nodes.lib import upscalers
from nodes.types import Image

SCALE = 2


def waves(height, width):
    """A picture as smooth as photographs are."""
    rows, columns = torch.linspace(0, 9, height)[:, None], torch.linspace(0, 13, width)
    return torch.stack([(rows + n).sin() * (columns - n).cos() for n in range(3)])[None] / 2 + 0.5


def enlarged(mode):
    return lambda part: functional.interpolate(part, scale_factor=SCALE, mode=mode)


def test_tiles_of_the_nearest_pixels_are_the_whole():
    x = torch.rand((2, 3, 150, 333), generator=torch.Generator().manual_seed(1))
    run, reports = enlarged("nearest"), []
    found = upscalers.in_tiles(x, run, SCALE, 128, lambda *one: reports.append(one))
    torch.testing.assert_close(found, run(x), rtol=0, atol=1e-6)
    assert reports == [(number, 16) for number in range(16)]


def test_tiles_of_smooth_pictures_show_no_seams():
    x, run = waves(200, 300), enlarged("bicubic")
    found = upscalers.in_tiles(x, run, SCALE, 128, lambda *_: None)
    torch.testing.assert_close(found, run(x), rtol=0, atol=2e-3)


def test_tiles_are_halved_while_memory_is_short():
    widest = []

    def run(part):
        widest.append(max(part.shape[2:]))
        if widest[-1] > 200:
            raise torch.OutOfMemoryError("too much")
        return enlarged("nearest")(part)

    x = waves(300, 300)
    found = upscalers.in_tiles(x, run, SCALE, 512, lambda *_: None)
    torch.testing.assert_close(found, enlarged("nearest")(x), rtol=0, atol=1e-6)
    assert widest[:3] == [300, 256, 128]


def test_memory_too_short_for_the_smallest_tile_is_said():
    def run(part):
        raise torch.OutOfMemoryError("too much")

    with pytest.raises(torch.OutOfMemoryError):
        upscalers.in_tiles(waves(300, 300), run, SCALE, 512, lambda *_: None)


def test_without_spandrel_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "spandrel", None)
    save_file({"weight": torch.zeros(1)}, tmp_path / "none.safetensors")
    found = upscale.load(upscaler=str(tmp_path / "none.safetensors"))
    with pytest.raises(
        upscalers.UpscaleError, match=r"spandrel.*pip install 'nodegraph\[upscale\]'"
    ):
        upscale.image(found, Image(torch.zeros(1, 8, 8, 3)))


def test_a_pickle_is_read_as_tensors_or_not_at_all(tmp_path):
    torch.save({"weight": torch.ones(2)}, tmp_path / "plain.pth")
    torch.save({"weight": Path}, tmp_path / "code.pth")
    assert torch.equal(upscalers.tensors(tmp_path / "plain.pth")["weight"], torch.ones(2))
    with pytest.raises(upscalers.UpscaleError, match=r"code\.pth holds more than tensors"):
        upscalers.tensors(tmp_path / "code.pth")


def test_an_esrgan_makes_pictures_larger(tmp_path):
    arch = pytest.importorskip(
        "spandrel.architectures.ESRGAN", reason="spandrel is not installed, the extra 'upscale'"
    )
    torch.manual_seed(1)
    made = arch.ESRGAN(num_filters=8, num_blocks=1, scale=2)
    save_file(dict(made.state_dict()), tmp_path / "tiny.safetensors")
    picture = Image(torch.rand(1, 40, 60, 3))
    found = upscale.image(upscale.load(upscaler=str(tmp_path / "tiny.safetensors")), picture)
    assert found.pixels.shape == (1, 80, 120, 3)
