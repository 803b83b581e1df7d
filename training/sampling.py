"""Drawing pictures from captions with the networks in training: DDIM with guidance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from training.architecture import LATENT_SIZE, make_scheduler
from training.device import half
from training.diffusion import tokenize

if TYPE_CHECKING:
    from diffusers import AutoencoderKL
    from torch import nn
    from transformers import CLIPTokenizer


@torch.no_grad()
def generate(
    networks: nn.ModuleDict, vae: AutoencoderKL, tokenizer: CLIPTokenizer, captions: list[str], *,
    seed: int, steps: int = 20, cfg: float = 3.0,
) -> Tensor:  # fmt: skip
    """Return pictures (B, 3, 128, 128) in -1..1, one a caption."""
    device = vae.device
    ids = tokenize(tokenizer, [""] * len(captions) + captions).to(device)
    text = networks["text_encoder"](ids).last_hidden_state
    shape = (len(captions), 4, LATENT_SIZE, LATENT_SIZE)
    x = torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(device)
    scheduler = make_scheduler()
    scheduler.set_timesteps(steps)
    for t in scheduler.timesteps:
        with half(device):
            v = networks["unet"](torch.cat([x, x]), t, text).sample.float()
        plain, guided = v.chunk(2)
        x = scheduler.step(plain + cfg * (guided - plain), t, x).prev_sample
    return vae.decode(x / vae.config.scaling_factor).sample
