"""One picture over another: at a place, by a mask, in a mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodes.lib import batches
from nodes.lib.pictures import resizing
from nodes.types import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from nodes.types import Mask


def placed(under: Tensor, over: Tensor, left: int, top: int, alpha: Tensor) -> Tensor:
    """Lay one over the other; what reaches over the edges is cut off.

    Args:
        under: (B, C, H, W).
        over: (B, C, h, w).
        left: Where it comes to lie, in cells; may be negative.
        top: As left.
        alpha: (B or 1, 1, h, w): how much of it counts, 0 to 1.

    Raises:
        SizeError: The batches do not go together.
    """
    under, over, alpha = batches.together(under, over, alpha)
    down, from_down = _overlap(under.shape[2], over.shape[2], top)
    across, from_across = _overlap(under.shape[3], over.shape[3], left)
    part, share = (one[:, :, from_down, from_across] for one in (over, alpha))
    result = under.clone()
    result[:, :, down, across] = part * share + under[:, :, down, across] * (1 - share)
    return result


def _overlap(length: int, size: int, start: int) -> tuple[slice, slice]:
    """Return where a piece lies within a length, and which part of the piece that is."""
    first, last = min(max(start, 0), length), min(max(start + size, 0), length)
    return slice(first, last), slice(first - start, last - start)


def feathered(over: Tensor, under: Tensor, left: int, top: int, feather: int) -> Tensor:
    """Return (1, 1, h, w) that rises linearly from the edges of a piece that lie inside a whole.

    Args:
        over: The piece, (B, C, h, w).
        under: The whole, (B, C, H, W).
        left: Where the piece lies.
        top: As left.
        feather: Over how many cells; the outermost counts 1 / feather.
    """
    down = ramp(over.shape[2], feather, top > 0, top + over.shape[2] < under.shape[2])
    across = ramp(over.shape[3], feather, left > 0, left + over.shape[3] < under.shape[3])
    return (down[:, None] * across)[None, None].to(over)


def ramp(length: int, feather: int, at_start: bool, at_end: bool) -> Tensor:
    """Return (length,) ones that fall linearly to 1 / feather at the ends that are asked for."""
    rising = ((torch.arange(length) + 1) / max(feather, 1)).clamp(max=1)
    ones = torch.ones(length)
    return (rising if at_start else ones) * (rising.flip(0) if at_end else ones)


def blended(under: Tensor, over: Tensor, mask: Tensor | None, mode: str, amount: float) -> Tensor:
    """Blend pictures of one size, (B, H, W, 3).

    Args:
        under: The lower one.
        over: The upper one.
        mask: (B, H, W) of any size: where it counts; everywhere if there is none.
        mode: How values combine; see ``blend``.
        amount: How much of that counts.

    Raises:
        SizeError: They differ in size, or the batches do not go together.
    """
    batches.one_size((under, over), (1, 2), "pictures")
    share = under.new_full((1, 1, 1, 1), amount)
    if mask is not None:
        height, width = under.shape[1:3]
        area = resizing.resized(mask[:, None], width, height, "bilinear")
        share = area[:, 0, ..., None] * amount
    lower, upper, share = batches.together(under, over, share)
    return blend(lower, upper, mode) * share + lower * (1 - share)


def composited(under: Image, over: Image, mask: Mask | None, left: int, top: int) -> Image:
    """Lay a picture over another at a place in pixels, by a mask of any size; see ``placed``."""
    lower, upper = under.pixels.movedim(-1, 1), over.pixels.movedim(-1, 1)
    alpha = upper.new_ones(1, 1, *upper.shape[2:])
    if mask is not None:
        alpha = resizing.resized(mask.values[:, None], upper.shape[3], upper.shape[2], "bilinear")
    return Image(placed(lower, upper, left, top, alpha).movedim(1, -1).contiguous())


def blend(under: Tensor, over: Tensor, mode: str) -> Tensor:
    """Combine two pictures channel by channel; all are (B, H, W, 3) in 0 to 1.

    Source: W3C, Compositing and Blending Level 1, section 10.1; ``add`` and ``subtract`` are
    clipped sums, as in every editor.
    """
    return _MODES[mode](under, over).clamp(0, 1)


def _screen(under: Tensor, over: Tensor) -> Tensor:
    return under + over - under * over


def _hard_light(under: Tensor, over: Tensor) -> Tensor:
    return torch.where(over <= 0.5, under * 2 * over, _screen(under, 2 * over - 1))


def _soft_light(under: Tensor, over: Tensor) -> Tensor:
    dark = under - (1 - 2 * over) * under * (1 - under)
    curve = torch.where(under <= 0.25, ((16 * under - 12) * under + 4) * under, under.sqrt())
    return torch.where(over <= 0.5, dark, under + (2 * over - 1) * (curve - under))


def _dodge(under: Tensor, over: Tensor) -> Tensor:
    bright = under / (1 - over).clamp(min=1e-6)
    return torch.where(under == 0, under, bright.clamp(max=1))


def _burn(under: Tensor, over: Tensor) -> Tensor:
    dark = 1 - ((1 - under) / over.clamp(min=1e-6)).clamp(max=1)
    return torch.where(under == 1, under, dark)


_MODES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "normal": lambda under, over: over,
    "multiply": torch.mul,
    "screen": _screen,
    "overlay": lambda under, over: _hard_light(over, under),
    "hard_light": _hard_light,
    "soft_light": _soft_light,
    "color_dodge": _dodge,
    "color_burn": _burn,
    "darken": torch.minimum,
    "lighten": torch.maximum,
    "difference": lambda under, over: (under - over).abs(),
    "exclusion": lambda under, over: under + over - 2 * under * over,
    "add": torch.add,
    "subtract": torch.sub,
}
