"""One walk through a schedule, one model evaluation at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodegraph.errors import NodegraphError
from nodes.lib.noise import noise_kind, noise_source
from nodes.lib.samplers import Evaluation, sampler

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from nodes.lib.model_sampling import ModelSampling


class NoNegativeError(NodegraphError):
    """A sampler wants the estimate with the negative prompt, and there is none."""


class Stepper:
    """Drives one solver, for a closed sampler and for a loop the user can see alike.

    Evaluate the model at ``x`` and ``sigma``, hand the estimate of x0 to ``advance``, repeat
    until ``done``. Assigning ``x`` before that is allowed: the solver takes the new x as the one
    the model was evaluated at.

    Attributes:
        x: (B, C, h, w): where to evaluate next, or the result.
        sigma: The noise level of x.
        step: Which interval of the schedule this is, from 0.
        turn: How many evaluations have been handed in.
        steps: Intervals in the schedule.
        done: Whether x is the result.
        cfg_pp: Whether the estimate with the negative prompt is wanted too.
    """

    x: Tensor
    sigma: float
    step: int

    def __init__(
        self,
        sampler_name: str,
        sampling: ModelSampling,
        sigmas: Sequence[float] | Tensor,
        x: Tensor,
        seed: int,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        levels = [float(sigma) for sigma in sigmas]
        spec, told = sampler(sampler_name), dict(options or {})
        self._name, self.cfg_pp = sampler_name, spec.cfg_pp
        kind = noise_kind(spec.noise, told)
        told.pop("noise", None)
        self._solver = spec.start(x, levels, noise_source(kind, x, levels, seed), sampling, **told)
        self._last_sigma = levels[-1] if levels else 0.0
        self.steps = max(len(levels) - 1, 0)
        self.turn = 0
        self.done = False
        self._resume(None)

    def advance(
        self, denoised: Tensor, x: Tensor | None = None, negative: Tensor | None = None
    ) -> Tensor:
        """Hand in the estimate of x0 at x, (B, C, h, w); return the next x.

        Args:
            denoised: The estimate.
            x: Where it was made, if not at ``self.x``.
            negative: The estimate with the negative prompt, where the sampler wants it.

        Raises:
            NoNegativeError: It wants it, and there is none.
        """
        if self.done:
            raise RuntimeError("the schedule is over; there is no step left to take")
        at = self.x if x is None else x
        if self.cfg_pp and negative is None:
            raise NoNegativeError(
                f"{self._name} walks along what the network sees with the negative prompt, and "
                f"at sigma {self.sigma:.4g} there is none; link a negative prompt that counts all "
                "the way, and in an open loop the UNet step's negative to the scheduler step too, "
                "or choose a sampler without cfg_pp"
            )
        self.turn += 1
        self._resume((at, denoised, negative) if self.cfg_pp else (at, denoised))
        return self.x

    def _resume(self, answer: tuple[Tensor | None, ...] | None) -> None:
        """Let the solver run to its next request, or to its end."""
        try:
            request = self._solver.send(answer)
        except StopIteration as end:
            request = Evaluation(end.value, self._last_sigma, self.steps)
            self.done = True
        self.x, self.sigma, self.step = request
