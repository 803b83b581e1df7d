"""The judge of the evaluation: a small network that reads every attribute off a picture.

It is trained on drawn pictures alone, half of them softened the way a small autoencoder softens.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.critter import EARS, EXTRAS, KINDS, MOODS, Critter
from training.palette import COLORS

NONE = "none"
HEADS: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "fur": tuple(COLORS),
    "mood": MOODS,
    "background": tuple(COLORS),
    "ears": (NONE, *EARS),
    **dict.fromkeys(EXTRAS, (NONE, *COLORS)),
}


def labels(critter: Critter) -> dict[str, str]:
    """What each head should say; for an extra, its color or none."""
    extras = dict(critter.extras)
    return {
        "kind": critter.kind,
        "fur": critter.fur,
        "mood": critter.mood,
        "background": critter.background,
        "ears": critter.ears or NONE,
        **{extra: extras.get(extra, NONE) for extra in EXTRAS},
    }


class Classifier(nn.Module):
    """Pictures (B, 3, 128, 128) in -1..1 to one table of logits a head."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 24, 48, 96, 128, 160)
        layers = [_layer(a, b) for a, b in pairwise(widths)]
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(160 * 16, 256), nn.SiLU())
        self.heads = nn.ModuleDict({n: nn.Linear(256, len(c)) for n, c in HEADS.items()})

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """Return logits (B, choices) by head."""
        features = self.body(pictures)
        return {name: head(features) for name, head in self.heads.items()}

    @torch.no_grad()
    def read(self, pictures: Tensor) -> list[dict[str, str]]:
        """What each head says of each picture."""
        logits = self(pictures)
        chosen = {name: table.argmax(1).tolist() for name, table in logits.items()}
        return [
            {name: HEADS[name][indices[i]] for name, indices in chosen.items()}
            for i in range(len(pictures))
        ]


def classifier_loss(logits: dict[str, Tensor], critters: list[Critter]) -> Tensor:
    """The sum of the heads' cross entropies."""
    wanted = [labels(c) for c in critters]
    total = next(iter(logits.values())).new_zeros(())
    for name, table in logits.items():
        indices = [HEADS[name].index(w[name]) for w in wanted]
        total = total + functional.cross_entropy(table, torch.tensor(indices, device=table.device))
    return total


def soften(pictures: Tensor) -> Tensor:
    """Blur and grain every other picture. Shape kept."""
    small = functional.avg_pool2d(pictures[::2], 2)
    blurred = functional.interpolate(small, scale_factor=2, mode="bilinear")
    softened = pictures.clone()
    softened[::2] = blurred + 0.08 * torch.randn_like(blurred)
    return softened


def _layer(inside: int, outside: int) -> nn.Sequential:
    """Halve the picture, and mix."""
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride=2, padding=1),
        nn.BatchNorm2d(outside),
        nn.SiLU(),
    )
