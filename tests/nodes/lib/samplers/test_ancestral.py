from __future__ import annotations

import math

import pytest
import torch

from nodes.lib.samplers.ancestral import descent


@pytest.mark.parametrize("sampling", ["eps", "flow"], indirect=True)
@pytest.mark.parametrize(("sigma", "sigma_next"), [(0.9, 0.7), (0.5, 0.1), (0.2, 0.19)])
def test_down_and_up_again_gives_the_shares_of_the_next_sigma(sampling, sigma, sigma_next):
    down = descent(sigma, sigma_next, sampling)
    assert down.sigma < sigma_next
    signal = sampling.alpha(down.sigma) * down.shrink
    noise = math.hypot(down.sigma * down.shrink, down.renoise)
    assert (signal, noise) == pytest.approx((sampling.alpha(sigma_next), sigma_next), rel=1e-12)


def test_dpmpp_2s_ancestral_is_the_published_step_in_lambda(drive, wavy, start):
    high, low = 10.0, 4.0
    up = math.sqrt(low**2 * (high**2 - low**2) / high**2)
    lambda_high, lambda_down = -math.log(high), -math.log(math.sqrt(low**2 - up**2))
    h = lambda_down - lambda_high
    middle = math.exp(-(lambda_high + h / 2))
    u = middle / high * start - math.expm1(-h / 2) * wavy(start, high)
    moved = math.exp(-lambda_down) / high * start - math.expm1(-h) * wavy(u, middle)
    noise = torch.ones_like(start)
    got = drive("dpmpp_2s_ancestral", start, [high, low], wavy, lambda *_: noise)
    torch.testing.assert_close(got, moved + up * noise, rtol=0, atol=1e-12)
