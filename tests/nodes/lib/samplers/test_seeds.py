from __future__ import annotations

import math

import pytest
import torch

from nodes.lib.samplers.levels import posterior


class Axes:
    """Draws that can be told apart: each its own unit vector."""

    def __init__(self):
        self.count = 0

    def __call__(self, sigma, sigma_next):
        self.count += 1
        return torch.eye(8, dtype=torch.float64)[self.count - 1].reshape(1, 1, 1, 8)


@pytest.mark.parametrize("sampling", ["eps", "flow"], indirect=True)
@pytest.mark.parametrize(("name", "draws"), [("seeds_2", 2), ("seeds_3", 3)])
@pytest.mark.parametrize("eta", [1.0, 0.4])
def test_the_noise_of_an_interval_has_the_variance_of_one_draw(name, draws, eta, sampling, drive):
    nothing, noise = torch.zeros(1, 1, 1, 8, dtype=torch.float64), Axes()
    got = drive(name, nothing, [0.9, 0.3], lambda x, sigma: nothing, noise, eta=eta)
    expected = posterior(0.9, 0.3, sampling, eta).renoise
    assert got.norm().item() == pytest.approx(expected, rel=1e-12)
    assert noise.count == draws


def test_seeds_3_is_exact_where_x0_is_a_line_in_log_noise(drive, start):
    high, low = 6.0, 1.5
    h = math.log(high / low)

    def line(x, sigma):
        return torch.full_like(x, 0.3 + 0.2 * math.log(high / sigma))

    # the integral of 2 exp(-2 (h - l)) (0.3 + 0.2 l) over l from 0 to h
    integral = 0.3 * (1 - math.exp(-2 * h)) + 0.2 * (h - 0.5 * (1 - math.exp(-2 * h)))
    got = drive("seeds_3", start, [high, low], line)
    expected = (low / high) ** 2 * start + integral
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-12)
