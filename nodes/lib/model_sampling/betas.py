"""How much noise each training step added: the betas of a diffusers scheduler config.

Sources: Ho et al. 2020, arXiv:2006.11239 (linear); Rombach et al. 2022, arXiv:2112.10752
(scaled linear); Nichol & Dhariwal 2021, arXiv:2102.09672, eq. 17 (squared cosine).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch

from nodegraph.errors import UnknownChoiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

LAST_ALPHA = 2**-24
"""Zero terminal SNR ends here rather than at 0, where sigma would be infinite."""


def linear(start: float, end: float, count: int) -> Tensor:
    """Evenly spaced."""
    return torch.linspace(start, end, count, dtype=torch.float64)


def scaled_linear(start: float, end: float, count: int) -> Tensor:
    """Evenly spaced square roots: Stable Diffusion's."""
    return linear(math.sqrt(start), math.sqrt(end), count) ** 2


def squared_cosine(_start: float, _end: float, count: int) -> Tensor:
    """So that the signal's share falls as a squared cosine; no beta above 0.999."""
    times = linear(0, 1, count + 1)
    signal = torch.cos((times + 0.008) / 1.008 * math.pi / 2) ** 2
    return (1 - signal[1:] / signal[:-1]).clamp(max=0.999)


BETA_SCHEDULES: dict[str, Callable[[float, float, int], Tensor]] = {
    "linear": linear,
    "scaled_linear": scaled_linear,
    "squaredcos_cap_v2": squared_cosine,
}


def alphas_cumprod(config: Mapping[str, Any]) -> Tensor:
    """Return the (N,) float64 shares of signal variance left at each training timestep."""
    left = torch.cumprod(1 - _betas(config), dim=0)
    return zero_terminal_snr(left) if config.get("rescale_betas_zero_snr") else left


def zero_terminal_snr(alphas: Tensor) -> Tensor:
    """Shift and scale (N,) signal shares so that the last step is pure noise.

    Source: Lin et al. 2023, arXiv:2305.08891, algorithm 1.
    """
    root = alphas.sqrt()
    rescaled = ((root - root[-1]) * root[0] / (root[0] - root[-1])) ** 2
    return rescaled.clamp(min=LAST_ALPHA)


def _betas(config: Mapping[str, Any]) -> Tensor:
    """The config's own betas, or those of its named schedule with diffusers' defaults."""
    if config.get("trained_betas") is not None:
        return torch.tensor(config["trained_betas"], dtype=torch.float64)
    name = config.get("beta_schedule", "linear")
    if name not in BETA_SCHEDULES:
        raise UnknownChoiceError("beta schedule", name, BETA_SCHEDULES)
    start, end = config.get("beta_start", 0.0001), config.get("beta_end", 0.02)
    return BETA_SCHEDULES[name](start, end, config.get("num_train_timesteps", 1000))
