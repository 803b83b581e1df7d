"""What the UNet learns: encoded pictures of twins with their captions, and the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from training.autoencoder import to_signed
from training.captions import twin_captions
from training.device import half
from training.runs import save_whole
from training.stream import Window, rng_of
from training.twins import draw_twins, twins_at

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL, DDIMScheduler
    from torch import nn
    from transformers import CLIPTokenizer

    from training.twins import Pair

BLOCK = 25
SEED = 12
Encoded = tuple["Pair", Tensor]


@torch.no_grad()
def encode(vae: AutoencoderKL, drawn: list[np.ndarray]) -> Tensor:
    """Encode drawn pictures: (B, 4, 16, 16), as the UNet sees them."""
    batch = to_signed(np.stack(drawn)).to(vae.device)
    with half(vae.device):
        latents = vae.encode(batch).latent_dist.mean
    return latents.float() * vae.config.scaling_factor


class EncodedStream:
    """The stream of twins, encoded; blocks once encoded are kept in a folder, if there is one.

    The folder belongs to one frozen autoencoder.
    """

    def __init__(self, vae: AutoencoderKL, folder: Path | None = None) -> None:
        self.vae, self.folder = vae, folder

    def between(self, start: int, end: int) -> list[Encoded]:
        """The twins and latents (2, 4, 16, 16) of pairs start..end."""
        encoded: list[Encoded] = []
        while start < end:
            block, first = divmod(start, BLOCK)
            part = self._block(block)[first : first + end - start]
            encoded += [(twins_at(SEED, start + i), z) for i, z in enumerate(part)]
            start += len(part)
        return encoded

    def _block(self, block: int) -> Tensor:
        path = self.folder / f"{block:06}.pt" if self.folder else None
        if path and path.exists():
            return torch.load(path).to(self.vae.device)
        drawn = [p for k in range(BLOCK) for p in draw_twins(SEED, BLOCK * block + k)]
        latents = encode(self.vae, drawn).unflatten(0, (BLOCK, 2))
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            save_whole(latents.cpu(), path)
        return latents


class Examples:
    """Batches of latents and captions; the captions are worded anew every time."""

    def __init__(
        self, stream: EncodedStream, tokenizer: CLIPTokenizer, seed: int, *,
        size: int, fresh: int, step: int,
    ) -> None:  # fmt: skip
        self.seed, self.tokenizer = seed, tokenizer
        self.window = Window(stream.between, size, fresh, step)

    def batch(self, count: int, step: int) -> tuple[Tensor, Tensor]:
        """Return latents (count, 4, 16, 16) and token ids (count, 32), twins side by side."""
        rng = rng_of("batch", self.seed, step)
        things = self.window.things
        chosen = [things[rng.randrange(len(things))] for _ in range(count // 2)]
        captions = [words for twins, _ in chosen for words in twin_captions(twins, rng)]
        self.window.advance()
        return torch.cat([z for _, z in chosen]), tokenize(self.tokenizer, captions)


def tokenize(tokenizer: CLIPTokenizer, captions: list[str]) -> Tensor:
    """Token ids (B, 32), padded with the end token."""
    tokens = tokenizer(captions, padding="max_length", truncation=True, return_tensors="pt")
    return tokens.input_ids


def draw_timesteps(count: int, total: int) -> Tensor:
    """Steps (count,) to train: some anywhere, more where only the caption can tell.

    By the linear schedule the noise is so strong about 0.62 of the way (sigma about 7) that twins
    of different moods, whose latents lie some 9 to 14 apart, can no longer be told by looking, and
    not yet so strong that nothing is known of the pose. Earlier a network need not read to see.
    Source: the idea is Esser et al. 2024, arXiv:2403.03206, 3.1.
    """
    anywhere = torch.rand(count)
    doubtful = 0.62 + 0.13 * torch.randn(count)
    share = torch.where(torch.rand(count) < 0.55, anywhere, doubtful)
    return (share.clamp(0, 1) * total).long().clamp(max=total - 1)


def contrast(latents: Tensor) -> Tensor:
    """How much each cell counts, (B, 1, h, w): those in which twins differ more than the rest."""
    apart = (latents[::2] - latents[1::2]).square().mean(1, keepdim=True)
    share = apart / apart.mean((2, 3), keepdim=True)
    return (1.0 + 0.5 * share.clamp(max=10)).repeat_interleave(2, 0)


def velocity_loss(
    unet: nn.Module,
    text_encoder: nn.Module,
    scheduler: DDIMScheduler,
    latents: Tensor,
    ids: Tensor,
) -> Tensor:
    """Weighted squared error of the predicted v; twins get the same noise, equally strong.

    Source: Salimans & Ho 2022, arXiv:2202.00512.
    """
    steps = draw_timesteps(len(latents) // 2, scheduler.config.num_train_timesteps)
    noise = torch.randn(latents[::2].shape)
    steps = steps.repeat_interleave(2).to(latents.device)
    noise = noise.repeat_interleave(2, 0).to(latents.device)
    noisy = scheduler.add_noise(latents, noise, steps)
    with half(latents.device):
        text = text_encoder(ids).last_hidden_state
        predicted = unet(noisy, steps, text).sample
    error = (predicted.float() - scheduler.get_velocity(latents, noise, steps)).square()
    return (error * contrast(latents)).mean()
