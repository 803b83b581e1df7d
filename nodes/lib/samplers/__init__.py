"""Samplers in sigma space: generators that ask for one model evaluation at a time."""

from nodes.lib.samplers.solver import Evaluation, Sampler, Solver
from nodes.lib.samplers.table import SAMPLERS, SamplerSpec, sampler

__all__ = ["SAMPLERS", "Evaluation", "Sampler", "SamplerSpec", "Solver", "sampler"]
