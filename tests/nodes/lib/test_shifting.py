import math
from pathlib import Path

import pytest
import torch
from diffusers.pipelines.flux.pipeline_flux import calculate_shift
from diffusers.schedulers.scheduling_ddim import rescale_zero_terminal_snr
from diffusers.schedulers.scheduling_flow_match_euler_discrete import (
    FlowMatchEulerDiscreteScheduler,
)

from nodes.handles import Model
from nodes.lib.folders import Part
from nodes.lib.latents import LatentFormat
from nodes.lib.model_sampling import ModelSampling
from nodes.lib.model_sampling.shifting import FlowError
from nodes.model import prediction, shift, shift_by_size


def model_of(sampling):
    part = Part("none", "unet", "cpu", "float32", Path())
    return Model(part, sampling, LatentFormat(4, 8, 1.0))


@pytest.fixture
def flow():
    return model_of(ModelSampling.flow(3.0))


@pytest.fixture
def eps():
    return model_of(ModelSampling.from_scheduler_config({"beta_schedule": "scaled_linear"}))


def test_a_shift_is_that_of_diffusers(flow):
    scheduler = FlowMatchEulerDiscreteScheduler(shift=1.73)
    sigmas = shift(flow, shift=1.73).sampling.sigmas
    torch.testing.assert_close(sigmas, scheduler.sigmas.flip(0), rtol=0, atol=1e-6)


@pytest.mark.parametrize(("width", "height"), [(256, 256), (512, 768), (1024, 1024), (2048, 1024)])
def test_a_shift_by_size_is_that_of_flux(flow, width, height):
    found = shift_by_size(flow, width=width, height=height).sampling
    mu = calculate_shift(width * height // 256)
    assert found.shift == pytest.approx(math.exp(mu), rel=1e-9)
    assert found.sigma(500.0) == pytest.approx(math.exp(mu) / (math.exp(mu) + 1))


def test_a_shift_keeps_the_number_of_times():
    many = model_of(ModelSampling.flow(1.0, 10_000))
    assert len(shift(many, shift=2.0).sampling.sigmas) == 10_000


def test_a_model_that_predicts_noise_has_no_shift(eps):
    with pytest.raises(FlowError, match="only models that predict flow have a shift"):
        shift(eps)
    with pytest.raises(FlowError, match="only models that predict flow have a shift"):
        shift_by_size(eps)


def test_a_model_is_told_what_it_predicts(eps):
    told = prediction(eps, prediction="v_prediction")
    assert told.sampling.prediction == "v_prediction"
    assert torch.equal(told.sampling.sigmas, eps.sampling.sigmas)
    assert prediction(eps, prediction="flow").sampling.sigma_max == 1
    assert eps.sampling.prediction == "eps"


def test_zero_terminal_snr_is_that_of_diffusers(eps):
    found = prediction(eps, prediction="v_prediction", zero_snr=True).sampling.sigmas
    betas = torch.linspace(0.0001**0.5, 0.02**0.5, 1000, dtype=torch.float64) ** 2
    alphas = torch.cumprod(1 - rescale_zero_terminal_snr(betas), dim=0)
    expected = ((1 - alphas) / alphas).sqrt().float()
    torch.testing.assert_close(found[:-1], expected[:-1], rtol=1e-4, atol=0)
    assert found[-1] > 1000


def test_a_flow_model_predicts_nothing_else(flow):
    with pytest.raises(FlowError, match="this network was trained on flow"):
        prediction(flow, prediction="eps")
    assert prediction(flow, prediction="flow") is flow
