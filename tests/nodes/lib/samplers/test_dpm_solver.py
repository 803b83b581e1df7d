"""DPM-Solver's own levels: its order, its tolerance, and what they cost."""

from __future__ import annotations

import math

import pytest
import torch

from nodes.lib.samplers.dpm_solver import NoStepError, third

FAMILIES = pytest.mark.parametrize("sampling", ["eps", "flow"], indirect=True)


def stepped(solver, denoised):
    answer = None
    while True:
        try:
            asked = solver.send(answer)
        except StopIteration as end:
            return end.value
        answer = asked.x, denoised(asked.x, asked.sigma)


@FAMILIES
def test_a_step_is_of_third_order_and_its_neighbor_of_second(sampling, gaussian, start):
    sigma, errors = 0.8, []
    x = start / start.std() * sigma
    for h in (0.2, 0.1):
        ahead = sigma * math.exp(-h)
        here = (x - gaussian.denoised(x, sigma)) / sigma
        found = stepped(third(x, here, sigma, ahead, (0, 0)), gaussian.denoised)
        exact = gaussian.flowed(x, sigma, ahead)
        errors.append([(one - exact).abs().max().item() for one in (found.x, found.low)])
    (high, low), (high_half, low_half) = errors
    assert high / high_half > 0.8 * 2**4  # of one step, so one order more
    assert low / low_half > 0.8 * 2**3


@pytest.mark.parametrize("steps", range(1, 8))
def test_fast_asks_as_often_as_the_schedule_has_steps(steps, drive, wavy, start):
    levels, asked = [8.0 * 0.5**n for n in range(steps)] + [0.0], []

    def counted(x, sigma):
        asked.append(sigma)
        return wavy(x, sigma)

    drive("dpm_fast", start, levels, counted)
    assert len(asked) == steps
    assert asked[0] == 8.0


@FAMILIES
def test_fast_is_of_third_order(sampling, drive, gaussian, start):
    # numbers of steps after which there is one of second order at the end, not of first
    high, low = (0.9, 0.1) if sampling.prediction == "flow" else (8.0, 0.2)
    x = start / start.std() * high
    exact = gaussian.flowed(x, high, low)
    errors = [
        (drive("dpm_fast", x, [high, *[1.0] * (steps - 1), low], gaussian.denoised) - exact)
        .abs()
        .max()
        for steps in (80, 161)
    ]
    assert errors[0] / errors[1] > 0.85 * 2**3
    assert errors[1] < 1e-3


def test_fast_and_adaptive_see_the_ends_of_a_schedule_alone(drive, wavy, start):
    for name in ("dpm_fast", "dpm_adaptive"):
        one = drive(name, start, [8.0, 5.0, 3.0, 0.5, 0.0], wavy)
        other = drive(name, start, [8.0, 7.0, 2.0, 0.5], wavy)
        assert torch.equal(one, other) is (name == "dpm_adaptive")
        assert one.isfinite().all()


@FAMILIES
def test_adaptive_keeps_its_tolerance_and_a_finer_one_costs_more(sampling, drive, gaussian, start):
    high, low = (0.95, 0.05) if sampling.prediction == "flow" else (14.6, 0.03)
    x, found = start / start.std() * high, []
    exact = gaussian.flowed(x, high, low)
    for tolerance in (0.05, 0.005, 0.0005):
        asked = []

        def counted(x, sigma, asked=asked):
            asked.append(sigma)
            return gaussian.denoised(x, sigma)

        options = {"rtol": tolerance, "atol": tolerance / 6}
        got = drive("dpm_adaptive", x, [high, 1.0, low], counted, **options)
        error = (got - exact).abs().max() / max(exact.abs().max(), 1)
        assert error < 6 * tolerance  # what its steps may be off adds up
        found.append((error, len(asked)))
    assert found[0][0] > found[1][0] > found[2][0]
    assert found[0][1] < found[1][1] < found[2][1]


def test_adaptive_walks_up_too_and_comes_back(drive, gaussian, start):
    x = start / 14.6 * 0.6 + 0.4
    options = {"rtol": 1e-4, "atol": 1e-4}
    up = drive("dpm_adaptive", x, [0.1, 1.0, 10.0], gaussian.denoised, **options)
    back = drive("dpm_adaptive", up, [10.0, 1.0, 0.1], gaussian.denoised, **options)
    torch.testing.assert_close(back, x, rtol=0, atol=5e-3)


def test_adaptive_gives_up_where_no_step_is_small_enough(drive, start):
    with pytest.raises(NoStepError, match="no step that is small enough at sigma 8; raise rtol"):
        drive("dpm_adaptive", start, [8.0, 1.0], lambda x, sigma: x * math.nan)
