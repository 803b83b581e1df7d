"""What the autoencoder learns from: random crops of drawn pictures, and its loss."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from training.picture import SIZE
from training.stream import Window, picture, rng_of

CROP = 64


class Crops:
    """An endless supply of crops from a window of the stream of pictures."""

    def __init__(self, seed: int, *, size: int, fresh: int, step: int) -> None:
        self.seed = seed
        self.window = Window(self._draw, size, fresh, step)

    def _draw(self, start: int, end: int) -> list[np.ndarray]:
        return [picture(self.seed, k)[1] for k in range(start, end)]

    def batch(self, count: int, step: int) -> Tensor:
        """Return (count, 3, CROP, CROP) in -1..1."""
        rng = rng_of("crops", self.seed, step)
        crops = []
        for _ in range(count):
            y, x = (rng.randrange(SIZE - CROP + 1) for _ in range(2))
            whole = self.window.things[rng.randrange(len(self.window.things))]
            crops.append(whole[:, y : y + CROP, x : x + CROP])
        self.window.advance()
        return to_signed(np.stack(crops))


def to_signed(pictures: np.ndarray) -> Tensor:
    """Turn uint8 pictures of any shape into float32 in -1..1."""
    return torch.from_numpy(pictures).float() / 127.5 - 1


def picture_loss(made: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """The loss, and the mean distance of the pixels alone (0-2). Shapes: both (B, 3, h, w).

    Beside the distance, that of the differences between neighbours keeps lines, and that of the
    means over 8 x 8 pixels makes colors come early.
    """
    error = made - wanted
    distance = error.abs().mean()
    across = (error[..., 1:] - error[..., :-1]).abs().mean()
    down = (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    color = avg_pool2d(error, 8)
    color = color.abs().mean() + color.square().mean()
    return distance + 0.5 * (across + down) + color, distance
