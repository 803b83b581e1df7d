"""SA-Solver: its weights, its order, and what is left of it where it is simpler."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import scipy.integrate
import torch

from nodes.lib.samplers import sa_solver as ours
from nodes.lib.samplers.levels import noise_ratio

FAMILIES = pytest.mark.parametrize("sampling", ["eps", "flow"], indirect=True)
BOTH = pytest.mark.parametrize("name", ["sa_solver", "sa_solver_pece"])


def time(sigma, sampling):
    return -math.log(noise_ratio(sigma, sampling))


@FAMILIES
@pytest.mark.parametrize("tau", [0.0, 1.0, 0.4])
@pytest.mark.parametrize("known", [[0.5], [0.5, 0.8], [0.3, 0.5, 0.7, 0.8]])
def test_the_weights_are_the_papers_integrals(known, tau, sampling):
    """Each over exp of (1 + tau^2) times the time, adaptively."""
    sigma, sigma_next, rate = 0.5, 0.3, 1 + tau**2
    places = [time(one, sampling) for one in known]
    start, end = time(sigma, sampling), time(sigma_next, sampling)
    for index, weight in enumerate(ours.weights(known, sigma, sigma_next, sampling, tau)):

        def integrand(at, index=index):
            others = [one for one in places if one != places[index]]
            basis = math.prod((at - one) / (places[index] - one) for one in others)
            return rate * math.exp(rate * (at - end)) * basis

        exact = scipy.integrate.quad(integrand, start, end, epsabs=1e-13)[0]
        assert weight == pytest.approx(sampling.alpha(sigma_next) * exact, rel=1e-9)


@FAMILIES
@BOTH
def test_without_noise_twice_the_steps_divide_the_error_by_six(
    name, sampling, drive, gaussian, start
):
    # of third order, but the first step is of second, once
    high, low = (0.9, 0.1) if sampling.prediction == "flow" else (8.0, 0.2)
    x = start / start.std() * high
    exact = gaussian.flowed(x, high, low)

    def error(steps):
        levels = [high * (low / high) ** (n / steps) for n in range(steps + 1)]
        return (drive(name, x, levels, gaussian.denoised, eta=0.0) - exact).abs().max()

    assert error(40) / error(80) > 6
    assert error(80) < 1e-3


@FAMILIES
@BOTH
def test_with_noise_all_the_way_the_mean_follows_the_drift(
    name, sampling, drive, wavy, start, monkeypatch
):
    """That of the reverse SDE, Song et al. 2021, arXiv:2011.13456, eq. 6, to 1e-9."""
    monkeypatch.setattr(ours, "NOISY", (0.0, 1.0))
    high, low = (0.9, 0.1) if sampling.prediction == "flow" else (8.0, 0.2)
    x = start / start.std() * high

    def drift(r, y):
        alpha = 1 / (1 + r) if sampling.prediction == "flow" else 1.0
        return 2 * (y - wavy(torch.from_numpy(alpha * y), alpha * r).numpy()) / r

    alphas = sampling.alpha(high), sampling.alpha(low)
    ends, flat = (high / alphas[0], low / alphas[1]), (x / alphas[0]).flatten().numpy()
    path = scipy.integrate.solve_ivp(drift, ends, flat, method="DOP853", rtol=1e-9, atol=1e-9)
    exact = torch.from_numpy(path.y[:, -1] * alphas[1]).reshape(x.shape)

    def error(steps):
        levels = [high * (low / high) ** (n / steps) for n in range(steps + 1)]
        return (drive(name, x, levels, wavy) - exact).abs().max()

    assert error(80) / error(160) > 0.85 * 2**2
    assert error(160) < 0.05


class Once:
    """Ones, counted."""

    def __init__(self, x):
        self.x, self.asked = x, []

    def __call__(self, sigma, sigma_next):
        self.asked.append((sigma, sigma_next))
        return torch.ones_like(self.x)


@FAMILIES
@BOTH
def test_noise_is_drawn_once_for_each_step_to_a_level_in_the_middle(
    name, sampling, drive, wavy, start
):
    from nodes.lib.schedules import sigmas

    levels, noise = sigmas(sampling, "sgm_uniform", 20).tolist(), Once(start)
    drive(name, start, levels, wavy, noise)
    high, low = sampling.sigma_at(0.2), sampling.sigma_at(0.8)
    steps = [step for step in pairwise(levels) if high >= step[1] >= low]
    assert noise.asked == steps
    assert 10 < len(steps) < 14


def test_pece_asks_twice_a_step_but_in_the_first(drive, wavy, start):
    asked = []

    def counted(x, sigma):
        asked.append(sigma)
        return wavy(x, sigma)

    drive("sa_solver_pece", start, [8.0, 4.0, 2.0, 1.0, 0.0], counted)
    assert asked == [8.0, 4.0, 4.0, 2.0, 2.0, 1.0, 1.0]
