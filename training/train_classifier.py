"""Train the judge of the evaluation: `python -m training.train_classifier --minutes 10`."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from training.autoencoder import to_signed
from training.classifier import Classifier, classifier_loss, soften
from training.critter import Critter, sample
from training.device import best_device, half
from training.paths import runs_folder
from training.picture import pixels
from training.runs import Run, Smooth, cosine
from training.stream import Window, rng_of

if TYPE_CHECKING:
    from pathlib import Path

RATE = 2e-3
SEED = 31
NAME = "classifier"


def any_pictures(start: int, end: int) -> list[tuple[Critter, np.ndarray]]:
    """Draw critters of every combination, the held-out ones too: a judge must know them."""
    made = []
    for index in range(start, end):
        rng = rng_of("judged", SEED, index)
        critter = sample(rng)
        made.append((critter, pixels(critter, rng)))
    return made


def start(folder: Path, device: torch.device) -> Run:
    """A run at step 0, or where its checkpoint left it."""
    torch.manual_seed(SEED)
    networks = nn.ModuleDict({"classifier": Classifier()}).to(device)
    optimizer = torch.optim.AdamW(networks.parameters(), weight_decay=0.01)
    run = Run(folder, networks, optimizer)
    run.resume()
    return run


def train(run: Run, total: int, minutes: float, batch: int) -> None:
    """Train until `total` steps, or until the minutes are over."""
    device, end = run.average[0].device, time.time() + 60 * minutes
    window = Window(any_pictures, size=3000, fresh=max(1, batch // 4), step=run.step)
    smooth = Smooth()
    while run.step < total and time.time() < end:
        rng = rng_of("judge", SEED, run.step)
        chosen = [window.things[rng.randrange(len(window.things))] for _ in range(batch)]
        window.advance()
        pictures = soften(to_signed(np.stack([p for _, p in chosen])).to(device))
        with half(device):
            logits = run.networks["classifier"](pictures)
        loss = classifier_loss({n: t.float() for n, t in logits.items()}, [c for c, _ in chosen])
        run.learn(loss, cosine(run.step, total, RATE))
        smooth.add(loss)
        if run.step % 100 == 0:
            run.log(loss=round(smooth.value, 5))
    run.save()


def load(device: torch.device) -> Classifier:
    """The judge as trained so far, ready to read."""
    run = start(runs_folder() / NAME, device)
    return run.networks["classifier"].eval()


def stretch(total: int, minutes: float, batch: int) -> None:
    """Train for some minutes."""
    train(start(runs_folder() / NAME, best_device()), total, minutes, batch)


def main() -> None:
    """Read the command line and train for a stretch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=9500, help="of the whole run")
    parser.add_argument("--minutes", type=float, default=6000, help="of this stretch")
    parser.add_argument("--batch", type=int, default=32, help="pictures a step")
    args = parser.parse_args()
    stretch(args.steps, args.minutes, args.batch)


if __name__ == "__main__":
    main()
