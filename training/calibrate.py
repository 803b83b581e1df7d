"""Freeze the autoencoder: fold the mean and the scale of its latents into its own weights.

Afterwards each of the four channels has mean 0 and deviation 1 over drawn pictures, so that the
scaling factor is 1. The pictures it makes stay the same.
"""

from __future__ import annotations

import argparse
import shutil
from typing import TYPE_CHECKING

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from training.device import best_device
from training.diffusion import encode
from training.paths import runs_folder
from training.stream import picture
from training.train_autoencoder import NAME, SEED, start

if TYPE_CHECKING:
    from pathlib import Path

MEASURED, CHECKED = range(500), range(500, 700)


def latent_statistics(vae: AutoencoderKL, indices: range) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each channel, both (4,), over some pictures."""
    latents = torch.cat([encode(vae, [picture(SEED, k)[1]]) for k in indices]).double().cpu()
    return latents.mean((0, 2, 3)).float(), latents.std((0, 2, 3)).float()


@torch.no_grad()
def fold(vae: AutoencoderKL, mean: Tensor, deviation: Tensor) -> None:
    """Make the encoder emit (z - mean) / deviation, and the decoder undo it first."""
    into, out = vae.quant_conv, vae.post_quant_conv
    mean, deviation = mean.to(vae.device), deviation.to(vae.device)
    into.weight[:4] /= deviation[:, None, None, None]
    into.bias[:4] = (into.bias[:4] - mean) / deviation
    into.bias[4:] -= 2 * deviation.log()
    out.bias += out.weight[:, :, 0, 0] @ mean
    out.weight *= deviation[None, :, None, None]


def frozen_autoencoder() -> AutoencoderKL:
    """Read the frozen autoencoder back, on the processor."""
    return AutoencoderKL.from_pretrained(frozen_folder()).eval()


def frozen_folder() -> Path:
    """Where the frozen autoencoder lies."""
    return runs_folder() / "frozen"


def latents_folder() -> Path:
    """Where the pictures lie that the frozen autoencoder has encoded."""
    return runs_folder() / "latents"


def freeze(name: str) -> None:
    """Freeze the average of the autoencoder's run of this name."""
    run = start(runs_folder() / name, SEED, best_device())
    run.load_average()
    vae = run.networks["vae"].eval()
    vae.register_to_config(scaling_factor=1.0)
    fold(vae, *latent_statistics(vae, MEASURED))
    vae.save_pretrained(frozen_folder())
    shutil.rmtree(latents_folder(), ignore_errors=True)
    for statistic, values in zip(
        ("mean", "deviation"), latent_statistics(vae, CHECKED), strict=True
    ):
        print(statistic, [round(v, 3) for v in values.tolist()])


def main() -> None:
    """Read the command line and freeze."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", default=NAME, help="which run's folder")
    freeze(parser.parse_args().run)


if __name__ == "__main__":
    main()
