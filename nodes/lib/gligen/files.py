"""GLIGEN's files: what makes tokens of boxes, and a layer for each block of a UNet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodes.handles import Gligen
from nodes.lib import device, header
from nodes.lib.folders import ENDINGS, ModelError, Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    Tensors = dict[str, Tensor]

NAME = "gligen"
POSITIONS, FUSER = "position_net.", ".fuser."
ORDER = ("input_blocks", "down_blocks", "middle_block", "mid_block", "output_blocks", "up_blocks")
"""The parts of a network from its input to its output, as its authors and diffusers call them."""


def open_gligen(path: Path, device_name: str, dtype_name: str) -> Gligen:
    """Return GLIGEN's layers; their weights are read when they are first used.

    Raises:
        ModelError: They are none, or know of pictures in boxes.
    """
    names = header.entries(path) if path.is_file() and path.suffix in ENDINGS else {}
    if f"{POSITIONS}linears.0.weight" not in names or not any(FUSER in name for name in names):
        raise ModelError(
            f"{path.name} is no GLIGEN for texts in safetensors; use one of those named textbox"
        )
    return Gligen(device.part(path, NAME, device_name, dtype_name))


def load(part: Part) -> Mapping[str, Tensors]:
    """Read what makes tokens of boxes, ``position_net``, and each block's layer, in order."""
    from safetensors.torch import load_file

    found: dict[str, Tensors] = {}
    for name, tensor in load_file(part.folder).items():
        tensor = tensor.to(part.device, device.DTYPES[part.dtype])
        if name.startswith(POSITIONS):
            found.setdefault(POSITIONS, {})[name.removeprefix(POSITIONS)] = tensor
        elif FUSER in name:
            block, _, rest = name.partition(FUSER)
            found.setdefault(block, {})[rest] = tensor
    return dict(sorted(found.items(), key=lambda item: _place(item[0])))


def _place(block: str) -> tuple[int, list[int]]:
    """Return where a block stands on the way through the network; what makes tokens comes first."""
    stem = block.removeprefix("model.diffusion_model.").split(".")[0]
    numbers = [int(one) for one in block.split(".") if one.isdigit()]
    return (ORDER.index(stem) if stem in ORDER else -1, numbers)
