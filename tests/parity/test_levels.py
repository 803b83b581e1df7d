"""Sigma lists, equal to 1e-6 of each level."""

import math

import numpy as np
import pytest

from nodes.lib.model_sampling import ModelSampling
from nodes.lib.schedules import SCHEDULERS, sigmas
from tests.parity import levels

CONFIG = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
FLUX = math.exp(1.15)
MODELS = {
    "stable diffusion": (
        ModelSampling.from_scheduler_config(CONFIG),
        levels.Diffusion(levels.trained()),
    ),
    "stable diffusion 3": (
        ModelSampling.flow(3.0),
        levels.Flow(levels.flowing(3.0, 1000), 3.0),
    ),
    "flux": (
        ModelSampling.flow(FLUX, 10_000),
        levels.Flow(levels.flowing(FLUX, 10_000), FLUX),
    ),
}


def test_there_is_a_reference_for_every_schedule():
    assert set(levels.SCHEDULES) == set(SCHEDULERS)


@pytest.mark.parametrize("name", levels.SCHEDULES)
@pytest.mark.parametrize("model", MODELS)
def test_every_schedule_visits_the_levels_of_its_definition(model, name):
    ours, theirs = MODELS[model]
    for steps in (2, 8, 20, 25):
        expected = levels.SCHEDULES[name](theirs, steps)
        got = sigmas(ours, name, steps).double().numpy()
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6, err_msg=f"{steps} steps")


@pytest.mark.parametrize("name", levels.SCHEDULES)
def test_a_share_of_the_way_is_the_end_of_a_longer_schedule(name):
    """ComfyUI's denoise: int(steps / denoise) steps, of which the last ones are taken."""
    ours, theirs = MODELS["stable diffusion"]
    expected = levels.SCHEDULES[name](theirs, int(8 / 0.3))[-9:]
    got = sigmas(ours, name, 8, 0.3).double().numpy()
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)
