"""Nodes that let single texts change the network while it is evaluated for them."""

from __future__ import annotations

from typing import Annotated, Literal

from nodegraph import Range, node
from nodegraph.params import Named
from nodes.adapter import identify_lora
from nodes.handles import Clip, Hooks, Keyframes, Model
from nodes.ranges import Share
from nodes.types import Conditioning

Strength = Annotated[float, Range(-20.0, 20.0, step=0.05)]
Times = Annotated[float, Range(0.0, 10.0, step=0.05)]


@node("hooks.lora", fingerprint=identify_lora, title="Hook: LoRA")
def lora(
    hooks: Hooks | None = None,
    *,
    lora: Annotated[str, Named("loras")] = "",
    strength_model: Strength = 1.0,
    strength_clip: Strength = 1.0,
) -> Hooks:
    """Make a LoRA something that single texts lay over the network, and others do not.

    Args:
        hooks: Others that come along.
        lora: The path of a ``.safetensors`` file, or its name in the folder ``loras``.
        strength_model: On the network, for these texts.
        strength_clip: On what reads them.
    """
    from nodes.lib import folders
    from nodes.lib import hooks as lib

    found = lib.of_lora(folders.named("loras", lora), strength_model, strength_clip)
    return lib.combined([*([hooks] if hooks else []), Hooks((found,))])


@node("hooks.model", title="Hook: another model")
def model(
    model: Model,
    clip: Clip,
    hooks: Hooks | None = None,
    *,
    strength_model: Strength = 1.0,
    strength_clip: Strength = 1.0,
) -> Hooks:
    """Let the network's weights lean to another model's for single texts.

    Args:
        model: The other one, as it was loaded.
        clip: Its text encoders.
        hooks: Others that come along.
        strength_model: 1 is the other model, 0 the network itself.
        strength_clip: The same of what reads the texts.
    """
    from nodes.lib import hooks as lib

    found = lib.of_model(model, clip, strength_model, strength_clip)
    return lib.combined([*([hooks] if hooks else []), Hooks((found,))])


@node("hooks.combine", title="Combine hooks")
def combine(*hooks: Hooks) -> Hooks:
    """Join hooks; one that is in several counts once.

    Args:
        hooks: As many as you like.
    """
    from nodes.lib import hooks as lib

    return lib.combined(hooks)


@node("hooks.keyframe", title="Hook keyframe")
def keyframe(
    keyframes: Keyframes | None = None, *, strength: Times = 1.0, start: Share = 0.0
) -> Keyframes:
    """Say how strong hooks are from a share of the way on.

    Args:
        keyframes: Others that come along; they are sorted.
        strength: Times as strong as they are by themselves.
        start: 0 is pure noise. The first keyframe counts from the beginning in any case.
    """
    from nodes.lib.hooks.keyframes import joined

    return joined(keyframes, [(start, strength)])


@node("hooks.keyframes", title="Hook keyframes between")
def keyframes(
    keyframes: Keyframes | None = None,
    *,
    strength_start: Times = 1.0,
    strength_end: Times = 1.0,
    interpolation: Literal["linear", "ease_in", "ease_out", "ease_in_out"] = "linear",
    start: Share = 0.0,
    end: Share = 1.0,
    count: Annotated[int, Range(2, 100)] = 5,
) -> Keyframes:
    """Let hooks grow stronger or weaker on the way, in steps.

    Args:
        keyframes: Others that come along; they are sorted.
        strength_start: Times as strong as they are by themselves, at first …
        strength_end: … and at last.
        interpolation: How it goes from the one to the other.
        start: The first one's share of the way.
        end: The last one's.
        count: How many there are.
    """
    from nodes.lib.hooks.keyframes import between, joined

    more = between((strength_start, strength_end), (start, end), count, interpolation)
    return joined(keyframes, more)


@node("hooks.set_keyframes", title="Set hook keyframes")
def set_keyframes(hooks: Hooks, keyframes: Keyframes) -> Hooks:
    """Let the strengths of hooks follow keyframes, in place of those they had."""
    from nodes.lib.hooks.keyframes import keyed

    return keyed(hooks, keyframes)


@node("hooks.clip", title="Read texts under hooks")
def clip(clip: Clip, hooks: Hooks, *, pass_on: bool = True) -> Clip:
    """Read texts under hooks; keyframes do not count there.

    Args:
        clip: What reads.
        pass_on: The texts have the hooks too, for the network.
    """
    from nodes.lib.hooks.evaluating import read_by

    return read_by(clip, hooks, pass_on=pass_on)


@node("hooks.set", title="Set hooks")
def set_hooks(conditioning: Conditioning, hooks: Hooks) -> Conditioning:
    """Let texts change the network while it is evaluated for them, beside what they do already."""
    from nodes.lib import hooks as lib

    return lib.told(conditioning, hooks)
