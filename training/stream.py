"""An endless stream of drawn pictures, of which training sees a window that moves on.

Picture k depends on the seed and on k alone, and so does the window at a step: a resumed run sees
what an unbroken one would have seen.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from training.critter import Critter, sample_training
from training.picture import pixels

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T")


def rng_of(*key: int | str) -> random.Random:
    """A generator of its own for each key."""
    return random.Random(":".join(map(str, key)))


def picture(seed: int, index: int) -> tuple[Critter, np.ndarray]:
    """Draw picture `index` of the stream: the critter, and (3, SIZE, SIZE) uint8."""
    rng = rng_of("picture", seed, index)
    critter = sample_training(rng)
    return critter, pixels(critter, rng)


class Window(Generic[T]):
    """The last `size` things of a stream, `fresh` of them new at every step.

    `make` gives the things from one index up to, and not with, another.
    """

    def __init__(self, make: Callable[[int, int], list[T]], size: int, fresh: int, step: int):
        self.make, self.fresh = make, fresh
        self.end = step * fresh + size
        self.things: deque[T] = deque(make(step * fresh, self.end), maxlen=size)

    def advance(self) -> None:
        """Let the oldest go and take the next."""
        self.things.extend(self.make(self.end, self.end + self.fresh))
        self.end += self.fresh
