"""CFG++ against its formula, and against the samplers it changes."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch

from nodes.lib.samplers import SAMPLERS

FAMILIES = pytest.mark.parametrize("sampling", ["eps", "flow"], indirect=True)
LEVELS = [0.95, 0.6, 0.3, 0.1, 0.0]
NAMES = [name for name, spec in SAMPLERS.items() if spec.cfg_pp]


class Drawn:
    """The same draws every time."""

    def __init__(self, x):
        self.x, self.generator = x, torch.Generator().manual_seed(5)

    def __call__(self, sigma, sigma_next):
        return torch.randn(self.x.shape, generator=self.generator, dtype=self.x.dtype)


@pytest.fixture
def other(wavy):
    """What is seen without the prompt."""
    return lambda x, sigma: 0.5 * wavy(x + 0.3, sigma) - 0.1


def test_there_are_seven():
    assert len(NAMES) == 7


@FAMILIES
@pytest.mark.parametrize("name", NAMES)
def test_where_guidance_does_nothing_it_is_the_sampler_without(name, sampling, drive, wavy, start):
    got = drive(name, start, LEVELS, wavy, Drawn(start))
    plain = name.removesuffix("_cfg_pp")
    if plain == "euler_ancestral" and sampling.prediction == "flow":
        plain = "ddpm"  # noise as in DDIM, per unit of signal
    expected = drive(plain, start, LEVELS, wavy, Drawn(start))
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_end_is_the_guided_estimate(name, drive, wavy, other, start):
    seen = []

    def guided(x, sigma):
        seen.append(wavy(x, sigma))
        return seen[-1]

    got = drive(name, start, LEVELS, guided, Drawn(start), other)
    assert torch.equal(got, seen[-1])


@FAMILIES
@pytest.mark.parametrize(("name", "eta"), [("euler_cfg_pp", 0.0), ("euler_ancestral_cfg_pp", 0.7)])
def test_euler_is_ddim_with_x0_guided_and_noise_that_is_not(
    name, eta, sampling, drive, wavy, other, start
):
    """Algorithm 2 of the paper, with DDIM's noise, in the variance preserving process' x."""
    x, noise = start, Drawn(start)
    for sigma, sigma_next in pairwise(LEVELS[:-1]):
        a, b = (math.hypot(sampling.alpha(one), one) for one in (sigma, sigma_next))
        signal, signal_next = sampling.alpha(sigma) / a, sampling.alpha(sigma_next) / b
        eps = (x / a - signal * other(x, sigma)) / math.sqrt(1 - signal**2)
        ratio = (1 - signal_next**2) / (1 - signal**2)
        spread = eta * math.sqrt(ratio * (1 - signal**2 / signal_next**2))
        straight = math.sqrt(1 - signal_next**2 - spread**2)
        x = b * (signal_next * wavy(x, sigma) + straight * eps)
        x = x + b * spread * noise(sigma, sigma_next) if eta else x
    options = {"eta": eta} if eta else {}
    got = drive(name, start, LEVELS[:-1], wavy, Drawn(start), other, **options)
    torch.testing.assert_close(got, x, rtol=0, atol=1e-12)


@FAMILIES
def test_2s_walks_along_the_negative_and_moves_x0_by_guidance(sampling, drive, wavy, other, start):
    high, low = 0.9, 0.4
    asked = []

    def negative(x, sigma):
        asked.append(sigma)
        return other(x, sigma)

    ones = lambda *_: torch.ones_like(start)  # noqa: E731
    x, levels = start, [high, low]
    got = drive("dpmpp_2s_ancestral_cfg_pp", x, levels, wavy, ones, negative)
    plain = drive("dpmpp_2s_ancestral", x, levels, other, ones)
    expected = plain + sampling.alpha(low) * (wavy(x, high) - other(x, high))
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-12)
    assert len(asked) == 2


def test_an_exact_network_guided_by_nothing_is_followed_to_the_datas_spread(drive, gaussian):
    """A share of 1 of guidance is the text's own estimate; its noise is the negative's."""
    levels = [14.6 * (0.02 / 14.6) ** (n / 199) for n in range(200)] + [0.0]
    generator = torch.Generator().manual_seed(1)
    x = 0.4 + torch.randn(1, 1, 64, 64, generator=generator) * gaussian.variance(14.6) ** 0.5
    got = drive("euler_ancestral_cfg_pp", x, levels, gaussian.denoised, Drawn(x))
    assert got.mean().item() == pytest.approx(0.4, abs=0.04)
    assert got.std().item() == pytest.approx(0.6, rel=0.05)


def test_pure_noise_of_a_flow_may_be_left_with_any_eta():
    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.samplers.levels import ancestral

    flow = ModelSampling.flow(3.0)
    for eta in (0.0, 0.3, 2.0):
        at, near = (ancestral(sigma, 0.8, flow, eta) for sigma in (1.0, 1 - 1e-9))
        assert at == pytest.approx(near, abs=1e-6)
