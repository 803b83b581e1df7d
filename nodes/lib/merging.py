"""Models and text encoders mixed weight by weight."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from nodegraph.errors import NodegraphError
from nodes.lib import models
from nodes.lib.adapters import baking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from nodes.handles import Clip, Model
    from nodes.lib.changes import Change
    from nodes.lib.folders import Part

    Shares = Mapping[str, Sequence[float]]

INPUT, MIDDLE, OUTPUT = "input", "middle", "output"
BLOCKS = {
    "mid_block.": MIDDLE,
    "up_blocks.": OUTPUT,
    "conv_norm_out.": OUTPUT,
    "conv_out.": OUTPUT,
}
"""Where a UNet's tensors are, by what their names begin with; all others count as input."""


TIME = "time"
PLACES = {
    "conv_in": f"{INPUT} 0",
    "time_embedding": TIME,
    "add_embedding": "label",
    "conv_norm_out": "out",
    "conv_out": "out",
}
MIDDLES = {"resnets.0": 0, "attentions.0": 1, "resnets.1": 2}
"""Which of SDXL's blocks layers are, by what their tensors' names begin with."""


class MergeError(NodegraphError):
    """Networks that cannot be mixed."""


@dataclass(frozen=True)
class _Source:
    part: Part
    changes: tuple[Change, ...]


def merged(several: Sequence[Model], shares: Shares) -> Model:
    """Return the sum of models, each weight times its model's share; made when first used.

    LoRAs of each are mixed in. What it predicts and its latents are the first one's.

    Args:
        several: Of one family.
        shares: A share for each model: under ``""`` for all weights, or under ``input``,
            ``middle`` and ``output`` for those of a UNet's blocks; or under every ``place`` of
            Stable Diffusion XL's.

    Raises:
        MergeError: They are of several families, or transformers by blocks.
    """
    first = several[0]
    if any(one.family != first.family for one in several):
        families = " and ".join(dict.fromkeys(one.family for one in several))
        raise MergeError(f"models of {families} have nothing to mix; use two of one family")
    if "" not in shares and first.family != "unet":
        raise MergeError(
            f"a {first.family} has no input, middle and output blocks; merge it by one ratio"
        )
    part = _made([_Source(one.part, one.changes) for one in several], shares)
    return replace(first, part=part, changes=())


def merged_clips(several: Sequence[Clip], shares: Sequence[float]) -> Clip:
    """Return the sum of text encoders, as ``merged`` does models.

    Raises:
        MergeError: They read for different families.
    """
    first = several[0]
    names = [[one.name for one in clip.encoders] for clip in several]
    if any(one.kind != first.kind or own != names[0] for one, own in zip(several, names, strict=1)):
        kinds = " and ".join(f"{one.kind} ({len(one.encoders)})" for one in several)
        raise MergeError(f"text encoders of {kinds} have nothing to mix; use two of one family")
    encoders = [
        replace(
            encoder,
            encoder=_made(
                [_Source(clip.encoders[n].encoder, clip.changes) for clip in several],
                {"": shares},
            ),
        )
        for n, encoder in enumerate(first.encoders)
    ]
    return replace(first, encoders=tuple(encoders), changes=())


def difference(multiplier: float) -> Sequence[float]:
    """Return the shares of A + (B - C) * multiplier."""
    return (1.0, multiplier, -multiplier)


def _made(sources: Sequence[_Source], shares: Shares) -> Part:
    """Return a part for the sum, told from others by what it is of."""
    for one in sources:
        baking.check(one.changes)
    told = repr((sources, sorted((name, tuple(one)) for name, one in shares.items())))
    first = sources[0].part
    part = replace(first, identity=hashlib.sha256(told.encode()).hexdigest()[:32])
    models.make(part, lambda: _sum(part, tuple(sources), dict(shares)))
    return part


@torch.inference_mode()
def _sum(part: Part, sources: Sequence[_Source], shares: Shares) -> Any:
    states = [baking.baked(one.part, one.changes) for one in sources]
    _check(sources, states)
    found = {
        name: _mixed([state[name] for state in states], _share(name, shares)) for name in states[0]
    }
    made = baking.rebuilt(models.network(sources[0].part), found)
    return models.settled(made, part)


def _mixed(tensors: Sequence[Tensor], shares: Sequence[float]) -> Tensor:
    """Sum tensors in float32; whole numbers are the first one's."""
    first = tensors[0]
    if not first.is_floating_point():
        return first.clone()
    total = first.float() * shares[0]
    for tensor, share in zip(tensors[1:], shares[1:], strict=True):
        total += tensor.to(total) * share
    return total.to(first.dtype)


def _share(name: str, shares: Shares) -> Sequence[float]:
    if "" in shares:
        return shares[""]
    if TIME not in shares:
        return shares[_block(name)]
    try:
        return shares[place(name)]
    except (KeyError, ValueError, IndexError) as error:
        raise MergeError(
            f"{name} is in none of Stable Diffusion XL's blocks; merge these models by input, "
            "middle and output"
        ) from error


def place(name: str) -> str:
    """Return which block of SDXL's a tensor is of, as the authors' files count them.

    ``input 0`` to 8, ``middle 0`` to 2, ``output 0`` to 8, ``time``, ``label`` or ``out``.
    """
    stem, *rest = name.split(".")
    if stem in PLACES:
        return PLACES[stem]
    if stem == "mid_block":
        return f"{MIDDLE} {MIDDLES['.'.join(rest[:2])]}"
    level, kind, index = int(rest[0]), rest[1], int(rest[2])
    if stem == "down_blocks":
        return f"{INPUT} {3 * level + (3 if kind == 'downsamplers' else 1 + index)}"
    return f"{OUTPUT} {3 * level + (2 if kind == 'upsamplers' else index)}"


def _block(name: str) -> str:
    return next((block for start, block in BLOCKS.items() if name.startswith(start)), INPUT)


def _check(sources: Sequence[_Source], states: Sequence[dict[str, Tensor]]) -> None:
    shapes = [{name: one.shape for name, one in state.items()} for state in states]
    for source, own in zip(sources, shapes, strict=True):
        strange = [name for name in {*own, *shapes[0]} if own.get(name) != shapes[0].get(name)]
        if strange:
            raise MergeError(
                f"the {source.part.name} of {source.part.folder.name} differs from that of "
                f"{sources[0].part.folder.name} in {len(strange)} tensors, {min(strange)} among "
                "them; use models of one family"
            )
