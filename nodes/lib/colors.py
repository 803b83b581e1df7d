"""Colours as people write them."""

from __future__ import annotations

import PIL.ImageColor
import torch

from nodegraph.errors import ParamError


def rgb(text: str) -> torch.Tensor:
    """Return (3,) in 0 to 1 for ``#rrggbb``, ``red``, ``rgb(255, 0, 0)`` and their like.

    Raises:
        ParamError: It names no colour.
    """
    try:
        found = PIL.ImageColor.getrgb(text.strip())
    except ValueError as error:
        raise ParamError(f"{text!r} is no color; write #rrggbb, or a name such as red") from error
    return torch.tensor(found[:3]) / 255
