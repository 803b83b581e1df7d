from __future__ import annotations

import math

import pytest
import scipy.integrate
import torch

from nodes.lib.samplers.er_sde import first, scale, second


@pytest.mark.parametrize(("ratio", "ratio_next"), [(14.6, 9.0), (2.0, 0.7), (0.3, 0.03)])
def test_the_weights_are_the_papers_integrals(ratio, ratio_next):
    whole, _ = scipy.integrate.quad(lambda one: 1 / scale(one), ratio_next, ratio)
    bent, _ = scipy.integrate.quad(lambda one: (one - ratio) / scale(one), ratio_next, ratio)
    step = ratio_next - ratio
    expected = step + scale(ratio_next) * whole, step**2 / 2 + scale(ratio_next) * bent
    got = first(ratio, ratio_next), second(ratio, ratio_next)
    assert got == pytest.approx(expected, rel=1e-9, abs=1e-12)


def slope(ratio):
    """The derivative of log scale."""
    power = math.exp(ratio**0.3)
    return 1 / ratio + power * 0.3 * ratio**-0.7 / (power + 10)


def drifted(x, sigma, sigma_next, sampling, denoised):
    """Where the mean goes: dy/dr = (log scale)' (y - x0) in y = x / alpha and r = sigma / alpha."""
    flow = sampling.prediction == "flow"

    def drift(r, y):
        alpha = 1 / (1 + r) if flow else 1.0
        return slope(r) * (y - denoised(torch.from_numpy(alpha * y), alpha * r).numpy())

    alpha, alpha_next = sampling.alpha(sigma), sampling.alpha(sigma_next)
    ends, flat = (sigma / alpha, sigma_next / alpha_next), (x / alpha).flatten().numpy()
    path = scipy.integrate.solve_ivp(drift, ends, flat, method="DOP853", rtol=1e-10, atol=1e-10)
    return torch.from_numpy(path.y[:, -1] * alpha_next).reshape(x.shape)


@pytest.mark.parametrize("sampling", ["eps", "flow"], indirect=True)
@pytest.mark.parametrize(("order", "expected"), [(1, 1), (2, 2), (3, 2)])
def test_without_noise_it_follows_the_drift(order, expected, sampling, drive, wavy, start):
    high, low = (0.9, 0.1) if sampling.prediction == "flow" else (8.0, 0.2)
    x = start / start.std() * high
    exact = drifted(x, high, low, sampling, wavy)

    def error(steps):
        levels = [high * (low / high) ** (i / steps) for i in range(steps + 1)]
        return (drive("er_sde", x, levels, wavy, order=order) - exact).abs().max()

    assert error(80) / error(160) > 0.85 * 2**expected
    assert error(160) < 0.1
