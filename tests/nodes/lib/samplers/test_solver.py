from __future__ import annotations

import pytest
import scipy.integrate
import torch

from nodes.lib.samplers.solver import toward

FAMILIES = pytest.mark.parametrize("sampling", ["eps", "flow"], indirect=True)

ORDERS = {
    "euler": 1,
    "ddim": 1,
    "heun": 2,
    "dpm_2": 2,
    "lms": 2,  # its first step is Euler's, and that error stays
    "deis": 2,
    "ipndm": 1,  # its weights are those of equal steps
    "dpmpp_2m": 2,
    "res_multistep": 2,
    "uni_pc": 2,
    "uni_pc_bh2": 2,
    "gradient_estimation": 1,
    "heunpp2": 0.9,  # first, with errors of both signs
    "ipndm_v": 1,  # its weights are those of equal steps, nearly
    "exp_heun_2_x0": 2,
    "euler_cfg_pp": 1,
    "dpmpp_2m_cfg_pp": 2,
    "res_multistep_cfg_pp": 2,
    "gradient_estimation_cfg_pp": 1,
}


def schedule(sampling, steps):
    """Evenly spaced in log sigma, and stopping short of 0."""
    high, low = (0.9, 0.1) if sampling.prediction == "flow" else (8.0, 0.2)
    return [high * (low / high) ** (i / steps) for i in range(steps + 1)]


SDE_ORDERS = {
    "ddpm": 1,
    "euler_ancestral": 1,
    "dpm_2_ancestral": 1,
    "dpmpp_2s_ancestral": 1,
    "dpmpp_sde": 2,
    "dpmpp_2m_sde": 2,
    "dpmpp_2m_sde_heun": 2,
    "dpmpp_3m_sde": 2,
    "seeds_2": 2,
    "seeds_3": 3,
    "exp_heun_2_x0_sde": 2,
    "res_multistep_ancestral": 1,
    "res_multistep_ancestral_cfg_pp": 1,
    "euler_ancestral_cfg_pp": 1,
    "dpmpp_2s_ancestral_cfg_pp": 1,
}


def drifted(x, sigma, sigma_next, sampling, denoised):
    """Where the reverse SDE carries x without its noise, to 1e-9.

    In y = x / alpha and r = sigma / alpha its drift is dy/dr = 2 (y - denoised) / r, twice that of
    the ODE: Song et al. 2021, arXiv:2011.13456, eq. 6 and 13.
    """

    def drift(r, y):
        alpha = 1 / (1 + r) if sampling.prediction == "flow" else 1.0
        x0 = denoised(torch.from_numpy(alpha * y), alpha * r).numpy()
        return 2 * (y - x0) / r

    alpha, alpha_next = sampling.alpha(sigma), sampling.alpha(sigma_next)
    ends = sigma / alpha, sigma_next / alpha_next
    path = scipy.integrate.solve_ivp(
        drift, ends, (x / alpha).flatten().numpy(), method="DOP853", rtol=1e-9, atol=1e-9
    )
    return torch.from_numpy(path.y[:, -1] * alpha_next).reshape(x.shape)


@FAMILIES
@pytest.mark.parametrize("name", SDE_ORDERS)
def test_without_noise_a_stochastic_sampler_follows_the_drift(name, sampling, drive, wavy, start):
    x = start / start.std() * schedule(sampling, 1)[0]
    exact = drifted(x, *schedule(sampling, 1), sampling, wavy)
    errors = [
        (drive(name, x, schedule(sampling, steps), wavy) - exact).abs().max() for steps in (80, 160)
    ]
    assert errors[0] / errors[1] > 0.85 * 2 ** SDE_ORDERS[name]
    assert errors[1] < 0.2


@FAMILIES
@pytest.mark.parametrize("name", ORDERS)
def test_twice_the_steps_divide_the_error_by_two_to_the_order(
    name, sampling, drive, gaussian, start
):
    x = start / start.std() * schedule(sampling, 1)[0]
    exact = gaussian.flowed(x, *schedule(sampling, 1))
    errors = [
        (drive(name, x, schedule(sampling, steps), gaussian.denoised) - exact).abs().max()
        for steps in (80, 160)
    ]
    assert errors[0] / errors[1] > 0.85 * 2 ** ORDERS[name]
    assert errors[1] < 0.05


def test_toward_ends_exactly_at_the_estimate(start):
    assert torch.equal(toward(start, start * 2, 0.0), start * 2)


def test_toward_solves_the_ode_for_a_fixed_estimate(start):
    estimate = torch.ones_like(start)
    halfway = toward(toward(start, estimate, 0.5), estimate, 0.5)
    torch.testing.assert_close(toward(start, estimate, 0.25), halfway, rtol=0, atol=1e-12)
