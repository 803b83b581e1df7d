from __future__ import annotations

import math

import pytest
import torch
from diffusers import EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler

from nodegraph.errors import UnknownChoiceError
from nodes.lib.model_sampling import ModelSampling

STABLE_DIFFUSION = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}


@pytest.fixture
def stable_diffusion():
    return ModelSampling.from_scheduler_config(STABLE_DIFFUSION)


@pytest.mark.parametrize(
    "config",
    [
        STABLE_DIFFUSION,
        {"beta_schedule": "linear"},
        {"beta_schedule": "squaredcos_cap_v2"},
        {**STABLE_DIFFUSION, "rescale_betas_zero_snr": True},
        {"trained_betas": [0.1, 0.2, 0.3]},
    ],
    ids=lambda config: "-".join(str(value) for value in config.values()),
)
def test_training_sigmas_are_those_of_diffusers(config):
    alphas = EulerDiscreteScheduler.from_config(config).alphas_cumprod
    expected = ((1 - alphas) / alphas) ** 0.5
    sigmas = ModelSampling.from_scheduler_config(config).sigmas
    assert sigmas.dtype == torch.float32
    # diffusers works in float32, where the first 1 - alpha keeps four digits
    torch.testing.assert_close(sigmas, expected, rtol=5e-4, atol=0)


def test_flow_sigmas_are_those_of_diffusers():
    expected = FlowMatchEulerDiscreteScheduler(shift=3.0).sigmas.flip(0)
    torch.testing.assert_close(ModelSampling.flow(3.0).sigmas, expected, rtol=1e-6, atol=0)


def test_a_flow_config_gives_its_shift():
    sampling = ModelSampling.from_scheduler_config(
        {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}
    )
    assert (sampling.prediction, sampling.shift, len(sampling.sigmas)) == ("flow", 3.0, 1000)


def test_a_dynamic_shift_is_that_of_a_square_megapixel():
    config = {"_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": True}
    sampling = ModelSampling.from_scheduler_config(config)
    half = math.exp(1.15) / (math.exp(1.15) + (1 / 0.5 - 1))  # Flux's form of the shift
    assert sampling.sigma(500) == pytest.approx(half, rel=1e-12)


@pytest.mark.parametrize("timestep", [0, 1, 250, 998, 999])
def test_the_timestep_of_a_training_sigma_is_its_index(stable_diffusion, timestep):
    assert stable_diffusion.timestep(float(stable_diffusion.sigmas[timestep])) == timestep


def test_the_timestep_is_the_nearest_in_log_sigma(stable_diffusion):
    low, high = stable_diffusion.sigmas[[400, 401]].tolist()
    middle = math.sqrt(low * high)
    assert stable_diffusion.timestep(middle * 0.9999) == 400
    assert stable_diffusion.timestep(middle * 1.0001) == 401


def test_sigma_is_interpolated_in_its_logarithm(stable_diffusion):
    low, high = stable_diffusion.sigmas[[400, 401]].tolist()
    assert stable_diffusion.sigma(400.25) == pytest.approx(low**0.75 * high**0.25, rel=1e-6)


def test_times_beyond_training_give_the_outermost_sigmas(stable_diffusion):
    assert stable_diffusion.sigma(-5) == pytest.approx(stable_diffusion.sigma_min, rel=1e-6)
    assert stable_diffusion.sigma(5000) == pytest.approx(stable_diffusion.sigma_max, rel=1e-6)


def test_the_time_of_a_flow_is_a_thousand_sigma():
    assert ModelSampling.flow(3.0).timestep(0.25) == 250


@pytest.mark.parametrize("prediction", ["eps", "v_prediction", "sample", "flow"])
@pytest.mark.parametrize("sigma", [0.05, 0.7])
def test_a_perfect_prediction_gives_back_x0(stable_diffusion, prediction, sigma):
    sampling = ModelSampling(prediction, stable_diffusion.sigmas)
    x0, noise = torch.randn(2, 1, 4, 8, 8)
    x = sampling.alpha(sigma) * x0 + sigma * noise
    alpha, spread = 1 / math.sqrt(1 + sigma**2), sigma / math.sqrt(1 + sigma**2)
    perfect = {
        "eps": noise,
        "v_prediction": alpha * noise - spread * x0,
        "sample": x0,
        "flow": noise - x0,
    }
    got = sampling.denoised(x, perfect[prediction], sigma)
    torch.testing.assert_close(got, x0, rtol=0, atol=2e-6)


def test_scaled_input_has_unit_variance_when_data_has(stable_diffusion):
    assert stable_diffusion.scale_input(torch.tensor(5.0), 2.0) == pytest.approx(math.sqrt(5))
    assert ModelSampling.flow().scale_input(torch.tensor(5.0), 0.5) == 5.0


def test_noise_below_sigma_max_is_scaled_by_sigma(stable_diffusion):
    latent, noise = torch.ones(1, 4, 2, 2), torch.full((1, 4, 2, 2), 2.0)
    got = stable_diffusion.noise_latent(latent, noise, 3.0)
    assert torch.equal(got, torch.full((1, 4, 2, 2), 7.0))


@pytest.mark.parametrize("factor", [1.0, 1 - 5e-6, 2.0])
def test_noise_from_sigma_max_upwards_is_scaled_as_in_training(stable_diffusion, factor):
    sigma = stable_diffusion.sigma_max * factor
    got = stable_diffusion.noise_latent(torch.zeros(1), torch.ones(1), sigma)
    assert got.item() == pytest.approx(math.sqrt(1 + sigma**2), rel=1e-6)


def test_a_flow_cut_short_is_scaled_back():
    sampling = ModelSampling.flow()
    x = sampling.noise_latent(torch.full((1,), 4.0), torch.zeros(1), 0.25)
    assert sampling.finish(x, 0.25).item() == 4.0


def test_an_unknown_prediction_says_did_you_mean():
    with pytest.raises(UnknownChoiceError, match="did you mean 'v_prediction'"):
        ModelSampling.from_scheduler_config({"prediction_type": "v-prediction"})


def test_an_unknown_beta_schedule_says_did_you_mean():
    with pytest.raises(UnknownChoiceError, match="did you mean 'scaled_linear'"):
        ModelSampling.from_scheduler_config({"beta_schedule": "scaled-linear"})


def test_the_way_from_noise_to_picture_is_measured_in_the_networks_time():
    sampling = ModelSampling.from_scheduler_config({"beta_schedule": "scaled_linear"})
    assert sampling.sigma_at(0.0) == math.inf
    assert sampling.sigma_at(1.0) == 0.0
    index = 999 * (1 - 0.25)
    below, above = sampling.sigmas[749].log(), sampling.sigmas[750].log()
    expected = math.exp(below + (index - 749) * (above - below))
    assert sampling.sigma_at(0.25) == pytest.approx(expected, rel=1e-5)


def test_the_way_of_a_flow_network_is_shifted_as_its_times_are():
    sampling = ModelSampling.flow(shift=3.0)
    assert sampling.sigma_at(0.0) == math.inf
    assert sampling.sigma_at(0.5) == pytest.approx(3 * 0.5 / (1 + 2 * 0.5))
