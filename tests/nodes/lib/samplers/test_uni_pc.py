from __future__ import annotations

import pytest
import torch

from nodes.lib.samplers.uni_pc import Estimate, advanced, weights
from nodes.lib.stepper import Stepper


@pytest.mark.parametrize("places", [[-1.0, 1.0], [-2.0, -0.7, 1.0]])
def test_weights_meet_the_order_conditions(places):
    h = 0.3
    for k in range(1, len(places) + 1):
        met = sum(w * place ** (k - 1) for w, place in zip(weights(places, h), places, strict=True))
        # k! * phi_{k+1}(-h) as its integral over the step
        points = (torch.arange(100_000, dtype=torch.float64) + 0.5) / 100_000
        phi = (torch.exp(-h * (1 - points)) * points**k).mean().item()
        assert met == pytest.approx(phi, rel=1e-6)


def test_a_constant_estimate_is_followed_exactly():
    x, x0 = torch.full((1,), 5.0), torch.full((1,), 2.0)
    others = [Estimate(3.0, x0), Estimate(1.0, x0)]
    got = advanced(x, 1.0, Estimate(2.0, x0), others)
    assert got.item() == pytest.approx(2.0 + 0.5 * 3.0)


def test_a_change_to_x_at_any_turn_reaches_the_result(sampling):
    # the corrector starts over from the x before; the change must survive that
    results = []
    for push in (0.0, 1.0):
        stepper = Stepper("uni_pc", sampling, [8.0, 4.0, 2.0, 1.0, 0.5], torch.zeros(1), 0)
        while not stepper.done:
            stepper.x = stepper.x + push * (stepper.sigma == 2.0)
            stepper.advance(torch.zeros(1))
        results.append(stepper.x.item())
    assert results[1] - results[0] == pytest.approx(0.5 / 2.0)
