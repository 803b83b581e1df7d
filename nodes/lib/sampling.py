"""The walk from noise to a latent, for the loop a user can see and the closed sampler alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from nodegraph.errors import NodegraphError, ParamError
from nodes.lib import guiders
from nodes.lib.keeping import kept
from nodes.lib.latents import SizeError, to_latent, to_model_space
from nodes.lib.samplers import sampler as spec
from nodes.lib.stepper import Stepper
from nodes.types import Latent, Solver

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from nodes.handles import Model
    from nodes.types import Conditioning, Guider, Noise, Prediction, Sampler, Schedule


class StepError(NodegraphError):
    """A turn of the loop took no step, or two."""


class Walk:
    """A stepper that shows latents, and keeps x in the network's units inside.

    Where the latent has a mask, x is shown with what the mask keeps laid in.

    Attributes:
        x: Where the network is to be evaluated next, or the result.
        denoised: The last estimate handed in, for those who look on.
    """

    x: Latent
    denoised: Latent | None = None

    @torch.inference_mode()
    def __init__(
        self,
        model: Model,
        sampler: Sampler,
        schedule: Schedule,
        noise: Noise,
        latent: Latent | None = None,
    ) -> None:
        self._format, self._sampling, self._latent = model.latent_format, model.sampling, latent
        x = _start(model, schedule, noise, latent)
        _check(model, sampler.name, schedule.sigmas)
        self._stepper = Stepper(
            sampler.name, model.sampling, schedule.sigmas, x, noise.seed, sampler.options
        )
        self._last_sigma = schedule.sigmas[-1] if schedule.sigmas else 0.0
        _check_kept(noise, latent)
        self._kept = kept(model, sampler.name, schedule.sigmas, noise, latent)
        self._turns_taken, self._averaged = 0, 0
        self._average: Tensor | None = None
        untouched = latent is not None and self.done
        self.x = latent if untouched else self._shown()

    @property
    def sigma(self) -> float:
        """The noise level of x."""
        return self._stepper.sigma

    @property
    def step(self) -> int:
        """Which interval of the schedule this is, from 0."""
        return self._stepper.step

    @property
    def steps(self) -> int:
        """Intervals in the schedule."""
        return self._stepper.steps

    @property
    def done(self) -> bool:
        """Whether x is the result."""
        return self._stepper.done

    def solver(self) -> Solver:
        """Return what takes this turn's step, once."""
        turn = self._stepper.turn
        return Solver(
            lambda denoised, x=None, negative=None: self._advance(turn, denoised, x, negative),
            lambda value, share: self._averages(turn, value, share),
            self._stepper.cfg_pp,
        )

    @torch.inference_mode()
    def _averages(self, turn: int, value: Tensor, share: float) -> Tensor:
        if self._averaged > turn:
            raise StepError(
                "a loop keeps one running average; give momentum to one of its projected guidances"
            )
        self._averaged = turn + 1
        self._average = value if self._average is None else value + share * self._average
        return self._average

    @torch.inference_mode()
    def _advance(
        self, turn: int, denoised: Latent, x: Latent | None, negative: Prediction | None
    ) -> Latent:
        if self._stepper.turn != turn:
            raise StepError(
                "this turn's step is taken already; link one scheduler step to the solver of a turn"
            )
        moved = None if x is None or x is self.x else self._inside(x)
        estimate = self._inside(denoised)
        if self._kept is not None:
            estimate = self._kept.denoised(estimate, self.sigma)
            denoised = Latent(to_latent(estimate, self._format))
        other = self._inside(negative.denoised) if negative and self._stepper.cfg_pp else None
        self._stepper.advance(estimate, moved, other)
        self.denoised = denoised
        self.x = self._shown()
        return self.x

    @torch.inference_mode()
    def take(self, x: Latent) -> None:
        """Go on from what the loop's body made of x.

        Raises:
            StepError: The body took no step.
        """
        self._turns_taken += 1
        if self._stepper.turn != self._turns_taken:
            raise StepError(
                "the loop took no scheduler step, so it would never end; put one between its "
                "begin and its end"
            )
        if x is not self.x:
            self._stepper.x = self._inside(x)
            self.x = x if self._kept is None else self._shown()

    @torch.inference_mode()
    def result(self) -> Latent:
        """Return the latent at the end of the way, with the mask of the one it started from."""
        finished = self._sampling.finish(self._stepper.x, self._last_sigma)
        same = finished is self._stepper.x
        found = self.x if same else self._without_noise(finished)
        return found if self._latent is None else replace(self._latent, samples=found.samples)

    def _inside(self, latent: Latent) -> Tensor:
        return to_model_space(latent.samples.to(self._stepper.x.device), self._format)

    def _shown(self) -> Latent:
        x = self._stepper.x
        if self.done:
            return self._without_noise(x)
        shown = x if self._kept is None else self._kept.x(x, self.sigma)
        return Latent(to_latent(shown, self._format))

    def _without_noise(self, x: Tensor) -> Latent:
        samples = to_latent(x, self._format)
        clean = self._kept is not None and self._last_sigma == 0
        return Latent(self._kept.restored(samples) if self._kept and clean else samples)


