"""What the UNet and the text encoder learn: encoded pictures with their captions, and the loss."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from training.autoencoder import to_signed
from training.captions import training_caption
from training.device import half
from training.runs import save_whole
from training.stream import Window, critter_at, picture, rng_of

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL, DDIMScheduler
    from torch import nn
    from transformers import CLIPTokenizer

    from training.critter import Critter

BLOCK = 50
SEED = 12
Encoded = tuple["Critter", Tensor]


@torch.no_grad()
def encode_block(vae: AutoencoderKL, block: int) -> Tensor:
    """Draw and encode one block of the stream: (BLOCK, 4, 16, 16) in unit scale."""
    drawn = [picture(SEED, BLOCK * block + k)[1] for k in range(BLOCK)]
    batch = to_signed(np.stack(drawn)).to(vae.device)
    with half(vae.device):
        latents = vae.encode(batch).latent_dist.mean
    return latents.float() * vae.config.scaling_factor


class EncodedStream:
    """The stream of pictures, encoded; blocks once encoded are kept in a folder, if there is one.

    The folder belongs to one frozen autoencoder.
    """

    def __init__(self, vae: AutoencoderKL, folder: Path | None = None) -> None:
        self.vae, self.folder = vae, folder

    def between(self, start: int, end: int) -> list[Encoded]:
        """The critters and latents (4, 16, 16) of pictures start..end."""
        encoded: list[Encoded] = []
        while start < end:
            block, first = divmod(start, BLOCK)
            part = self._block(block)[first : first + end - start]
            encoded += [(critter_at(SEED, start + i), z) for i, z in enumerate(part)]
            start += len(part)
        return encoded

    def _block(self, block: int) -> Tensor:
        if self.folder is None:
            return encode_block(self.vae, block)
        path = self.folder / f"{block:06}.pt"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            save_whole(encode_block(self.vae, block).cpu(), path)
        return torch.load(path).to(self.vae.device)


class Examples:
    """Batches of latents and captions; the captions are worded anew every time."""

    def __init__(
        self, stream: EncodedStream, tokenizer: CLIPTokenizer, seed: int, *,
        size: int, fresh: int, step: int,
    ) -> None:  # fmt: skip
        self.seed, self.tokenizer = seed, tokenizer
        self.window = Window(stream.between, size, fresh, step)

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


def draw_timesteps(count: int, total: int) -> Tensor:
    """Steps (count,) to train: some anywhere, more where kinds and moods are decided.

    By the linear schedule a third of all steps are as good as pure noise; shapes and colors are
    decided about 0.42 of the way, a mouth about 0.27. Source: the idea is Esser et al. 2024,
    arXiv:2403.03206, 3.1.
    """
    anywhere = torch.rand(count)
    shapes = 0.42 + 0.16 * torch.randn(count)
    mouths = 0.27 + 0.08 * torch.randn(count)
    lot = torch.rand(count)
    share = torch.where(lot < 0.3, anywhere, torch.where(lot < 0.6, shapes, mouths))
    return (share.clamp(0, 1) * total).long().clamp(max=total - 1)


@cache
def face_weights(size: int, device: torch.device) -> Tensor:
    """How much each cell (size, size) counts, 1 on average: those of eyes and mouth five times.

    A mood changes some twenty cells of 256 a little: so small a share of the loss that it would be
    learnt last.
    """
    row, column = torch.meshgrid(*[torch.linspace(0, 1, size)] * 2, indexing="ij")
    distance = (row - 0.57).square() + (column - 0.5).square()
    weights = 1 + 4 * torch.exp(-distance / (2 * 0.16**2))
    return (weights / weights.mean()).to(device)


def velocity_loss(
    unet: nn.Module,
    text_encoder: nn.Module,
    scheduler: DDIMScheduler,
    latents: Tensor,
    ids: Tensor,
) -> Tensor:
    """Weighted squared error of the predicted v.

    Source: Salimans & Ho 2022, arXiv:2202.00512.
    """
    steps = draw_timesteps(len(latents), scheduler.config.num_train_timesteps)
    noise = torch.randn(latents.shape).to(latents.device)
    steps = steps.to(latents.device)
    noisy = scheduler.add_noise(latents, noise, steps)
    with half(latents.device):
        text = text_encoder(ids).last_hidden_state
        predicted = unet(noisy, steps, text).sample
    error = (predicted.float() - scheduler.get_velocity(latents, noise, steps)).square()
    return (error * face_weights(latents.shape[-1], latents.device)).mean()
