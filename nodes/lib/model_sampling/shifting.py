"""Models that are told something else of themselves: what they predict, and at which noise."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from nodegraph.errors import NodegraphError
from nodes.lib.model_sampling import ModelSampling
from nodes.lib.model_sampling.betas import zero_terminal_snr

if TYPE_CHECKING:
    from nodes.handles import Model
    from nodes.lib.model_sampling import Prediction

TOKEN = 16
"""Pixels a side that make one token of Flux."""

FEW, MANY = 256, 4096
"""The numbers of tokens that its base and max shift are for."""


class FlowError(NodegraphError):
    """A shift for a network that predicts no flow."""


def predicting(model: Model, prediction: Prediction, *, zero_snr: bool = False) -> Model:
    """Return a model that is told what it predicts.

    Between flow and the others its noise levels change as well: a flow's are 1,000 even ones.

    Args:
        model: Which.
        prediction: What its network's output means.
        zero_snr: Whether its noise levels end in pure noise; Lin et al. 2023, arXiv:2305.08891.

    Raises:
        FlowError: Noise is asked of a flow network, which never learnt of its levels.
    """
    old = model.sampling
    flows = old.prediction == "flow"
    if flows and prediction != "flow":
        raise FlowError(
            "this network was trained on flow, whose noise levels end at 1, so it can predict "
            "nothing else; choose flow"
        )
    if prediction == "flow":  # whose levels end in pure noise as they are
        return model if flows else replace(model, sampling=ModelSampling.flow())
    if not zero_snr:
        return replace(model, sampling=ModelSampling(prediction, old.sigmas))
    alphas = zero_terminal_snr(1 / (old.sigmas.double() ** 2 + 1))
    return replace(model, sampling=ModelSampling.from_alphas_cumprod(alphas, prediction))


def shifted(model: Model, shift: float) -> Model:
    """Return a flow model whose times lean towards noise: Esser et al. 2024, eq. 23.

    Raises:
        FlowError: It predicts no flow.
    """
    old = model.sampling
    if old.prediction != "flow" or shift <= 0:
        raise FlowError(
            "only models that predict flow have a shift, and it is more than 0; leave it out for "
            "Stable Diffusion 1, 2 and XL"
        )
    return replace(model, sampling=ModelSampling.flow(shift, len(old.sigmas)))


def shifted_by_size(
    model: Model, base_shift: float, max_shift: float, width: int, height: int
) -> Model:
    """Return a flow model whose shift is right for pictures of a size, in pixels.

    Its logarithm is linear in the number of tokens: ``base_shift`` at 256, ``max_shift`` at 4096.

    Raises:
        FlowError: It predicts no flow.
    """
    slope = (max_shift - base_shift) / (MANY - FEW)
    tokens = width * height / TOKEN**2
    return shifted(model, math.exp(base_shift + slope * (tokens - FEW)))
