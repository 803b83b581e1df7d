"""Networks and text encoders under hooks."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from nodes.handles import TextEncoder
from nodes.lib import merging
from nodes.lib.adapters import lora as loras
from nodes.lib.families.grouping import grouped
from nodes.lib.hooks import HookError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from nodes.handles import Clip, Hooks, Model
    from nodes.lib.hooks import Hook
    from nodes.types import Condition

FAMILIES = {"sd3": "sd3", "flux": "flux"}
"""Of models whose texts are of a kind; all others are UNets."""


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

    def strengths(entry: Condition) -> tuple[tuple[Hook, float], ...]:
        found = ((one, one.strength(model, sigma)) for one in entry.hooks)
        return tuple((one, strength) for one, strength in found if strength)

    return grouped(entries, strengths, lambda own, some: call(hooked(model, own), some))


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


def forget() -> None:
    """Let go of models under hooks."""
    hooked.cache_clear()
