"""The functions scripts are made of, against the nodes' own arithmetic."""

import types

import pytest
import torch
from diffusers import DDIMScheduler

from nodes.export.denoising import DRAWING, SAMPLERS
from nodes.export.functions import ancestral, models, samplers, schedules
from nodes.export.schedules import SCHEDULERS
from nodes.lib import schedules as ours
from nodes.lib.model_sampling import ModelSampling
from nodes.lib.stepper import Stepper
from tests import tiny


@pytest.fixture(params=[tiny.EPS, tiny.V, tiny.V | {"rescale_betas_zero_snr": True}])
def model(request):
    """As much of a pipeline as schedules look at."""
    return types.SimpleNamespace(scheduler=DDIMScheduler(**request.param))


class Hashed(types.SimpleNamespace):
    """A namespace that can be remembered."""

    __hash__ = object.__hash__


@pytest.fixture
def sampling(model):
    return ModelSampling.from_scheduler_config(model.scheduler.config)


def test_training_sigmas_are_the_nodes_own(model, sampling):
    assert torch.equal(models.training_sigmas(Hashed(**vars(model))), sampling.sigmas)


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("steps", [1, 7, 20])
def test_a_schedule_is_the_nodes_own(model, sampling, scheduler, steps):
    function = getattr(schedules, SCHEDULERS[scheduler])
    expected = ours.sigmas(sampling, scheduler, steps).tolist()
    assert function(Hashed(**vars(model)), steps) == pytest.approx(expected, rel=1e-6)


def test_the_penultimate_sigma_can_be_dropped(sampling):
    model = Hashed(scheduler=DDIMScheduler(**tiny.EPS))
    sampling = ModelSampling.from_scheduler_config(tiny.EPS)
    expected = ours.sigmas(sampling, "karras", 9, discard_penultimate=True).tolist()
    assert schedules.without_penultimate(schedules.karras_sigmas(model, 10)) == expected


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_sampler_takes_the_nodes_own_steps(name):
    """To float32's rounding: 1e-5 of x, which begins at 14."""
    levels = [14.0, 6.0, 2.5, 1.0, 0.3, 0.0]
    start = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0)) * 14
    target = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))

    def denoise(x, sigma):
        return (x + sigma * target) / (1 + sigma) * 0.9

    sampling = ModelSampling.from_scheduler_config(tiny.EPS)
    stepper = Stepper(name, sampling, levels, start, seed=7)
    while not stepper.done:
        stepper.advance(denoise(stepper.x, stepper.sigma))

    home = ancestral if SAMPLERS[name] in DRAWING else samplers
    seed = [7] if home is ancestral else []
    found = getattr(home, SAMPLERS[name])(denoise, start, levels, *seed)
    torch.testing.assert_close(found, stepper.x, rtol=0, atol=1e-5 * 14)
