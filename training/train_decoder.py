"""Train the decoder alone, on whole pictures: `python -m training.train_decoder --minutes 10`.

The encoder stays as it was frozen, so the UNet never notices. A little noise on the latents makes
the decoder forgive what the UNet gets slightly wrong.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from training import sheets
from training.autoencoder import picture_loss, to_signed
from training.calibrate import frozen_autoencoder
from training.device import best_device, half
from training.paths import runs_folder
from training.runs import Run, Smooth, cosine
from training.stream import picture

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL

RATE = 1e-3
NOISE = 0.06
SEED = 21
NAME = "decoder"


def start(folder: Path, vae: AutoencoderKL, seed: int) -> Run:
    """A run of the decoder at the frozen weights, or where its checkpoint left it."""
    torch.manual_seed(seed)
    networks = nn.ModuleDict({"decoder": vae.decoder, "into": vae.post_quant_conv})
    optimizer = torch.optim.AdamW(networks.parameters(), betas=(0.9, 0.99), weight_decay=0.0)
    run = Run(folder, networks, optimizer)
    run.resume()
    return run


def loss_of(vae: AutoencoderKL, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """The loss to minimise, and the mean distance of the pixels (0-2)."""
    with half(pictures.device):
        with torch.no_grad():
            latents = vae.encode(pictures).latent_dist.mean
        made = vae.decode(latents + NOISE * torch.randn_like(latents)).sample
    return picture_loss(made.float(), pictures)


def train(run: Run, vae: AutoencoderKL, seed: int, total: int, minutes: float, batch: int) -> None:
    """Train until `total` steps, or until the minutes are over."""
    smooth, end = Smooth(), time.time() + 60 * minutes
    while run.step < total and time.time() < end:
        first = run.step * batch
        drawn = np.stack([picture(seed, first + k)[1] for k in range(batch)])
        loss, distance = loss_of(vae, to_signed(drawn).to(vae.device))
        run.learn(loss, cosine(run.step, total, RATE))
        smooth.add(distance)
        if run.step % 100 == 0:
            run.log(loss=round(loss.item(), 5), distance=round(smooth.value, 5))
        if run.step % 500 == 0:
            run.save()
            sheets.reconstructions(run, vae)
    run.save()


def stretch(total: int, minutes: float, batch: int) -> None:
    """Train for some minutes."""
    vae = frozen_autoencoder().to(best_device())
    run = start(runs_folder() / NAME, vae, SEED)
    train(run, vae, SEED, total, minutes, batch)


def main() -> None:
    """Read the command line and train for a stretch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20_000, help="of the whole run")
    parser.add_argument("--minutes", type=float, default=6000, help="of this stretch")
    parser.add_argument("--batch", type=int, default=2, help="pictures a step")
    args = parser.parse_args()
    stretch(args.steps, args.minutes, args.batch)


if __name__ == "__main__":
    main()
