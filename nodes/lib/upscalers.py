"""Networks that make pictures larger: some forty architectures, told from their weights."""

from __future__ import annotations

from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

import torch

from nodegraph.errors import NodegraphError
from nodes.handles import Upscaler
from nodes.lib import device, tiling
from nodes.lib.folders import WEIGHTS, ModelError, Part
from nodes.lib.models import network
from nodes.types import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

    Report = Callable[[int, int], None]

NAME = "upscaler"
OVERLAP, SMALLEST = 32, 128
"""Pixels of tiles."""


class UpscaleError(NodegraphError):
    """What upscales is not installed, or is nothing that upscales."""


def open_upscaler(path: Path, device_name: str) -> Upscaler:
    """Return an upscaler; its weights are read when it is first used.

    Raises:
        ModelError: It is no file of weights.
    """
    if not path.is_file():
        raise ModelError(f"{path} is no file; give the .safetensors or .pth of an upscaler")
    return Upscaler(device.part(path, NAME, device_name, "float32"))


def load(part: Part) -> Any:
    """Read an upscaler with spandrel, which tells its architecture by its tensors.

    Raises:
        UpscaleError: spandrel is not installed, or the weights are no upscaler's.
    """
    try:
        from spandrel import ImageModelDescriptor, ModelLoader, UnsupportedModelError
    except ImportError as error:
        raise UpscaleError(
            f"upscaling by a model wants {error.name or 'spandrel'}, which is not installed; get "
            "it by pip install 'nodegraph[upscale]'"
        ) from error
    try:
        found = ModelLoader(part.device).load_from_state_dict(tensors(part.folder))
    except UnsupportedModelError as error:
        raise UpscaleError(
            f"{part.folder.name} is of no architecture that spandrel knows; use another upscaler"
        ) from error
    if not isinstance(found, ImageModelDescriptor):
        raise UpscaleError(f"{part.folder.name} makes no picture of a picture alone; use another")
    return found.to(part.device).eval()


def tensors(path: Path) -> dict[str, Tensor]:
    """Read weights; of pickles plain tensors alone, since all else may run code.

    Raises:
        UpscaleError: A pickle holds anything else.
    """
    if path.suffix == WEIGHTS:
        from safetensors.torch import load_file

        return load_file(path)
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        raise UpscaleError(
            f"{path.name} holds more than tensors, which could run code, so it is not read; use "
            "the same weights in safetensors"
        ) from error


def upscaled(upscaler: Upscaler, image: Image, tile: int, report: Report) -> Image:
    """Make pictures larger, by as much as the network does; (B, H, W, 3) on the CPU.

    Args:
        upscaler: By which.
        image: What.
        tile: Pixels a tile is wide.
        report: Told how many tiles are done, and of how many.
    """
    made, where = network(upscaler.part), upscaler.part.device

    def run(part: Tensor) -> Tensor:
        return made(part.to(where)).clamp(0, 1).float().cpu()

    pixels = in_tiles(image.pixels.movedim(-1, 1), run, made.scale, tile, report)
    return Image(pixels.movedim(1, -1).contiguous())


def in_tiles(
    x: Tensor, run: Callable[[Tensor], Tensor], scale: int, tile: int, report: Report
) -> Tensor:
    """Run what enlarges (B, 3, h, w) tile by tile, by half the tile as long as memory is short.

    Raises:
        torch.OutOfMemoryError: Not even the smallest tile fits.
    """
    while True:
        try:
            tiles = tiling.Tiles(tile, min(OVERLAP, tile // 4), 1)
            return tiling.blended(x, tiles, (1, scale), run, report)
        except torch.OutOfMemoryError:
            if tile // 2 < SMALLEST:
                raise
            tile //= 2
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
