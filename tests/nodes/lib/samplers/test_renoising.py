from __future__ import annotations

import pytest
import torch


class Constant:
    def __init__(self, value):
        self.value = value

    def __call__(self, sigma, sigma_next):
        return self.value


@pytest.mark.parametrize("sampling", ["eps", "flow"], indirect=True)
def test_lcm_noises_each_estimate_afresh(sampling, drive, wavy, start):
    noise, (high, low) = torch.ones_like(start), (0.9, 0.3)
    estimate = wavy(start, high)
    expected = wavy(sampling.alpha(low) * estimate + low * noise, low)
    got = drive("lcm", start, [high, low, 0.0], wavy, Constant(noise))
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-12)


def test_ddpm_without_flow_is_euler_ancestral(drive, wavy, start):
    noise, sigmas = torch.ones_like(start), [14.6, 5.0, 1.0, 0.2, 0.0]
    ddpm, ancestral = (
        drive(name, start, sigmas, wavy, Constant(noise)) for name in ("ddpm", "euler_ancestral")
    )
    torch.testing.assert_close(ddpm, ancestral, rtol=0, atol=1e-12)
