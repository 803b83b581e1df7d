"""What the UNet and the text encoder learn: encoded pictures with their captions, and the loss."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from training.autoencoder import to_signed
from training.captions import training_caption
from training.device import half
from training.stream import Window, picture, rng_of

if TYPE_CHECKING:
    from diffusers import AutoencoderKL, DDIMScheduler
    from torch import nn
    from transformers import CLIPTokenizer

    from training.critter import Critter

ENCODED_AT_ONCE = 50
Encoded = tuple["Critter", Tensor]


@torch.no_grad()
def encode(vae: AutoencoderKL, seed: int, start: int, end: int) -> list[Encoded]:
    """Draw and encode pictures start..end of the stream: critter and (4, 16, 16) in unit scale."""
    encoded: list[Encoded] = []
    for first in range(start, end, ENCODED_AT_ONCE):
        drawn = [picture(seed, k) for k in range(first, min(first + ENCODED_AT_ONCE, end))]
        batch = to_signed(np.stack([p for _, p in drawn])).to(vae.device)
        with half(vae.device):
            latents = vae.encode(batch).latent_dist.mean
        latents = latents.float() * vae.config.scaling_factor
        encoded += [(c, z) for (c, _), z in zip(drawn, latents, strict=True)]
    return encoded


class Examples:
    """Batches of latents and captions; the captions are worded anew every time."""

    def __init__(
        self, vae: AutoencoderKL, tokenizer: CLIPTokenizer, seed: int, *,
        size: int, fresh: int, step: int,
    ) -> None:  # fmt: skip
        self.seed, self.tokenizer = seed, tokenizer
        self.window = Window(partial(encode, vae, seed), size, fresh, step)

    def batch(self, count: int, step: int) -> tuple[Tensor, Tensor]:
        """Return latents (count, 4, 16, 16) and token ids (count, 32)."""
        rng = rng_of("batch", self.seed, step)
        chosen = [self.window.things[rng.randrange(len(self.window.things))] for _ in range(count)]
        captions = [training_caption(critter, rng) for critter, _ in chosen]
        self.window.advance()
        return torch.stack([z for _, z in chosen]), tokenize(self.tokenizer, captions)


def tokenize(tokenizer: CLIPTokenizer, captions: list[str]) -> Tensor:
    """Token ids (B, 32), padded with the end token."""
    tokens = tokenizer(captions, padding="max_length", truncation=True, return_tensors="pt")
    return tokens.input_ids


def velocity_loss(
    networks: nn.ModuleDict, scheduler: DDIMScheduler, latents: Tensor, ids: Tensor
) -> Tensor:
    """Mean squared error of the predicted v. Source: Salimans & Ho 2022, arXiv:2202.00512."""
    steps = torch.randint(scheduler.config.num_train_timesteps, (len(latents),))
    noise = torch.randn(latents.shape).to(latents.device)
    steps = steps.to(latents.device)
    noisy = scheduler.add_noise(latents, noise, steps)
    with half(latents.device):
        text = networks["text_encoder"](ids).last_hidden_state
        predicted = networks["unet"](noisy, steps, text).sample
    return (predicted.float() - scheduler.get_velocity(latents, noise, steps)).square().mean()
