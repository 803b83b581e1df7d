"""Hooks: what single texts change about the network while it is evaluated for them.

A LoRA, or another model's weights that the network's own lean to: W + strength * (other - W). Its
strength may change on the way, by keyframes. Texts with the same hooks at the same strengths share
an evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from nodegraph.errors import NodegraphError
from nodes.handles import Hooks, Keyframes, TextEncoder
from nodes.lib import merging
from nodes.lib.adapters import lora as loras
from nodes.lib.adapters.lora import Lora
from nodes.lib.folders import Part
from nodes.types import Conditioning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from torch import Tensor

    from nodes.handles import Clip, Model
    from nodes.types import Condition

FAMILIES = {"sd3": "sd3", "flux": "flux"}
"""Of models whose texts are of a kind; all others are UNets."""


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
    return Hook(strength_model, strength_clip, lora=loras.open_lora(path))


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


def between(
    strengths: tuple[float, float], shares: tuple[float, float], count: int, way: str
) -> tuple[tuple[float, float], ...]:
    """Return keyframes evenly spaced on the way, whose strengths go from one to another.

    Args:
        strengths: The first and the last.
        shares: Of the way, likewise.
        count: How many.
        way: ``linear``; ``ease_in``, slowly first; ``ease_out``, slowly last; ``ease_in_out``.
    """
    times = [n / (count - 1) for n in range(count)]
    (low, high), (start, end) = strengths, shares
    return tuple((start + (end - start) * t, low + (high - low) * EASES[way](t)) for t in times)


def _smooth(t: float) -> float:
    return float(0.5 - 0.5 * torch.cos(torch.tensor(t, dtype=torch.float64) * torch.pi))


EASES: dict[str, Callable[[float], float]] = {
    "linear": lambda t: t,
    "ease_in": lambda t: t**2,
    "ease_out": lambda t: 1 - (1 - t) ** 2,
    "ease_in_out": _smooth,
}


def joined(before: Keyframes | None, more: Iterable[tuple[float, float]]) -> Keyframes:
    """Return keyframes with more of them, in the order of their shares."""
    every = (*(before.frames if before else ()), *more)
    return Keyframes(tuple(sorted(every, key=lambda one: one[0])))


def keyed(hooks: Hooks, keyframes: Keyframes) -> Hooks:
    """Return hooks whose strengths follow keyframes, in place of those they had."""
    return Hooks(tuple(replace(one, keyframes=keyframes.frames) for one in hooks.hooks))


def told(conditioning: Conditioning, hooks: Hooks) -> Conditioning:
    """Let every text have hooks, beside those it has."""
    return Conditioning(
        tuple(
            replace(one, hooks=tuple(dict.fromkeys((*one.hooks, *hooks.hooks))))
            for one in conditioning.entries
        )
    )


def read_by(clip: Clip, hooks: Hooks, *, pass_on: bool) -> Clip:
    """Return what reads texts under hooks, at their full strengths.

    Args:
        clip: What reads.
        hooks: Which.
        pass_on: The texts have the hooks too, for the network.
    """
    changed = _leant_clip(clip, hooks)
    for hook in hooks.hooks:
        if hook.lora is not None:
            one = replace(hook.lora, strength=hook.strength_clip)
            changed = loras.on_clip(changed, one, FAMILIES.get(clip.kind, "unet"))
    return replace(changed, hooks=(*clip.hooks, *hooks.hooks) if pass_on else clip.hooks)


def _leant_clip(clip: Clip, hooks: Hooks) -> Clip:
    leaning = [one for one in hooks.hooks if one.encoders and one.strength_clip]
    if not leaning:
        return clip
    others: list[Clip] = []
    for hook in leaning:
        theirs = dict(hook.encoders)
        if any(one.name not in theirs for one in clip.encoders):
            raise HookError(
                "the model that a hook leans to has other text encoders; use one of the same family"
            )
        readers = [TextEncoder(one.name, one.tokenizer, theirs[one.name]) for one in clip.encoders]
        others.append(replace(clip, encoders=tuple(readers), changes=(), words={}))
    shares = [one.strength_clip for one in leaning]
    plain = replace(clip, changes=())
    made = merging.merged_clips([plain, *others], [1 - sum(shares), *shares])
    return replace(clip, encoders=made.encoders)


def each(
    model: Model,
    sigma: float,
    entries: Sequence[Condition],
    call: Callable[[Model, Sequence[Condition]], Tensor],
) -> Tensor:
    """Evaluate texts under their hooks; (n * B, C, h, w) in the texts' order.

    Args:
        model: As it is without hooks.
        sigma: The noise level.
        entries: The texts, n of them.
        call: Evaluates a model for some texts.
    """
    groups: dict[tuple[tuple[Hook, float], ...], list[int]] = {}
    for index, entry in enumerate(entries):
        key = tuple((one, one.strength(model, sigma)) for one in entry.hooks)
        groups.setdefault(tuple(one for one in key if one[1]), []).append(index)
    rows: dict[int, Tensor] = {}
    for key, indices in groups.items():
        output = call(hooked(model, key), tuple(entries[index] for index in indices))
        rows |= dict(zip(indices, output.chunk(len(indices)), strict=True))
    return torch.cat([rows[index] for index in range(len(entries))])


@lru_cache(maxsize=16)
def hooked(model: Model, strengths: tuple[tuple[Hook, float], ...]) -> Model:
    """Return a model under hooks of so much strength each."""
    leaning = [(hook.part, share) for hook, share in strengths if hook.part is not None]
    if leaning:
        plain = replace(model, changes=())
        others = [replace(plain, part=part) for part, _ in leaning]
        shares = [share for _, share in leaning]
        made = merging.merged([plain, *others], {"": [1 - sum(shares), *shares]})
        model = replace(model, part=made.part)
    for hook, share in strengths:
        if hook.lora is not None:
            model = loras.on_model(model, replace(hook.lora, strength=share))
    return model


def facts(hook: Hook) -> dict[str, Any]:
    """Return a hook as JSON data."""
    lora = hook.lora and [hook.lora.identity, hook.lora.strength, str(hook.lora.path)]
    return {
        "strengths": [hook.strength_model, hook.strength_clip],
        "lora": lora,
        "part": hook.part and _part(hook.part),
        "encoders": [[name, _part(part)] for name, part in hook.encoders],
        "keyframes": hook.keyframes,
    }


def _part(part: Part) -> dict[str, Any]:
    return {**vars(part), "folder": str(part.folder)}


def of_facts(found: Any) -> Hook:
    """Return the hook that ``facts`` told."""

    def part(told: Any) -> Part:
        return Part(**{**told, "folder": Path(told["folder"])})

    lora = found["lora"]
    return Hook(
        *found["strengths"],
        lora=lora and Lora(lora[0], lora[1], Path(lora[2])),
        part=found["part"] and part(found["part"]),
        encoders=tuple((name, part(one)) for name, one in found["encoders"]),
        keyframes=tuple((start, times) for start, times in found["keyframes"]),
    )


def forget() -> None:
    """Let go of models under hooks."""
    hooked.cache_clear()
