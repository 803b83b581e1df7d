"""What holds of every sampler."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from nodegraph.errors import UnknownChoiceError
from nodes.lib.noise import noise_source
from nodes.lib.samplers import SAMPLERS, sampler
from nodes.lib.schedules import sigmas

FAMILIES = pytest.mark.parametrize("sampling", ["eps", "flow"], indirect=True)
NAMES = pytest.mark.parametrize("name", SAMPLERS)
OWN_LEVELS = ("dpm_fast", "dpm_adaptive")
"""Walk from the first level of a schedule to the last above 0, by others between."""
FIRST_ORDER = ("ddpm", "euler_ancestral", "euler_ancestral_cfg_pp")
STOCHASTIC = [name for name, spec in SAMPLERS.items() if spec.noise != "none"]


@pytest.fixture
def levels(sampling):
    return sigmas(sampling, "simple", 7).tolist()


@pytest.fixture
def x(sampling, levels):
    noise = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    return sampling.noise_latent(torch.zeros_like(noise), noise, levels[0])


def source(name, x, levels, seed=3):
    return noise_source(SAMPLERS[name].noise, x, levels, seed)


@FAMILIES
@NAMES
def test_every_sampler_reaches_a_fixed_x0(name, sampling, levels, x, drive):
    x0 = torch.randn(x.shape)
    got = drive(name, x, levels, lambda x, sigma: x0, source(name, x, levels))
    # uni_pc stops at sigma 0.001 and keeps that much noise, dpm_fast and dpm_adaptive before 0
    left = 0.006 if name.startswith("uni_pc") else 1e-6
    left = 10 * levels[-2] if name in OWN_LEVELS else left
    torch.testing.assert_close(got, x0, rtol=0, atol=left)


@FAMILIES
@NAMES
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_few_steps_give_numbers(name, sampling, steps, drive, gaussian):
    levels = sigmas(sampling, "karras", steps).tolist()
    x = torch.randn(1, 1, 4, 4) * levels[0]
    got = drive(name, x, levels, gaussian.denoised, source(name, x, levels))
    assert got.isfinite().all()


@NAMES
def test_a_schedule_may_stop_before_zero(name, levels, x, drive, gaussian):
    got = drive(name, x, levels[:4], gaussian.denoised, source(name, x, levels))
    assert got.isfinite().all()


@NAMES
@pytest.mark.parametrize("schedule", [[], [3.0]], ids=["empty", "single"])
def test_no_interval_leaves_x_alone(name, schedule, x, drive, gaussian):
    assert drive(name, x, schedule, gaussian.denoised) is x


@FAMILIES
@NAMES
def test_no_tensor_handed_over_is_changed(name, sampling, levels, x, drive, gaussian):
    seen = []

    def remember(x, sigma):
        denoised = gaussian.denoised(x, sigma)
        seen.extend([(x, x.clone()), (denoised, denoised.clone())])
        return denoised

    drive(name, x, levels, remember, source(name, x, levels))
    assert all(torch.equal(now, then) for now, then in seen)


@NAMES
def test_the_same_seed_gives_the_same_bits(name, levels, x, drive, gaussian):
    first, second = (
        drive(name, x, levels, gaussian.denoised, source(name, x, levels)) for _ in range(2)
    )
    assert torch.equal(first, second)


@pytest.mark.parametrize("name", STOCHASTIC)
def test_another_seed_gives_another_picture(name, levels, x, drive, gaussian):
    first, second = (
        drive(name, x, levels, gaussian.denoised, source(name, x, levels, seed)) for seed in (3, 4)
    )
    assert not torch.allclose(first, second)


@NAMES
def test_the_model_is_asked_downwards_at_python_floats(name, levels, x, drive, gaussian):
    asked = []

    def remember(x, sigma):
        asked.append(sigma)
        return gaussian.denoised(x, sigma)

    drive(name, x, levels, remember, source(name, x, levels))
    assert all(type(sigma) is float for sigma in asked)
    assert asked[0] == levels[0]
    if name in OWN_LEVELS:
        return
    assert set(levels[:-1]) <= set(asked)
    if not name.startswith(("dpm_2_anc", "dpmpp_2s", "heun", "exp_heun", "sa_solver_pece")):
        assert all(before > after for before, after in pairwise(asked))


@FAMILIES
@pytest.mark.parametrize("name", [name for name in STOCHASTIC if name != "lcm"])
def test_a_stochastic_sampler_ends_with_the_variance_of_the_data(name, sampling, drive, gaussian):
    steps = 400 if name in FIRST_ORDER else 60
    levels = sigmas(sampling, "kl_optimal", steps).tolist()
    noise = torch.randn(1, 1, 128, 128, generator=torch.Generator().manual_seed(1))
    x = sampling.noise_latent(torch.zeros_like(noise), noise, levels[0])
    got = drive(name, x, levels, gaussian.denoised, source(name, x, levels))
    # 16,384 samples: four standard errors, and what so many steps leave
    assert got.mean().item() == pytest.approx(0.4, abs=0.03)
    assert got.std().item() == pytest.approx(0.6, rel=0.04)


def test_an_unknown_sampler_says_did_you_mean():
    with pytest.raises(UnknownChoiceError, match="did you mean 'euler_ancestral'"):
        sampler("euler_ancestal")
