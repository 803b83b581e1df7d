"""Noise schedules: which sigmas to visit, from much noise to none."""

import math

import numpy as np
import torch

from nodes.export.functions.models import training_sigmas


def rounded(sigmas):
    """Return sigmas in the precision that networks have, ending in 0."""
    return torch.tensor([*sigmas, 0.0], dtype=torch.float32).tolist()


def sigma_at(model, time):
    """Return the sigma at a time of training that need not be whole."""
    known = training_sigmas(model).log()
    time = min(max(time, 0.0), len(known) - 1.0)
    below, above = known[[math.floor(time), math.ceil(time)]].tolist()
    return math.exp(below + (time - math.floor(time)) * (above - below))


def last_time(model):
    """Return the first time of training that has the most noise."""
    known = training_sigmas(model)
    return int((known < known[-1]).sum())


def normal_sigmas(model, steps):
    """Evenly spaced training times."""
    times = np.linspace(last_time(model), 0, steps).tolist()
    return rounded(sigma_at(model, time) for time in times)


def sgm_uniform_sigmas(model, steps):
    """Evenly spaced training times, the last left out."""
    times = np.linspace(last_time(model), 0, steps + 1).tolist()
    return rounded(sigma_at(model, time) for time in times[:-1])


def karras_sigmas(model, steps):
    """Evenly spaced in sigma^(1/7): Karras et al. 2022, arXiv:2206.00364, eq. 5."""
    ends = [float(training_sigmas(model)[index]) ** (1 / 7.0) for index in (-1, 0)]
    return rounded(root**7.0 for root in np.linspace(*ends, steps).tolist())


def exponential_sigmas(model, steps):
    """Evenly spaced in log sigma."""
    ends = [math.log(float(training_sigmas(model)[index])) for index in (-1, 0)]
    return rounded(math.exp(log) for log in np.linspace(*ends, steps).tolist())


def simple_sigmas(model, steps):
    """Training sigmas at an even stride, from the last."""
    known = training_sigmas(model)
    stride = len(known) / steps
    return rounded(float(known[-(1 + int(index * stride))]) for index in range(steps))


def ddim_uniform_sigmas(model, steps):
    """Training sigmas at a whole stride: Song et al. 2020, arXiv:2010.02502."""
    known = training_sigmas(model)
    return rounded(known[1 :: max(len(known) // steps, 1)].flip(0).tolist())


def beta_sigmas(model, steps):
    """Training times at quantiles of Beta(0.6, 0.6): Lee et al. 2024, arXiv:2407.12173."""
    import scipy.stats

    known = training_sigmas(model)
    places = scipy.stats.beta.ppf(1 - np.arange(steps) / steps, 0.6, 0.6) * (len(known) - 1)
    return rounded(float(known[index]) for index in dict.fromkeys(np.rint(places).astype(int)))


def kl_optimal_sigmas(model, steps):
    """Evenly spaced in arctan sigma: Sabour et al. 2024, arXiv:2404.14507."""
    ends = [math.atan(float(training_sigmas(model)[index])) for index in (-1, 0)]
    return rounded(math.tan(angle) for angle in np.linspace(*ends, steps).tolist())


def without_penultimate(sigmas):
    """Drop the last sigma but one, as suits samplers that evaluate twice a step."""
    return sigmas[:-2] + sigmas[-1:]
