"""Put the weights as trained so far where the product finds them: `python -m training.ship`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import torch

from training import train_decoder, train_diffusion
from training.calibrate import frozen_autoencoder
from training.export import export
from training.paths import MODEL, runs_folder
from training.tokenizer import make_tokenizer

if TYPE_CHECKING:
    from diffusers import AutoencoderKL
    from torch import nn


def finished_autoencoder() -> AutoencoderKL:
    """The frozen encoder with the decoder as trained so far."""
    vae = frozen_autoencoder()
    train_decoder.start(runs_folder() / train_decoder.NAME, vae, train_decoder.SEED).load_average()
    return vae.eval()


def finished_networks(name: str) -> nn.ModuleDict:
    """UNet and text encoder, averaged, as trained so far."""
    vocabulary = len(make_tokenizer(runs_folder() / "tokenizer"))
    run = train_diffusion.start(runs_folder() / name, 0, vocabulary, torch.device("cpu"))
    run.load_average()
    return run.networks.eval()


def ship(name: str = train_diffusion.NAME) -> None:
    """Export what the runs have reached."""
    networks = finished_networks(name)
    export(MODEL, finished_autoencoder(), networks["unet"], networks["text_encoder"])


def main() -> None:
    """Read the command line and ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", default=train_diffusion.NAME, help="which run's folder")
    ship(parser.parse_args().run)


if __name__ == "__main__":
    main()
