"""Step by step against diffusers' schedulers, on their own sigmas."""

from __future__ import annotations

import math

import diffusers
import pytest
import torch

from nodes.lib.samplers import uni_pc

CONFIG = {
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "use_karras_sigmas": True,
}
STEPS = 12


class Drawn:
    """Noise from one generator, drawn as diffusers draws it."""

    def __init__(self, x):
        self.x, self.generator = x, torch.Generator().manual_seed(9)

    def __call__(self, sigma, sigma_next):
        return torch.randn(self.x.shape, generator=self.generator, dtype=self.x.dtype)


def made(name, **options):
    scheduler = getattr(diffusers, name).from_config({**CONFIG, **options})
    scheduler.set_timesteps(STEPS)
    return scheduler


def asked(scheduler):
    """The sigma of each of the scheduler's timesteps, and 0."""
    turns = scheduler.sigmas.tolist()
    if hasattr(scheduler, "sigmas_interpol"):  # the second of each pair lies in between
        between, lag = scheduler.sigmas_interpol.tolist(), hasattr(scheduler, "sigmas_up")
        turns = [between[i - lag] if i % 2 else turns[i] for i in range(len(turns))]
    return [*turns[: len(scheduler.timesteps)], 0.0]


def visited(scheduler):
    """The scheduler's schedule; second-order schedulers hold each sigma twice."""
    return [*dict.fromkeys(scheduler.sigmas.tolist())]


def stepped(scheduler, x, denoised, *, preserving=False, options=dict):
    """Walk x through all of the scheduler's timesteps.

    Args:
        preserving: Whether its x is that of the variance preserving process,
            x / sqrt(1 + sigma^2).
        options: Makes further arguments for each step.
    """
    turns = asked(scheduler)
    for t, sigma, sigma_next in zip(scheduler.timesteps, turns, turns[1:], strict=False):
        scheduler.scale_model_input(x, t)
        eps = (x - denoised(x, sigma)) / sigma
        here = x / math.sqrt(1 + sigma**2) if preserving else x
        x = scheduler.step(eps, t, here, **options()).prev_sample
        x = x * math.sqrt(1 + sigma_next**2) if preserving else x
    return x


@pytest.mark.filterwarnings("ignore:__array_wrap__")  # diffusers hands tensors to NumPy
@pytest.mark.parametrize(
    ("name", "scheduler"),
    [
        ("euler", "EulerDiscreteScheduler"),
        ("ddim", "EulerDiscreteScheduler"),
        ("heun", "HeunDiscreteScheduler"),
        ("dpm_2", "KDPM2DiscreteScheduler"),
    ],
)
def test_single_step_samplers_are_those_of_diffusers(name, scheduler, drive, wavy, start):
    theirs = made(scheduler)
    expected = stepped(theirs, start, wavy)
    got = drive(name, start, visited(theirs), wavy)
    torch.testing.assert_close(got, expected, rtol=0, atol=2e-5)  # they round to float32


@pytest.mark.filterwarnings("ignore:__array_wrap__")  # diffusers hands tensors to NumPy
@pytest.mark.parametrize(
    ("name", "scheduler"),
    [
        ("euler_ancestral", "EulerAncestralDiscreteScheduler"),
        ("dpm_2_ancestral", "KDPM2AncestralDiscreteScheduler"),
    ],
)
def test_ancestral_samplers_are_those_of_diffusers(name, scheduler, drive, wavy, start):
    theirs, noise = made(scheduler), Drawn(start)
    expected = stepped(theirs, start, wavy, options=lambda: {"generator": noise.generator})
    got = drive(name, start, visited(theirs), wavy, Drawn(start))
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-4)  # they round to float32


def test_lms_is_that_of_diffusers_before_its_last_step(drive, wavy, start):
    theirs = made("LMSDiscreteScheduler")
    theirs.timesteps = theirs.timesteps[:-1]  # theirs extrapolates to 0, this lands on x0
    expected = stepped(theirs, start, wavy)
    got = drive("lms", start, visited(theirs)[:-1], wavy)
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-4)  # they integrate to 1e-4


