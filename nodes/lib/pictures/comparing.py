"""Two pictures against one another: to see, and in numbers."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import torch

from nodes.lib import batches
from nodes.lib.pictures.adjusting import blurred

if TYPE_CHECKING:
    from torch import Tensor

SSIM_SIGMA = 1.5
SSIM_C1, SSIM_C2 = 0.01**2, 0.03**2


class Numbers(NamedTuple):
    """How far apart two pictures are."""

    mse: float
    psnr: float
    ssim: float


def numbers(a: Tensor, b: Tensor) -> Numbers:
    """Measure over the whole batch, (B, H, W, 3) in 0 to 1.

    ``mse`` is the mean squared difference; ``psnr`` 10 log10(1 / mse) in decibels, infinite for
    equal pictures; ``ssim`` the mean structural similarity, 1 for equal ones.
    """
    mse = float(((a - b).double() ** 2).mean())
    return Numbers(mse, -10 * math.log10(mse) if mse else math.inf, ssim(a, b))


def ssim(a: Tensor, b: Tensor) -> float:
    """Return the structural similarity, its mean over pixels, channels and pictures.

    Under a Gaussian of 1.5 pixels; edges are mirrored.
    Source: Wang et al. 2004, "Image quality assessment: from error visibility to structural
    similarity", eq. 13.
    """

    mean = partial(blurred, kind="gaussian", radius=SSIM_SIGMA)
    mean_a, mean_b = mean(a), mean(b)
    variance_a, variance_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    covariance = mean(a * b) - mean_a * mean_b
    light = (2 * mean_a * mean_b + SSIM_C1) / (mean_a**2 + mean_b**2 + SSIM_C1)
    structure = (2 * covariance + SSIM_C2) / (variance_a + variance_b + SSIM_C2)
    return float((light * structure).mean())


def shown(a: Tensor, b: Tensor, mode: str, gain: float, share: float) -> Tensor:
    """Show two pictures in one, (B, H, W, 3); the numbers say how far apart they are.

    Args:
        a: The first.
        b: Of the same size.
        mode: ``side_by_side``; ``split``: the first left of a line, the second right of it;
            ``difference``: how far apart each channel is.
        gain: Factor of the difference.
        share: Where the line is, 0 left to 1 right.

    Raises:
        SizeError: They differ in size, or the batches do not go together.
    """
    first, second = alike(a, b)
    if mode == "side_by_side":
        return torch.cat([first, second], dim=2)
    if mode == "difference":
        return ((first - second).abs() * gain).clamp(0, 1)
    left = torch.arange(first.shape[2], device=first.device) < round(share * first.shape[2])
    return torch.where(left[None, None, :, None], first, second)


def alike(a: Tensor, b: Tensor) -> list[Tensor]:
    """Return both in batches of one length.

    Raises:
        SizeError: They differ in size, or the batches do not go together.
    """
    batches.one_size((a, b), (1, 2), "pictures")
    return batches.together(a, b)
