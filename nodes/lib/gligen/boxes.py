"""Texts in boxes: conditions that have some, and what the network is told of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import torch

from nodes.lib.control import applying
from nodes.lib.control.seeing import ControlError
from nodes.lib.device import DTYPES
from nodes.lib.gligen.files import NAME
from nodes.lib.gligen.layers import Boxes, positions
from nodes.lib.text.encoders import Layer, clip_chunks, read_clip
from nodes.lib.text.prompt import weighted
from nodes.types import Control

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Clip, Gligen
    from nodes.lib.folders import Part
    from nodes.types import Condition, Conditioning

MOST = 30
"""Boxes that there is room for; the network was trained with as many, most of them empty."""

CORNERS = 4
"""Numbers before a text's own: left, top, right and bottom of its box, in pixels."""


def placed(
    conditioning: Conditioning,
    gligen: Gligen,
    clip: Clip,
    text: str,
    box: tuple[int, int, int, int],
) -> Conditioning:
    """Let a text say what a box shall show, beside what every text says of the whole.

    Args:
        conditioning: The texts.
        gligen: The layers that see boxes.
        clip: The model's own.
        text: What the box shall show.
        box: Its left, top, width and height in pixels.

    Raises:
        ControlError: There are too many boxes, or the encoder gives no text as a whole.
    """
    left, top, width, height = box
    pooled = _whole(clip, text)
    corners = torch.tensor([[left, top, left + width, top + height]], dtype=torch.float32)
    control = Control(gligen.part, torch.cat([corners, pooled], 1))
    if any(sum(map(is_box, entry.controls)) >= MOST for entry in conditioning.entries):
        raise ControlError(f"GLIGEN knows of {MOST} boxes at most; leave some out")
    return applying.led(conditioning, control)


@torch.inference_mode()
def _whole(clip: Clip, text: str) -> Tensor:
    """Return a text as a whole, (1, D), as CLIP's encoder says it before it is projected."""
    if clip.kind != "sd":
        raise ControlError(
            f"GLIGEN reads texts with the encoder of Stable Diffusion 1, and this one is of "
            f"{clip.kind}; place texts by areas there"
        )
    reader = clip.encoders[0]
    chunks = clip_chunks(clip, reader, weighted(text))[:1]
    pooled = read_clip(clip, reader, chunks, Layer()).pooled
    assert pooled is not None
    return pooled.float().cpu()


def is_box(control: Control) -> bool:
    """Tell whether a control is a text in a box."""
    return control.part.name == NAME


@lru_cache(maxsize=4)
@torch.inference_mode()
def boxes(
    entries: tuple[Condition, ...], shape: tuple[int, ...], cell: int, part: Part
) -> Boxes | None:
    """Return what conditions say of boxes; nothing where none says anything.

    Args:
        entries: The conditions, n of them.
        shape: Of what the network is shown, (B, C, h, w).
        cell: Pixels a side of its places.
        part: The network.

    Raises:
        ControlError: Two kinds of GLIGEN meet.
    """
    each = [[one for one in entry.controls if is_box(one)] for entry in entries]
    parts = {one.part for some in each for one in some}
    if not parts:
        return None
    if len(parts) > 1:
        raise ControlError("texts in boxes are for one GLIGEN at a time; use the same for all")
    own = next(iter(parts))
    hints = [torch.cat([one.hint for one in some]) if some else None for some in each]
    width = next(one.shape[1] for one in hints if one is not None) - CORNERS
    rows = [_row(one, width, shape, cell) for one in hints]
    corners, known, said = (
        torch.stack(one).to(part.device, DTYPES[part.dtype]) for one in zip(*rows, strict=True)
    )
    objects = positions(own)(corners, known, positive_embeddings=said)
    there = torch.tensor([one is not None for one in hints], device=part.device)
    batch = shape[0]
    return Boxes(own, objects.repeat_interleave(batch, 0), there.repeat_interleave(batch))


def _row(
    hint: Tensor | None, width: int, shape: tuple[int, ...], cell: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return corners, (30, 4) in shares of the picture, which there are, (30,), and their texts."""
    corners, there = torch.zeros(MOST, CORNERS), torch.zeros(MOST)
    texts = torch.zeros(MOST, width)
    if hint is not None:
        size = torch.tensor([shape[3], shape[2]] * 2)
        count = len(hint)
        left, top, right, bottom = hint[:, :CORNERS].long().unbind(1)
        wide, high = (right - left) // cell, (bottom - top) // cell
        left, top = left // cell, top // cell
        corners[:count] = torch.stack([left, top, left + wide, top + high], 1) / size
        there[:count], texts[:count] = 1, hint[:, CORNERS:]
    return corners, there, texts


def forget() -> None:
    """Let go of what is kept from step to step."""
    boxes.cache_clear()
