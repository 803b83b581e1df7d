"""Weights that were scaled to fit into float8: brought back as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodes.lib.folders import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor, dtype

    Tensors = dict[str, Tensor]

SCALES = ("scale_weight", "weight_scale")
"""What a layer's scale is called, by older files and newer ones."""

BESIDE = (*SCALES, "scale_input", "input_scale", "scaled_fp8", "comfy_quant")
"""All that such files hold beside a network's own tensors; the rest helps to multiply in float8."""


def unscaled(tensors: Tensors, path: Path, precision: Callable[[str], dtype]) -> Tensors:
    """Return a network's tensors with their scales multiplied in: w = scale * w8.

    Those without a scale stay as they are.

    Args:
        tensors: By their names in the file; a scale is one number, or one a row.
        path: What to call the file.
        precision: What a layer's weights shall have, by its name.

    Raises:
        ModelError: The weights are of fewer than eight bits, whole numbers, or scaled by blocks.
    """
    found = {name: one for name, one in tensors.items() if _last(name) not in BESIDE}
    for name, scale in tensors.items():
        stem, _, last = name.rpartition(".")
        if last in SCALES:
            weight = found.get(f"{stem}.weight")
            if weight is None or not _fits(weight, scale):
                raise ModelError(
                    f"{path.name} keeps {stem} in a form that is not supported, packed or scaled "
                    "by blocks; use the file in bfloat16, float16 or float8"
                )
            rows = scale.float().reshape(-1, *(1,) * (weight.ndim - 1))
            found[f"{stem}.weight"] = (weight.float() * rows).to(precision(stem))
    return found


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _fits(weight: Tensor, scale: Tensor) -> bool:
    """Tell whether numbers of eight bits with a point have one scale, or one a row."""
    eight = weight.is_floating_point() and weight.itemsize == 1
    return eight and scale.is_floating_point() and scale.numel() in (1, len(weight))
