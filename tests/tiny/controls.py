"""Random networks that lead others, of the true classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from diffusers.models.adapter import T2IAdapter
from diffusers.models.controlnets.controlnet import ControlNetModel

if TYPE_CHECKING:
    from pathlib import Path


def controlnet(unet: Any, seed: int = 4) -> ControlNetModel:
    """Make a ControlNet for a UNet, one that has learnt something: its zeros are none."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = ControlNetModel.from_unet(
            unet, conditioning_embedding_out_channels=(4, 8, 8, 8), load_weights_from_unet=False
        )
        for weight in made.parameters():
            if not weight.any():
                torch.nn.init.normal_(weight, std=0.2)
    return made.eval()


def adapter(channels: tuple[int, ...], seed: int = 4, in_channels: int = 3) -> T2IAdapter:
    """Make a T2I adapter for a UNet with so many channels a level."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return T2IAdapter(in_channels, list(channels), num_res_blocks=1, downscale_factor=8).eval()


def write(folder: Path, network: Any) -> Path:
    """Write one as diffusers does."""
    network.save_pretrained(folder)
    return folder
