"""Hooks: what single texts change about the network while it is evaluated for them.

A LoRA, or another model's weights that the network's own lean to: W + strength * (other - W). Its
strength may change on the way, by keyframes. Texts with the same hooks at the same strengths share
an evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nodegraph.errors import NodegraphError
from nodes.handles import Hooks
from nodes.lib.adapters.lora import open_lora

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nodes.handles import Clip, Model
    from nodes.lib.adapters.lora import Lora
    from nodes.lib.folders import Part
    from nodes.types import Conditioning


class HookError(NodegraphError):
    """A hook that cannot be made."""


@dataclass(frozen=True)
class Hook:
    """One change, and how much of it.

    Attributes:
        strength_model: On the network.
        strength_clip: On what reads the text.
        lora: The LoRA; or else
        part: the network whose weights are leant to, and
        encoders: the text encoders of that model, by their names.
        keyframes: From which share of the way its strength is times how much; always 1 if empty.
    """

    strength_model: float
    strength_clip: float
    lora: Lora | None = None
    part: Part | None = None
    encoders: tuple[tuple[str, Part], ...] = ()
    keyframes: tuple[tuple[float, float], ...] = field(default=(), compare=False)

    def strength(self, model: Model, sigma: float) -> float:
        """Return how strong it is on the network at a noise level.

        The first keyframe counts from the beginning, each other one from its share on.
        """
        share = 1.0
        for number, (start, times) in enumerate(self.keyframes):
            if number and model.sampling.sigma_at(start) < sigma:
                break
            share = times
        return self.strength_model * share


def of_lora(path: Path, strength_model: float, strength_clip: float) -> Hook:
    """Return the hook of a LoRA's file."""
    return Hook(strength_model, strength_clip, lora=open_lora(path))


def of_model(model: Model, clip: Clip, strength_model: float, strength_clip: float) -> Hook:
    """Return a hook by which networks lean to another model's weights.

    Raises:
        HookError: Something is laid over that model.
    """
    if model.changes or clip.changes:
        raise HookError(
            "a hook leans to the weights of a model as its file has them; lay its LoRAs over by "
            "hooks of their own"
        )
    encoders = tuple((one.name, one.encoder) for one in clip.encoders)
    return Hook(strength_model, strength_clip, part=model.part, encoders=encoders)


def combined(several: Iterable[Hooks]) -> Hooks:
    """Join hooks; one that is in several counts once."""
    return Hooks(tuple(dict.fromkeys(hook for one in several for hook in one.hooks)))


def told(conditioning: Conditioning, hooks: Hooks) -> Conditioning:
    """Let every text have hooks, beside those it has."""
    return conditioning.each(
        lambda entry: replace(entry, hooks=tuple(dict.fromkeys((*entry.hooks, *hooks.hooks))))
    )
