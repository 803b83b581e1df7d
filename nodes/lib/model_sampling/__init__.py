"""What a diffusion network predicts, and at which noise levels it was trained.

Two families, told apart by ``prediction``:

- *variance exploding* (eps, v_prediction, sample): x = x0 + sigma * noise, sigma in 0 to ~15.
  The networks were trained on x / sqrt(1 + sigma^2), hence ``scale_input``.
- *flow*: x = (1 - sigma) * x0 + sigma * noise, sigma in 0 to 1.

Sources: Karras et al. 2022, arXiv:2206.00364, sections 2 and 5, with sigma_data = 1;
Salimans & Ho 2022, arXiv:2202.00512, appendix D (v); Esser et al. 2024, arXiv:2403.03206 (flow).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import torch

from nodegraph.errors import UnknownChoiceError
from nodes.lib.model_sampling import betas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

Prediction = Literal["eps", "v_prediction", "sample", "flow"]

FLOW_TIMESTEPS = 1000
"""Flow networks read the time as 1000 * sigma."""

_PREDICTIONS: dict[str, Prediction] = {
    "epsilon": "eps",
    "v_prediction": "v_prediction",
    "sample": "sample",
    "flow_prediction": "flow",
}


@dataclass(frozen=True, eq=False)
class ModelSampling:
    """A network's prediction and its training sigmas.

    Attributes:
        prediction: What the network's output means.
        sigmas: (N,) float32, ascending, on the CPU.
        shift: Flow only: how far the times lean towards noise; 3 for SD3, exp(mu) for Flux.
    """

    prediction: Prediction
    sigmas: Tensor
    shift: float = 1.0

    @classmethod
    def from_alphas_cumprod(cls, alphas: Tensor, prediction: Prediction = "eps") -> ModelSampling:
        """From the (N,) shares of signal variance left at each training timestep."""
        return cls(prediction, ((1 - alphas) / alphas).sqrt().float())

    @classmethod
    def flow(cls, shift: float = 1.0, count: int = 1000) -> ModelSampling:
        """Rectified flow with ``count`` training sigmas (SD3 1000, Flux 10,000)."""
        times = torch.arange(1, count + 1, dtype=torch.float64) / count
        return cls("flow", shifted(times, shift).float(), shift)

    @classmethod
    def from_scheduler_config(cls, config: Mapping[str, Any]) -> ModelSampling:
        """From a diffusers ``scheduler_config.json``."""
        if str(config.get("_class_name", "")).startswith("FlowMatch"):
            return _flow_from_config(config)
        name = config.get("prediction_type", "epsilon")
        if name not in _PREDICTIONS:
            raise UnknownChoiceError("prediction type", name, _PREDICTIONS)
        if name == "flow_prediction":
            return cls.flow(config.get("flow_shift", 1.0))
        return cls.from_alphas_cumprod(betas.alphas_cumprod(config), _PREDICTIONS[name])

    @property
    def sigma_min(self) -> float:
        """The least noise the network was trained on."""
        return float(self.sigmas[0])

    @property
    def sigma_max(self) -> float:
        """The most noise the network was trained on."""
        return float(self.sigmas[-1])

    @cached_property
    def _log_sigmas(self) -> Tensor:
        return self.sigmas.log()

    def alpha(self, sigma: float) -> float:
        """The share of signal in x at this sigma: x = alpha * x0 + sigma * noise."""
        return 1 - sigma if self.prediction == "flow" else 1.0

    def timestep(self, sigma: float) -> float:
        """The time the network is told: the nearest training index, or 1000 * sigma for flow."""
        if self.prediction == "flow":
            return sigma * FLOW_TIMESTEPS
        if sigma <= 0:
            return 0.0
        return float((self._log_sigmas - math.log(sigma)).abs().argmin())

    def sigma(self, timestep: float) -> float:
        """The sigma at a time, which need not be whole: log sigma is interpolated linearly.

        For flow the time is shifted, so this inverts ``timestep`` only when shift is 1;
        the networks were trained so.
        """
        if self.prediction == "flow":
            return shifted(timestep / FLOW_TIMESTEPS, self.shift)
        place = min(max(timestep, 0.0), len(self.sigmas) - 1.0)
        below, above = self._log_sigmas[[math.floor(place), math.ceil(place)]].tolist()
        return math.exp(below + (place - math.floor(place)) * (above - below))

    def sigma_at(self, share: float) -> float:
        """The sigma at a share of the way: 0 is pure noise, 1 the picture; beyond either, no end.

        The way is measured in the network's time, not in steps.
        """
        if share <= 0:
            return math.inf
        if share >= 1:
            return 0.0
        times = FLOW_TIMESTEPS if self.prediction == "flow" else len(self.sigmas) - 1
        return self.sigma((1 - share) * times)

    def scale_input(self, x: Tensor, sigma: float) -> Tensor:
        """Give x, (B, C, h, w), the variance the network was trained on."""
        return x if self.prediction == "flow" else x / math.sqrt(sigma**2 + 1)

    def denoised(self, x: Tensor, output: Tensor, sigma: float) -> Tensor:
        """The estimate of x0 from the network's output.

        Shapes: x (before ``scale_input``), output and the result are (B, C, h, w).
        """
        if self.prediction == "sample":
            return output
        if self.prediction == "v_prediction":
            variance = sigma**2 + 1
            return x / variance - output * (sigma / math.sqrt(variance))
        return x - output * sigma

    def noise_latent(self, latent: Tensor, noise: Tensor, sigma: float) -> Tensor:
        """Bring a clean latent, (B, C, h, w), to the noise level sigma.

        From sigma_max upwards the noise is scaled by sqrt(1 + sigma^2), as the variance
        preserving networks were trained; below it by sigma.
        """
        if self.prediction == "flow":
            return sigma * noise + (1 - sigma) * latent
        full = sigma > self.sigma_max or math.isclose(sigma, self.sigma_max, rel_tol=1e-5)
        return latent + noise * (math.sqrt(1 + sigma**2) if full else sigma)

    def finish(self, x: Tensor, sigma_last: float) -> Tensor:
        """Undo the signal's share where a flow schedule stops before 0; others are ready."""
        return x / (1 - sigma_last) if self.prediction == "flow" else x


def shifted(time: Any, shift: float) -> Any:
    """Lean a flow time in 0 to 1 towards noise: Esser et al. 2024, eq. 23."""
    return shift * time / (1 + (shift - 1) * time)


def _flow_from_config(config: Mapping[str, Any]) -> ModelSampling:
    """Resolution-dependent shifts (Flux) take the one of a square megapixel, exp(max_shift)."""
    if config.get("use_dynamic_shifting"):
        return ModelSampling.flow(math.exp(config.get("max_shift", 1.15)), 10_000)
    return ModelSampling.flow(config.get("shift", 1.0), config.get("num_train_timesteps", 1000))
