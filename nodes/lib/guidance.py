"""Guidance: how the estimates with and without the prompt combine."""

from __future__ import annotations

import torch
from torch import Tensor

from nodes.types import Latent, Prediction


def guide(cond: Tensor, uncond: Tensor, cfg: float) -> Tensor:
    """Classifier-free guidance.

    Shapes: cond, uncond and the result are (B, C, h, w).
    Source: Ho & Salimans 2022, arXiv:2207.12598, eq. 6, with cfg = 1 + w.
    """
    return uncond + cfg * (cond - uncond)


@torch.inference_mode()
def guided(positive: Prediction, negative: Prediction | None, cfg: float) -> Latent:
    """Guide the estimate of x0; without a negative, or at 1, it is the positive's own."""
    if negative is None or cfg == 1:
        return positive.denoised
    return Latent(guide(positive.denoised.samples, negative.denoised.samples, cfg))
