"""Train the UNet: `python -m training.train_diffusion --minutes 10`.

The text encoder stays as it was taught to read: trained along, it forgets in hundreds of steps
what is hard to see, and with it all that the UNet has learnt to look up.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from diffusers.models.attention_processor import AttnProcessor
from torch import nn

from training import sheets
from training.architecture import make_scheduler, make_unet
from training.calibrate import frozen_autoencoder, latents_folder
from training.device import best_device
from training.diffusion import EncodedStream, Examples, velocity_loss
from training.paths import runs_folder
from training.peers import Peer
from training.runs import Run, Smooth, cosine
from training.tokenizer import make_tokenizer
from training.train_text import reading_encoder

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import CLIPTokenizer

RATE = 1.2e-3
NAME = "diffusion"
SEED = 11


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how to train; `size` and `fresh` describe the window of pictures."""

    total: int
    minutes: float
    batch: int
    size: int = 12_000
    fresh: int = 4
    sheet_every: int = 1000
    compiled: bool = False


def start(folder: Path, seed: int, vocabulary: int, device: torch.device) -> Run:
    """A run at step 0, or where its checkpoint left it; two peers begin with the same weights."""
    torch.manual_seed(0)
    networks = nn.ModuleDict({"unet": make_unet(), "text_encoder": reading_encoder(vocabulary)})
    networks["text_encoder"].requires_grad_(False)
    if device.type == "cpu":  # training steps take a quarter less
        networks["unet"].set_attn_processor(AttnProcessor())
    networks = networks.to(device)
    optimizer = torch.optim.AdamW(
        networks.parameters(), betas=(0.9, 0.99), weight_decay=1e-3, fused=True
    )
    torch.manual_seed(seed)
    run = Run(folder, networks, optimizer)
    run.resume()
    return run


def train(
    run: Run,
    seed: int,
    plan: Plan,
    stream: EncodedStream,
    words: CLIPTokenizer,
    peer: Peer | None = None,
) -> None:
    """Train until the plan's steps, or its minutes, are over."""
    end = time.time() + 60 * plan.minutes
    examples = Examples(stream, words, seed, size=plan.size, fresh=plan.fresh, step=run.step)
    smooth, scheduler = Smooth(), make_scheduler()
    unet, text_encoder = run.networks["unet"], run.networks["text_encoder"]
    predict = torch.compile(unet, dynamic=False) if plan.compiled else unet
    while run.step < plan.total and time.time() < end:
        latents, ids = examples.batch(plan.batch, run.step)
        loss = velocity_loss(predict, text_encoder, scheduler, latents, ids.to(latents.device))
        run.learn(loss, cosine(run.step, plan.total, RATE))
        smooth.add(loss)
        if peer and run.step % 25 == 0:
            peer.meet(run.networks)
        if run.step % 50 == 0:
            run.log(loss=round(smooth.value, 5))
        if run.step % plan.sheet_every == 0:
            run.save()
            sheets.generated(run, stream.vae, words)
    run.save()


def stretch(total: int, minutes: float, batch: int) -> None:
    """Train for some minutes, alone."""
    start_and_train(Plan(total, minutes, batch), None)


def start_and_train(plan: Plan, rank: int | None) -> None:
    """Train by the plan, alone or as one of two peers."""
    device, words, seed = (
        best_device(),
        make_tokenizer(runs_folder() / "tokenizer"),
        SEED + (rank or 0),
    )
    run = start(runs_folder() / f"{NAME}{rank or ''}", seed, len(words), device)
    peer = None if rank is None else Peer(runs_folder() / NAME, rank)
    stream = EncodedStream(frozen_autoencoder().to(device), latents_folder())
    train(run, seed, plan, stream, words, peer)


def main() -> None:
    """Read the command line and train for a stretch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=30_000, help="of the whole run")
    parser.add_argument("--minutes", type=float, default=6000, help="of this stretch")
    parser.add_argument("--batch", type=int, default=32, help="pictures a step")
    parser.add_argument("--window", type=int, default=12_000, help="pictures known at a time")
    parser.add_argument("--fresh", type=int, default=4, help="new pictures a step")
    parser.add_argument("--sheet-every", type=int, default=1000, help="steps")
    parser.add_argument("--peer", type=int, choices=(0, 1), help="one of two processes")
    parser.add_argument(
        "--compile", action="store_true", help="a fifth less time; needs a C++ compiler"
    )
    args = parser.parse_args()
    plan = Plan(
        args.steps,
        args.minutes,
        args.batch,
        args.window,
        args.fresh,
        args.sheet_every,
        args.compile,
    )
    start_and_train(plan, args.peer)


if __name__ == "__main__":
    main()
