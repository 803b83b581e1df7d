from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special
import torch
from diffusers import EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler

from nodegraph.errors import UnknownChoiceError
from nodes.lib.model_sampling import ModelSampling
from nodes.lib.schedules import SCHEDULERS, sigmas

CONFIG = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
STABLE_DIFFUSION = ModelSampling.from_scheduler_config(CONFIG)
FLOW = ModelSampling.flow(3.0)
MODELS = pytest.mark.parametrize("sampling", [STABLE_DIFFUSION, FLOW], ids=["sd", "flow"])


def diffusers_sigmas(steps, **options):
    scheduler = EulerDiscreteScheduler.from_config({**CONFIG, **options})
    scheduler.set_timesteps(steps)
    return scheduler.sigmas


@MODELS
@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("steps", [1, 2, 5, 20, 100])
def test_every_schedule_falls_to_zero(sampling, scheduler, steps):
    levels = sigmas(sampling, scheduler, steps)
    assert levels.dtype == torch.float32
    assert levels[-1] == 0
    assert (levels.diff() < 0).all()
    if scheduler not in ("ddim_uniform", "beta"):
        assert len(levels) == steps + 1


@pytest.mark.parametrize("scheduler", ["karras", "exponential"])
def test_karras_and_exponential_are_those_of_diffusers(scheduler):
    expected = diffusers_sigmas(20, **{f"use_{scheduler}_sigmas": True})
    got = sigmas(STABLE_DIFFUSION, scheduler, 20)
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=0)


def test_normal_is_diffusers_linspace_spacing():
    expected = diffusers_sigmas(28, timestep_spacing="linspace")  # 999 / 27: all times are whole
    got = sigmas(STABLE_DIFFUSION, "normal", 28)
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=0)


def test_simple_is_diffusers_trailing_spacing():
    expected = diffusers_sigmas(20, timestep_spacing="trailing")
    got = sigmas(STABLE_DIFFUSION, "simple", 20)
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=0)


def test_ddim_uniform_is_diffusers_leading_spacing():
    expected = diffusers_sigmas(20, timestep_spacing="leading", steps_offset=1)
    got = sigmas(STABLE_DIFFUSION, "ddim_uniform", 20)
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=0)


def test_normal_of_a_flow_is_the_sigmas_diffusers_visits():
    scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0)
    scheduler.set_timesteps(20)
    got = sigmas(FLOW, "normal", 20)
    torch.testing.assert_close(got, scheduler.sigmas, rtol=1e-5, atol=0)


def test_sgm_uniform_leaves_out_the_last_training_time():
    times = np.linspace(999, 0, 11)[:-1]
    expected = np.exp(np.interp(times, np.arange(1000), np.log(STABLE_DIFFUSION.sigmas.numpy())))
    got = sigmas(STABLE_DIFFUSION, "sgm_uniform", 10)
    np.testing.assert_allclose(got[:-1], expected, rtol=1e-6)


@pytest.mark.parametrize("steps", [4, 20, 300])
def test_beta_takes_training_sigmas_at_beta_quantiles(steps):
    places = scipy.special.betaincinv(0.6, 0.6, 1 - np.arange(steps) / steps) * 999
    expected = STABLE_DIFFUSION.sigmas[sorted({round(place) for place in places}, reverse=True)]
    assert torch.equal(sigmas(STABLE_DIFFUSION, "beta", steps)[:-1], expected)


def test_linear_quadratic_is_a_line_and_then_a_smooth_parabola():
    gone = 1 - sigmas(FLOW, "linear_quadratic", 20).double()
    np.testing.assert_allclose(gone[:11], 0.025 * np.arange(11) / 10, atol=1e-6)
    bends = gone[9:].diff().diff().numpy()
    np.testing.assert_allclose(bends[1:], bends[-1], atol=1e-6)  # one parabola
    assert bends[0] == pytest.approx(bends[-1] / 2, abs=1e-6)  # that starts at the line's slope
    assert gone[-1] == 1


def test_kl_optimal_is_even_in_arctan_sigma():
    angles = sigmas(STABLE_DIFFUSION, "kl_optimal", 9)[:-1].double().atan()
    ends = math.atan(STABLE_DIFFUSION.sigma_max), math.atan(STABLE_DIFFUSION.sigma_min)
    np.testing.assert_allclose(angles, np.linspace(*ends, 9), rtol=1e-5)


def test_a_model_trained_down_to_zero_visits_no_second_zero():
    tiny = ModelSampling("eps", torch.linspace(0, 1, 101) ** 2 * 10 + 1e-7)
    for scheduler in ("normal", "ddim_uniform"):
        levels = sigmas(tiny, scheduler, 10)
        assert levels[-1] <= 1e-2
        assert (levels.diff() < 0).all()


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_share_of_the_schedule_is_the_end_of_a_longer_one(scheduler):
    whole = sigmas(STABLE_DIFFUSION, scheduler, 26)
    assert torch.equal(sigmas(STABLE_DIFFUSION, scheduler, 8, 0.3), whole[-9:])


def test_almost_all_is_all():
    whole = sigmas(STABLE_DIFFUSION, "karras", 8)
    assert torch.equal(sigmas(STABLE_DIFFUSION, "karras", 8, 0.99995), whole)


@pytest.mark.parametrize("denoise", [0.0, -1.0])
def test_no_share_of_the_schedule_is_no_sigmas(denoise):
    assert sigmas(STABLE_DIFFUSION, "karras", 8, denoise).shape == (0,)


def test_discarding_the_penultimate_makes_one_step_more_and_drops_it():
    longer = sigmas(STABLE_DIFFUSION, "karras", 9).tolist()
    got = sigmas(STABLE_DIFFUSION, "karras", 8, discard_penultimate=True).tolist()
    assert got == [*longer[:-2], 0.0]


def test_a_share_is_taken_after_discarding():
    longer = sigmas(STABLE_DIFFUSION, "karras", 17).tolist()
    got = sigmas(STABLE_DIFFUSION, "karras", 8, 0.5, discard_penultimate=True).tolist()
    assert got == [*longer[:-2], 0.0][-9:]


def test_an_unknown_scheduler_says_did_you_mean():
    with pytest.raises(UnknownChoiceError, match="did you mean 'karras'"):
        sigmas(STABLE_DIFFUSION, "karas", 8)
