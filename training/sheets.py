"""Sheets of pictures to look at while training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image

from training.autoencoder import to_signed
from training.sampling import generate
from training.stream import picture

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL
    from torch import Tensor
    from transformers import CLIPTokenizer

    from training.runs import Run

PROMPTS = (
    "a happy boy with mouse ears on a green background",
    "a surprised blue bear on a yellow background",
    "a sad red fox with a white crown on a purple background",
    "a happy gray mouse with a green hat on a pink background",
    "a girl with black hair and yellow glasses on a blue background",
    "a green frog with a red bow on a white background",
    "a purple rabbit with an orange scarf on a gray background",
    "a happy orange cat on a black background",
    "a sad pink pig with blue glasses on an orange background",
    "a surprised brown dog with a yellow hat on a red background",
    "a happy girl with rabbit ears on a brown background",
    "a yellow cat with a blue crown on a green background",
    "a sad boy with red hair and a white scarf on a yellow background",
    "a surprised black rabbit with a red bow on a pink background",
    "a happy white bear with a purple hat on a blue background",
    "a fox",
)


def save_sheet(pictures: Tensor, columns: int, path: Path) -> None:
    """Save (B, 3, H, W) in -1..1 as one picture with so many columns."""
    values = ((pictures.clamp(-1, 1) + 1) * 127.5).round().byte().cpu().permute(0, 2, 3, 1).numpy()
    rows = [np.concatenate(values[i : i + columns], 1) for i in range(0, len(values), columns)]
    Image.fromarray(np.concatenate(rows)).save(path)


@torch.no_grad()
def reconstructions(run: Run, vae: AutoencoderKL) -> None:
    """Save eight drawn pictures above what the averaged autoencoder makes of them."""
    drawn = to_signed(np.stack([picture(8, k)[1] for k in range(8)]))
    drawn = drawn.to(run.average[0].device)
    with run.averaged():
        made = vae.decode(vae.encode(drawn).latent_dist.mode()).sample
    save_sheet(torch.cat([drawn, made]), 8, run.folder / f"sheet{run.step:06}.png")


def generated(run: Run, vae: AutoencoderKL, tokenizer: CLIPTokenizer) -> None:
    """Save what the averaged networks draw for the fixed prompts."""
    with run.averaged():
        pictures = generate(run.networks, vae, tokenizer, list(PROMPTS), seed=1)
    save_sheet(pictures, 8, run.folder / f"sheet{run.step:06}.png")
