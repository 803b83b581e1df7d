"""What samplers can be told: the limits meet other samplers."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from nodegraph.errors import ParamError
from nodes.lib.noise import noise_source
from nodes.lib.samplers import SAMPLERS
from nodes.lib.samplers.options import known, told
from nodes.types import Sampler

FAMILIES = pytest.mark.parametrize("sampling", ["eps", "flow"], indirect=True)
LEVELS = [0.9, 0.6, 0.3, 0.1, 0.0]


@pytest.mark.parametrize(
    ("name", "other"),
    [("euler_ancestral", "euler"), ("dpm_2_ancestral", "dpm_2"), ("dpmpp_2m_sde", "dpmpp_2m")],
)
def test_without_noise_put_back_a_sampler_is_its_deterministic_kin(name, other, drive, wavy, start):
    got = drive(name, start, LEVELS, wavy, lambda *_: torch.ones_like(start), eta=0.0)
    expected = drive(other, start, LEVELS, wavy)
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-12)


@FAMILIES
def test_without_noise_the_solvers_that_look_halfway_are_one(drive, wavy, start):
    first, *others = (
        drive(name, start, LEVELS, wavy, lambda *_: torch.ones_like(start), eta=0.0)
        for name in ("dpmpp_2s_ancestral", "dpmpp_sde", "seeds_2")
    )
    for other in others:
        torch.testing.assert_close(other, first, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", [name for name, spec in SAMPLERS.items() if "eta" in spec.options])
@FAMILIES
def test_an_eta_of_1_is_as_usual_bit_by_bit(name, drive, wavy, start):
    first, second = (noise_source(SAMPLERS[name].noise, start, LEVELS, 3) for _ in range(2))
    usual = drive(name, start, LEVELS, wavy, first)
    assert torch.equal(drive(name, start, LEVELS, wavy, second, eta=1.0, s_noise=1.0), usual)


@pytest.mark.parametrize("name", ["euler_ancestral", "dpmpp_sde", "dpmpp_2m_sde"])
@FAMILIES
def test_any_eta_ends_with_the_variance_of_the_data(name, sampling, drive, gaussian):
    # 16,384 samples: four standard errors, and what 300 steps leave
    high, low = (0.98, 0.01) if sampling.prediction == "flow" else (14.6, 0.03)
    levels = [high * (low / high) ** (i / 299) for i in range(300)] + [0.0]
    x = torch.randn(1, 1, 128, 128, generator=torch.Generator().manual_seed(1))
    x = sampling.alpha(high) * 0.4 + x * gaussian.variance(high) ** 0.5
    source = noise_source(SAMPLERS[name].noise, x, levels, 3)
    got = drive(name, x, levels, gaussian.denoised, source, eta=0.5)
    assert got.mean().item() == pytest.approx(0.4, abs=0.03)
    assert got.std().item() == pytest.approx(0.6, rel=0.04)


def test_the_name_with_heun_is_the_option(drive, wavy, start):
    first, second = (noise_source("brownian", start, LEVELS, 3) for _ in range(2))
    named = drive("dpmpp_2m_sde_heun", start, LEVELS, wavy, first)
    assert torch.equal(
        drive("dpmpp_2m_sde", start, LEVELS, wavy, second, solver_type="heun"), named
    )


@pytest.mark.parametrize("name", ["lms", "ipndm", "deis"])
def test_an_order_of_one_is_euler(name, drive, wavy, start):
    got = drive(name, start, LEVELS, wavy, order=1)
    torch.testing.assert_close(got, drive("euler", start, LEVELS, wavy), rtol=0, atol=1e-12)


def test_continued_noise_goes_on_where_the_first_was_drawn():
    x = torch.zeros(2, 4, 8, 8)
    generator = torch.Generator().manual_seed(7)
    expected = [torch.randn(x.shape, generator=generator) for _ in range(3)][1:]
    source = noise_source("continued", x, [1.0, 0.0], 7)
    assert all(torch.equal(source(1.0, 0.0), one) for one in expected)


def test_gradient_estimation_walks_along_twice_the_slope_less_the_last(drive, wavy, start):
    x, last = start, None
    for sigma, sigma_next in pairwise(LEVELS[:-1]):
        slope = (x - wavy(x, sigma)) / sigma
        mean = slope if last is None else 2 * slope - last
        x, last = x + mean * (sigma_next - sigma), slope
    got = drive("gradient_estimation", start, LEVELS[:-1], wavy)
    torch.testing.assert_close(got, x, rtol=0, atol=1e-12)


def test_heunpp2_weighs_slopes_by_the_noise_at_them(drive, wavy, start):
    a, b, c, d = levels = [8.0, 4.0, 2.0, 1.0]

    def slope(x, sigma):
        return (x - wavy(x, sigma)) / sigma

    one = slope(start, a)
    second = start + one * (b - a)
    two = slope(second, b)
    three = slope(second + two * (c - b), c)
    weights = 1 - b / (3 * a) - c / (3 * a), b / (3 * a), c / (3 * a)
    x = start + (weights[0] * one + weights[1] * two + weights[2] * three) * (b - a)
    one = slope(x, b)
    two = slope(x + one * (c - b), c)
    x = x + (one * (1 - c / (2 * a)) + two * (c / (2 * a))) * (c - b)
    x = x + slope(x, c) * (d - c)
    got = drive("heunpp2", start, levels, wavy)
    torch.testing.assert_close(got, x, rtol=0, atol=1e-12)


@pytest.mark.parametrize("sampling", ["flow"], indirect=True)
def test_a_flow_is_not_churned(drive, wavy, start):
    with pytest.raises(ParamError, match="flow models cannot be churned"):
        drive("euler", start, LEVELS, wavy, s_churn=1.0)


def test_an_option_a_sampler_does_not_know_says_which_do():
    with pytest.raises(ParamError, match=r"euler knows no eta.*choose one of euler_ancestral, "):
        told(Sampler("euler"), {"eta": 0.5})


def test_options_add_up():
    once = told(Sampler("euler_ancestral"), {"eta": 0.5})
    assert told(once, {"s_noise": 1.1}).options == {"eta": 0.5, "s_noise": 1.1}
    assert "noise" in known("euler_ancestral")
