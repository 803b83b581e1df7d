"""What a critter is: its attributes, and how they are drawn by lot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.palette import COLORS, SKINS

if TYPE_CHECKING:
    import random

ANIMALS = ("mouse", "cat", "rabbit", "bear", "dog", "fox", "pig", "frog")
HUMANS = ("boy", "girl")
KINDS = ANIMALS + HUMANS
EARS = ("mouse", "cat", "rabbit", "bear", "dog", "fox", "pig")
MOODS = ("happy", "sad", "surprised")
EXTRAS = ("hat", "crown", "glasses", "bow", "scarf")

NATURAL = {
    "mouse": ("gray",),
    "cat": ("orange",),
    "rabbit": ("white",),
    "bear": ("brown",),
    "dog": ("brown",),
    "fox": ("orange",),
    "pig": ("pink",),
    "frog": ("green",),
    "boy": ("black", "brown", "yellow", "orange"),
    "girl": ("black", "brown", "yellow", "orange"),
}

HELD_OUT_FUR = frozenset(
    {
        ("mouse", "green"),
        ("cat", "pink"),
        ("rabbit", "red"),
        ("bear", "purple"),
        ("dog", "yellow"),
        ("fox", "blue"),
        ("pig", "white"),
        ("frog", "black"),
    }
)
HELD_OUT_EARS = frozenset({("boy", "fox"), ("boy", "bear"), ("girl", "dog"), ("girl", "cat")})

_CLASHES = ({"hat", "crown"}, {"bow", "scarf"})


@dataclass(frozen=True, slots=True)
class Critter:
    """Everything about a picture that its caption may name, and the color of the skin."""

    kind: str
    fur: str
    mood: str
    background: str
    ears: str | None = None
    extras: tuple[tuple[str, str], ...] = ()
    skin: int = 0

    @property
    def human(self) -> bool:
        """Whether this is a boy or a girl: fur is then the hair."""
        return self.kind in HUMANS

    @property
    def held_out(self) -> bool:
        """Whether training never shows this combination."""
        return (self.kind, self.fur) in HELD_OUT_FUR or (self.kind, self.ears) in HELD_OUT_EARS


def sample(rng: random.Random) -> Critter:
    """Draw a critter by lot, any combination."""
    kind = rng.choice(KINDS)
    fur = rng.choice(list(COLORS) if rng.random() < 0.65 else NATURAL[kind])
    background = rng.choice([c for c in COLORS if c != fur])
    return Critter(
        kind=kind,
        fur=fur,
        mood=rng.choice(MOODS),
        background=background,
        ears=_ears(kind, rng),
        extras=_extras({fur, background}, rng),
        skin=rng.randrange(len(SKINS)),
    )


def sample_training(rng: random.Random) -> Critter:
    """Draw a critter by lot, leaving out the combinations kept for the evaluation."""
    while (critter := sample(rng)).held_out:
        pass
    return critter


def _ears(kind: str, rng: random.Random) -> str | None:
    if rng.random() > (0.5 if kind in HUMANS else 0.15):
        return None
    return rng.choice([e for e in EARS if e != kind])


def _extras(taken: set[str], rng: random.Random) -> tuple[tuple[str, str], ...]:
    """None, one or two extras, in colors that neither the fur nor the background has."""
    count = rng.choices((0, 1, 2), weights=(28, 60, 12))[0]
    names = rng.sample(EXTRAS, count)
    if set(names) in _CLASHES:
        names = names[:1]
    return tuple((n, rng.choice([c for c in COLORS if c not in taken])) for n in names)
