"""Make the embedded model from nothing: `python -m training.make`.

Each stage goes on from its checkpoint, so the command may be stopped and given again
at any time; `--minutes` stops it by itself.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

from training import (
    calibrate,
    evaluate,
    ship,
    train_autoencoder,
    train_classifier,
    train_decoder,
    train_diffusion,
    train_text,
)
from training.device import best_device
from training.runs import finished


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps and batch of each stage."""

    autoencoder: tuple[int, int]
    decoder: tuple[int, int]
    text: tuple[int, int]
    diffusion: tuple[int, int]
    classifier: tuple[int, int]


# A processor learns most from small batches; a GPU would idle over them.
PROCESSOR = Recipe((20_000, 8), (20_000, 2), (2_000, 32), (60_000, 16), (9_500, 32))
GPU = Recipe((20_000, 64), (10_000, 16), (2_000, 32), (40_000, 256), (5_000, 128))


def make(recipe: Recipe, minutes: float) -> bool:
    """Run the stages in order; say whether all are finished."""
    end = time.time() + 60 * minutes
    stages: list[tuple[str, Callable[[int, float, int], None], tuple[int, int]]] = [
        (train_autoencoder.NAME, train_autoencoder.stretch, recipe.autoencoder),
        (train_decoder.NAME, train_decoder.stretch, recipe.decoder),
        (train_text.NAME, train_text.stretch, recipe.text),
        (train_diffusion.NAME, train_diffusion.stretch, recipe.diffusion),
        (train_classifier.NAME, train_classifier.stretch, recipe.classifier),
    ]
    for name, stretch, (steps, batch) in stages:
        if name == train_autoencoder.NAME and calibrate.frozen_folder().exists():
            continue
        if not finished(name, steps):
            print(f"{name}: {steps} steps of {batch}")
            stretch(steps, (end - time.time()) / 60, batch)
        if not finished(name, steps):
            return False
        if name == train_autoencoder.NAME:
            calibrate.freeze(name)
    return True


def main() -> None:
    """Read the command line, make, ship and evaluate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1e6, help="stop after so long")
    args = parser.parse_args()
    recipe = GPU if best_device().type == "cuda" else PROCESSOR
    if not make(recipe, args.minutes):
        print("The time is over; give the command again to go on.")
        return
    ship.ship()
    evaluate.main([])


if __name__ == "__main__":
    main()
