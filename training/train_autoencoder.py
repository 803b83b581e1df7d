"""Train the autoencoder on crops: `python -m training.train_autoencoder --minutes 10`."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from training import sheets
from training.architecture import make_autoencoder
from training.autoencoder import Crops, picture_loss
from training.device import best_device, half
from training.paths import runs_folder
from training.peers import Peer
from training.runs import Run, Smooth, cosine

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL

RATE = 2e-3
KL_WEIGHT = 2e-6
NAME = "autoencoder"
SEED = 1


def start(folder: Path, seed: int, device: torch.device) -> Run:
    """A run at step 0, or where its checkpoint left it."""
    torch.manual_seed(seed)
    networks = nn.ModuleDict({"vae": make_autoencoder()}).to(device)
    optimizer = torch.optim.AdamW(networks.parameters(), betas=(0.9, 0.99), weight_decay=0.0)
    run = Run(folder, networks, optimizer)
    run.resume()
    return run


def loss_of(vae: AutoencoderKL, crops: Tensor) -> tuple[Tensor, Tensor]:
    """The loss to minimise, and the mean distance of the pixels (0-2)."""
    with half(crops.device):
        posterior = vae.encode(crops).latent_dist
        made = vae.decode(posterior.sample()).sample
    loss, distance = picture_loss(made.float(), crops)
    return loss + KL_WEIGHT * posterior.kl().mean(), distance


def train(run: Run, seed: int, total: int, minutes: float, batch: int, peer: Peer | None) -> None:
    """Train until `total` steps, or until the minutes are over."""
    device = next(run.networks.parameters()).device
    crops = Crops(seed, size=2000, fresh=2, step=run.step)
    smooth, end = Smooth(), time.time() + 60 * minutes
    while run.step < total and time.time() < end:
        x = crops.batch(batch, run.step).to(device)
        loss, distance = loss_of(run.networks["vae"], x)
        run.learn(loss, cosine(run.step, total, RATE))
        smooth.add(distance)
        if peer and run.step % 50 == 0:
            peer.meet(run.networks)
        if run.step % 100 == 0:
            run.log(loss=round(loss.item(), 5), distance=round(smooth.value, 5))
        if run.step % 1000 == 0:
            run.save()
            sheets.reconstructions(run, run.networks["vae"])
    run.save()
    sheets.reconstructions(run, run.networks["vae"])


def stretch(total: int, minutes: float, batch: int, rank: int | None = None) -> None:
    """Train for some minutes, alone or as one of two peers."""
    peer = None if rank is None else Peer(runs_folder() / NAME, rank)
    run = start(runs_folder() / f"{NAME}{rank or ''}", SEED + (rank or 0), best_device())
    train(run, SEED + (rank or 0), total, minutes, batch, peer)


def main() -> None:
    """Read the command line and train for a stretch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20_000, help="of the whole run")
    parser.add_argument("--minutes", type=float, default=600, help="of this stretch")
    parser.add_argument("--batch", type=int, default=12, help="crops a step")
    parser.add_argument("--peer", type=int, choices=(0, 1), help="one of two processes")
    args = parser.parse_args()
    stretch(args.steps, args.minutes, args.batch, args.peer)


if __name__ == "__main__":
    main()
