from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.integrate

from nodes.lib.samplers.adams import even_weights, sigma_weights, time_weights, vp_rate, vp_time

KNOWN = [3.0, 4.5, 7.0, 12.0]
"""Newest first."""


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_lms_weights_integrate_polynomials_in_sigma_exactly(order):
    known, sigma_next = KNOWN[:order], 1.5
    for power in range(order):
        got = sum(
            weight * sigma**power
            for weight, sigma in zip(sigma_weights(known, sigma_next), known, strict=True)
        )
        exact = (sigma_next ** (power + 1) - known[0] ** (power + 1)) / (power + 1)
        assert got == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_even_weights_are_exact_for_equal_steps(order):
    known = [3.0 + i for i in range(order)]
    assert even_weights(known, 2.0) == pytest.approx(sigma_weights(known, 2.0), rel=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("sigma_next", [2.9, 0.03])
def test_deis_weights_integrate_polynomials_in_time(order, sigma_next):
    known = KNOWN[:order]
    for power in range(order):
        got = sum(
            weight * vp_time(sigma) ** power
            for weight, sigma in zip(time_weights(known, sigma_next), known, strict=True)
        )
        exact, _ = scipy.integrate.quad(lambda s, p=power: vp_time(s) ** p, known[0], sigma_next)
        assert got == pytest.approx(exact, rel=1e-6)


def test_the_variance_preserving_time_runs_from_a_thousandth_to_one():
    assert vp_time(0.002) == pytest.approx(0.001, rel=1e-9)
    assert vp_time(80.0) == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize("sigma", [0.05, 1.0, 14.6])
def test_the_rate_is_the_slope_of_sigma_over_time(sigma):
    slope = 2e-6 * sigma / (vp_time(sigma * (1 + 1e-6)) - vp_time(sigma * (1 - 1e-6)))
    assert vp_rate(np.array(vp_time(sigma))).item() == pytest.approx(slope, rel=1e-6)
    assert math.isfinite(slope)
