"""Noise levels by their definitions, on arrays of training levels, in float64."""

import numpy as np
from scipy import stats


def trained():
    """Stable Diffusion's 1000 levels: betas linear in their root."""
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    signal = np.cumprod(1 - betas)
    return np.sqrt(1 / signal - 1)


def flowing(shift, count):
    """A flow's levels, leant towards noise by a shift."""
    times = np.arange(1, count + 1) / count
    return 1 / (1 + (1 / times - 1) / shift)


class Diffusion:
    """Times are indices; between them log sigma is interpolated."""

    def __init__(self, levels):
        self.levels = levels
        self.times = (len(levels) - 1.0, 0.0)

    def at(self, times):
        return np.exp(np.interp(times, np.arange(len(self.levels)), np.log(self.levels)))


class Flow:
    """A level is a time already; one that is visited is leant once more."""

    def __init__(self, levels, shift):
        self.levels, self.shift = levels, shift
        self.times = (levels[-1], levels[0])

    def at(self, times):
        return 1 / (1 + (1 / times - 1) / self.shift)


def ended(levels):
    return np.append(levels, 0.0)


def normal(model, steps):
    return ended(model.at(np.linspace(*model.times, steps)))


def sgm_uniform(model, steps):
    return ended(model.at(np.linspace(*model.times, steps + 1)[:steps]))


def simple(model, steps):
    count = len(model.levels)
    return ended([model.levels[count - 1 - int(n * (count / steps))] for n in range(steps)])


def ddim_uniform(model, steps):
    stride = len(model.levels) // steps
    return ended(model.levels[1::stride][::-1])


def karras(model, steps):
    ramp = np.linspace(0, 1, steps)
    low, high = model.levels[[0, -1]] ** (1 / 7)
    return ended((high + ramp * (low - high)) ** 7)


def exponential(model, steps):
    return ended(np.geomspace(model.levels[-1], model.levels[0], steps))


def beta(model, steps):
    quantiles = stats.beta(0.6, 0.6).ppf(1 - np.linspace(0, 1, steps, endpoint=False))
    places = np.rint(quantiles * (len(model.levels) - 1)).astype(int)
    return ended(model.levels[np.sort(np.unique(places))[::-1]])


def linear_quadratic(model, steps):
    half = steps // 2
    line = np.arange(half) * 0.025 / half
    slope, left = 0.025 / half, steps - half
    bend = (0.975 - slope * left) / left**2
    rest = 0.025 + slope * np.arange(left) + bend * np.arange(left) ** 2
    return ended((1 - np.concatenate([line, rest])) * model.levels[-1])


def kl_optimal(model, steps):
    return ended(np.tan(np.linspace(*np.arctan(model.levels[[-1, 0]]), steps)))


SCHEDULES = {
    one.__name__: one
    for one in (
        normal,
        sgm_uniform,
        simple,
        ddim_uniform,
        karras,
        exponential,
        beta,
        linear_quadratic,
        kl_optimal,
    )
}
