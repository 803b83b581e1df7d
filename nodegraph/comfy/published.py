"""Noise levels that were published as numbers, and those of Stable Diffusion's own schedule."""

from __future__ import annotations

import math
from functools import cache
from itertools import accumulate

BEST = {
    "SD1": (14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029),
    "SDXL": (14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029),
    "SVD": (700.0, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002),
}
"""Ten steps found best for a model: Sabour et al. 2024, arXiv:2404.14507, from their page."""

TIMES = 1000
BETAS = 0.00085, 0.012
DISTILLED = 10
"""Steps of a turbo model's way, evenly spaced in time."""


@cache
def trained() -> tuple[float, ...]:
    """Return the noise level of each time of training.

    Betas rise linearly in their root from 0.00085 to 0.012: Rombach et al. 2022, arXiv:2112.10752.
    """
    low, high = map(math.sqrt, BETAS)
    betas = ((low + (high - low) * time / (TIMES - 1)) ** 2 for time in range(TIMES))
    kept = accumulate(betas, lambda product, beta: product * (1 - beta), initial=1.0)
    return tuple(math.sqrt((1 - one) / one) for one in list(kept)[1:])


def turbo(steps: int, denoise: float) -> list[float]:
    """Return the levels of a turbo model: times 999, 899 … of which the last share is taken.

    Source: Sauer et al. 2023, arXiv:2311.17042.
    """
    times = [TIMES // DISTILLED * number - 1 for number in range(DISTILLED, 0, -1)]
    first = DISTILLED - int(DISTILLED * denoise)
    return [*(trained()[time] for time in times[first : first + steps]), 0.0]