def test_dpmpp_2m_is_that_of_diffusers(drive, wavy, start):
    theirs = made("DPMSolverMultistepScheduler", final_sigmas_type="zero")
    expected = stepped(theirs, start, wavy, preserving=True)
    got = drive("dpmpp_2m", start, visited(theirs), wavy)
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("name", "solver_type"), [("uni_pc", "bh1"), ("uni_pc_bh2", "bh2")])
@pytest.mark.parametrize("order", [2, 3])
def test_uni_pc_is_that_of_diffusers_before_its_last_step(
    name, solver_type, order, drive, wavy, start, monkeypatch
):
    # the last step of theirs, to sigma 0, gives NaN
    theirs = made("UniPCMultistepScheduler", solver_type=solver_type, solver_order=order)
    monkeypatch.setattr(uni_pc, "MAX_ORDER", order)
    last = visited(theirs)[-2]
    turns = []

    def remember(x, sigma):
        turns.append((sigma, x))
        return wavy(x, sigma)

    stepped(theirs, start, remember, preserving=True)
    drive(name, start, [*visited(theirs)[:-1], 0.0], remember)
    (first, expected), (second, got) = [turn for turn in turns if turn[0] == last]
    assert first == second
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("solver_type", ["midpoint", "heun"])
def test_dpmpp_2m_sde_is_that_of_diffusers(solver_type, drive, wavy, start):
    theirs = made(
        "DPMSolverMultistepScheduler",
        algorithm_type="sde-dpmsolver++",
        final_sigmas_type="zero",
        solver_type=solver_type,
    )
    noise = Drawn(start)
    expected = stepped(
        theirs, start, wavy, preserving=True, options=lambda: {"variance_noise": noise(1.0, 0.0)}
    )
    options = {"solver_type": solver_type}
    got = drive("dpmpp_2m_sde", start, visited(theirs), wavy, Drawn(start), **options)
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-5)


def test_dpmpp_sde_is_that_of_diffusers(drive, wavy, start):
    theirs = made("DPMSolverSDEScheduler")
    theirs.noise_sampler = Drawn(start)
    theirs.sigmas_interpol = (theirs.sigmas * theirs.sigmas.roll(1)).sqrt()
    expected = stepped(theirs, start, wavy)
    got = drive("dpmpp_sde", start, visited(theirs), wavy, Drawn(start))
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-4)


def test_ddpm_is_that_of_diffusers(drive, wavy, start):
    theirs = diffusers.DDPMScheduler.from_config({**CONFIG, "clip_sample": False})
    theirs.set_timesteps(STEPS)
    alphas = theirs.alphas_cumprod[theirs.timesteps].double()
    theirs.sigmas = torch.cat([((1 - alphas) / alphas).sqrt(), torch.zeros(1)])
    noise = Drawn(start)
    expected = stepped(
        theirs, start, wavy, preserving=True, options=lambda: {"generator": noise.generator}
    )
    got = drive("ddpm", start, visited(theirs), wavy, Drawn(start))
    torch.testing.assert_close(got, expected, rtol=0, atol=2e-3)


@pytest.mark.filterwarnings("ignore:__array_wrap__")  # diffusers hands tensors to NumPy
def test_churn_is_that_of_diffusers(drive, wavy, start):
    churn = {"s_churn": 4.0, "s_tmin": 0.5, "s_tmax": 12.0, "s_noise": 1.01}
    theirs, noise = made("EulerDiscreteScheduler"), Drawn(start)
    x, levels = start, theirs.sigmas.tolist()
    for index, (t, sigma) in enumerate(zip(theirs.timesteps, levels, strict=False)):
        theirs.scale_model_input(x, t)
        raised = sigma * (1 + 4.0 / STEPS * (0.5 <= sigma <= 12.0))
        state = noise.generator.get_state()
        nothing = theirs.step(x * 0, t, x, generator=noise.generator, **churn)
        noisy = nothing.pred_original_sample  # x with the churn on it
        theirs._step_index = index
        noise.generator.set_state(state)
        eps = (noisy - wavy(noisy, raised)) / raised
        x = theirs.step(eps, t, x, generator=noise.generator, **churn).prev_sample
    got = drive("euler", start, levels, wavy, Drawn(start), **churn)
    torch.testing.assert_close(got, x, rtol=0, atol=1e-4)  # they round to float32
