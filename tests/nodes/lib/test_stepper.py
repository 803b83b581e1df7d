from __future__ import annotations

import pytest
import torch

from nodegraph.errors import UnknownChoiceError
from nodes.lib.model_sampling import ModelSampling
from nodes.lib.noise import initial_noise
from nodes.lib.samplers import SAMPLERS
from nodes.lib.schedules import sigmas
from nodes.lib.stepper import NoNegativeError, Stepper

SAMPLING = ModelSampling.from_scheduler_config(
    {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
)
TURNS = {
    **dict.fromkeys(("dpmpp_2s_ancestral_cfg_pp", "sa_solver_pece"), 11),
    **dict.fromkeys(("exp_heun_2_x0", "exp_heun_2_x0_sde"), 11),
    "dpm_adaptive": 21,
    **dict.fromkeys(("heun", "dpm_2", "dpm_2_ancestral", "dpmpp_2s_ancestral"), 11),
    **dict.fromkeys(("dpmpp_sde", "seeds_2"), 11),
    "heunpp2": 4 * 3 + 2 + 1,
    "seeds_3": 5 * 3 + 1,
}
"""Evaluations in six steps, of samplers that ask more than once a step."""
NAMES = pytest.mark.parametrize("name", SAMPLERS)


@pytest.fixture
def x():
    return initial_noise((1, 4, 8, 8), 0) * 14.6


def begin(name, x, steps=6):
    return Stepper(name, SAMPLING, sigmas(SAMPLING, "karras", steps), x, 3)


def estimate(x, sigma):
    return torch.tanh(x / (1 + sigma**2))


def finished(stepper):
    while not stepper.done:
        denoised = estimate(stepper.x, stepper.sigma)
        stepper.advance(denoised, negative=denoised)
    return stepper.x


def test_a_stepper_shows_where_to_evaluate(x):
    stepper = begin("euler", x)
    assert stepper.x is x
    assert stepper.sigma == sigmas(SAMPLING, "karras", 6)[0].item()
    assert (stepper.step, stepper.turn, stepper.steps, stepper.done) == (0, 0, 6, False)


@NAMES
def test_a_stepper_counts_turns_and_ends_at_the_last_sigma(name, x):
    stepper = begin(name, x)
    finished(stepper)
    assert stepper.turn == TURNS.get(name, 6)
    assert (stepper.step, stepper.sigma) == (6, 0.0)


@NAMES
def test_handing_x_over_or_assigning_it_is_the_same(name, x):
    assigned, handed = begin(name, x), begin(name, x)
    while not assigned.done:
        evaluated = assigned.x * 0.9
        denoised = estimate(evaluated, assigned.sigma)
        handed.advance(denoised, evaluated, denoised)
        assigned.x = evaluated
        assigned.advance(denoised, negative=denoised)
        assert torch.equal(assigned.x, handed.x)
    assert handed.done


@NAMES
def test_a_changed_x_is_the_one_the_solver_goes_on_from(name, x):
    plain, changed = begin(name, x), begin(name, x)
    denoised = estimate(x, plain.sigma)
    plain.advance(denoised, negative=denoised)
    changed.x = x + 1
    changed.advance(denoised, negative=denoised)
    if name == "lcm":  # keeps only the estimate
        assert torch.equal(plain.x, changed.x)
    else:
        assert not torch.allclose(plain.x, changed.x)


@NAMES
def test_x_is_unchanged_by_what_happens_to_it(name, x):
    before = x.clone()
    finished(begin(name, x))
    assert torch.equal(x, before)


@NAMES
@pytest.mark.parametrize("schedule", [[], [3.0]], ids=["empty", "single"])
def test_a_schedule_without_an_interval_is_done_at_once(name, schedule, x):
    stepper = Stepper(name, SAMPLING, schedule, x, 3)
    assert stepper.done
    assert stepper.x is x
    assert (stepper.steps, stepper.turn) == (0, 0)


def test_a_tensor_and_a_list_of_sigmas_give_the_same_bits(x):
    levels = sigmas(SAMPLING, "karras", 6)
    first, second = (
        finished(Stepper("dpmpp_2m_sde", SAMPLING, given, x, 3))
        for given in (levels, levels.tolist())
    )
    assert torch.equal(first, second)


def test_advancing_past_the_end_is_refused(x):
    stepper = begin("euler", x, steps=1)
    finished(stepper)
    with pytest.raises(RuntimeError, match="the schedule is over"):
        stepper.advance(x)


@pytest.mark.parametrize("name", [name for name, spec in SAMPLERS.items() if spec.cfg_pp])
def test_cfg_pp_without_a_negative_says_what_to_link(name, x):
    stepper = begin(name, x)
    with pytest.raises(NoNegativeError, match=f"{name} walks .* UNet step's negative to the sch"):
        stepper.advance(estimate(x, stepper.sigma))
    assert stepper.turn == 0


def test_an_unknown_sampler_says_did_you_mean(x):
    with pytest.raises(UnknownChoiceError, match="did you mean 'dpmpp_2m'"):
        begin("dpmpp_2n", x)