def _start(model: Model, schedule: Schedule, noise: Noise, latent: Latent | None) -> Tensor:
    """Bring the latent, or nothing, to the schedule's first noise level."""
    drawn = noise.samples.to(model.part.device)
    if latent is not None and latent.samples.shape != drawn.shape:
        raise SizeError(
            f"the noise is {tuple(drawn.shape)} and the latent {tuple(latent.samples.shape)}; "
            "link the latent to the noise's latent input, so that their sizes agree"
        )
    if latent is None:
        clean = torch.zeros_like(drawn)
    else:
        clean = to_model_space(latent.samples.to(drawn.device), model.latent_format)
    if not schedule.sigmas:
        return clean
    return model.sampling.noise_latent(clean, drawn, schedule.sigmas[0])


def _check(model: Model, sampler_name: str, sigmas: Sequence[float]) -> None:
    """Refuse a way that no latent comes out of.

    Raises:
        ParamError: A flow is to end in pure noise, or noise is drawn on the way up.
    """
    if sigmas and model.sampling.alpha(sigmas[-1]) <= 0:
        raise ParamError(
            "a flow's latents keep nothing of what ends as pure noise, at sigma 1; let the "
            "schedule end below it"
        )
    rises = len(sigmas) > 1 and sigmas[0] < sigmas[-1]
    if rises and spec(sampler_name).noise != "none":
        raise ParamError(
            f"{sampler_name} draws noise on its way and only walks down; for a schedule that rises "
            "choose one that draws none, such as euler"
        )


def _check_kept(noise: Noise, latent: Latent | None) -> None:
    """Refuse to keep what is not clean.

    Raises:
        ParamError: A mask keeps something, and no noise is added.
    """
    if latent is None or latent.mask is None or noise.samples.any():
        return
    if bool((latent.mask < 1).any()):
        raise ParamError(
            "this latent has a mask and no noise is added, so that what the mask keeps would stay "
            "as noisy as the stage before left it; sample masked latents in one go, or set a mask "
            "of ones and lay the picture over the result with latent.composite"
        )


def sample(
    walk: Walk,
    model: Model,
    positive: Conditioning,
    negative: Conditioning | None,
    cfg: float,
    report: Callable[[Walk], None],
) -> Latent:
    """Walk to the end; without guidance (cfg 1) the negative is never evaluated.

    Args:
        report: Called before every evaluation of the network.
    """
    return walked(walk, guiders.cfg(model, positive, negative, cfg), report)


def walked(walk: Walk, guider: Guider, report: Callable[[Walk], None]) -> Latent:
    """Walk to the end, where a guider leads.

    Args:
        report: Called before every evaluation of the network.
    """
    while not walk.done:
        report(walk)
        solver = walk.solver()
        denoised, _, negative = guider.estimate(walk.x, walk.sigma, solver)
        walk.take(solver.advance(denoised, None, negative))
    return walk.result()
