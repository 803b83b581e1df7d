"""Teach the text encoder to read: `python -m training.train_text --minutes 5`.

The mean of its output must tell every attribute. Cross-attention begins by reading just that mean,
so the UNet finds the caption's meaning in its first steps instead of after thousands.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from training.architecture import WIDTH, make_text_encoder
from training.captions import caption
from training.classifier import HEADS, classifier_loss
from training.critter import sample_training
from training.device import best_device
from training.diffusion import tokenize
from training.paths import runs_folder
from training.runs import Run, Smooth, cosine
from training.stream import rng_of
from training.tokenizer import make_tokenizer

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import CLIPTextModel, CLIPTokenizer

RATE = 1e-3
SEED = 41
NAME = "text"


def start(folder: Path, vocabulary: int, device: torch.device) -> Run:
    """A run at step 0, or where its checkpoint left it."""
    torch.manual_seed(SEED)
    heads = nn.ModuleDict({n: nn.Linear(WIDTH, len(choices)) for n, choices in HEADS.items()})
    networks = nn.ModuleDict({"text_encoder": make_text_encoder(vocabulary), "heads": heads})
    networks = networks.to(device)
    run = Run(folder, networks, torch.optim.AdamW(networks.parameters(), weight_decay=1e-3))
    run.resume()
    return run


def read(networks: nn.ModuleDict, ids: Tensor) -> dict[str, Tensor]:
    """Logits (B, choices) by head, of captions (B, 32)."""
    mean = networks["text_encoder"](ids).last_hidden_state.mean(1)
    return {name: head(mean) for name, head in networks["heads"].items()}


def train(run: Run, tokenizer: CLIPTokenizer, total: int, minutes: float, batch: int) -> None:
    """Train until `total` steps, or until the minutes are over."""
    device, end, smooth = run.average[0].device, time.time() + 60 * minutes, Smooth()
    while run.step < total and time.time() < end:
        rng = rng_of("read", SEED, run.step)
        critters = [sample_training(rng) for _ in range(batch)]
        ids = tokenize(tokenizer, [caption(c, rng) for c in critters])
        loss = classifier_loss(read(run.networks, ids.to(device)), critters)
        run.learn(loss, cosine(run.step, total, RATE))
        smooth.add(loss)
        if run.step % 100 == 0:
            run.log(loss=round(smooth.value, 5))
        if run.step % 500 == 0:
            run.save()
    run.save()


def reading_encoder(vocabulary: int) -> CLIPTextModel:
    """The text encoder as taught so far, averaged."""
    run = start(runs_folder() / NAME, vocabulary, torch.device("cpu"))
    run.load_average()
    return run.networks["text_encoder"]


def stretch(total: int, minutes: float, batch: int) -> None:
    """Train for some minutes."""
    words = make_tokenizer(runs_folder() / "tokenizer")
    train(start(runs_folder() / NAME, len(words), best_device()), words, total, minutes, batch)


def main() -> None:
    """Read the command line and train for a stretch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1200, help="of the whole run")
    parser.add_argument("--minutes", type=float, default=6000, help="of this stretch")
    parser.add_argument("--batch", type=int, default=32, help="captions a step")
    args = parser.parse_args()
    stretch(args.steps, args.minutes, args.batch)


if __name__ == "__main__":
    main()
