"""Texts in boxes: GLIGEN, whose layers let each place of a picture read what its box shall show.

Source: Li et al. 2023, arXiv:2301.07093, section 4. A box and its text become a token; after each
self-attention of the network a gated one sees places and tokens together (eq. 8).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import torch

from nodes.handles import Gligen
from nodes.lib import device, folders, header
from nodes.lib.control.seeing import ControlError
from nodes.lib.folders import ENDINGS, ModelError, Part
from nodes.lib.models import network
from nodes.lib.text.encoders import Layer, clip_chunks, read_clip
from nodes.lib.text.prompt import weighted
from nodes.types import Conditioning, Control

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from torch import Tensor

    from nodes.handles import Clip
    from nodes.types import Condition

    Tensors = dict[str, Tensor]

NAME = "gligen"
POSITIONS, FUSER = "position_net.", ".fuser."
MOST = 30
"""Boxes that there is room for; the network was trained with as many, most of them empty."""

CORNERS = 4
"""Numbers before a text's own: left, top, right and bottom of its box, in pixels."""

ORDER = ("input_blocks", "down_blocks", "middle_block", "mid_block", "output_blocks", "up_blocks")
"""The parts of a network from its input to its output, as its authors and diffusers call them."""

_made: WeakKeyDictionary[Any, dict[Part, list[Any]]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Boxes:
    """What a network is told of boxes.

    Attributes:
        part: The layers that see them.
        objects: (n * B, 30, D), a token for each box.
        rows: (n * B,), where there is any; the others are computed as ever.
    """

    part: Part
    objects: Tensor
    rows: Tensor

    @contextmanager
    def over(self, unet: Any) -> Iterator[None]:
        """Put the layers into a UNet's blocks.

        Raises:
            ControlError: They are for another family.
        """
        blocks = _blocks(unet)
        for block, layer in zip(blocks, _layers(unet, self.part), strict=True):
            block.fuser = self._fuser(layer)
        unet.position_net = _themselves
        try:
            yield
        finally:
            for module in blocks:
                del module.fuser
            del unet.position_net

    def told(self) -> dict[str, Any]:
        """Return what the UNet is called with."""
        return {"cross_attention_kwargs": {"gligen": {"objects": self.objects}}}

    def _fuser(self, layer: Any) -> Any:
        def fuse(x: Tensor, objects: Tensor) -> Tensor:
            seen = layer(x, objects)
            return seen if bool(self.rows.all()) else torch.where(self.rows[:, None, None], seen, x)

        return fuse


def _themselves(objects: Tensor) -> Tensor:
    """Stand for what makes tokens of boxes: it was asked already."""
    return objects


def open_gligen(path: Path, device_name: str, dtype_name: str) -> Gligen:
    """Return GLIGEN's layers; their weights are read when they are first used.

    Raises:
        ModelError: They are none, or know of pictures in boxes.
    """
    names = header.entries(path) if path.is_file() and path.suffix in ENDINGS else {}
    if f"{POSITIONS}linears.0.weight" not in names or not any(FUSER in name for name in names):
        raise ModelError(
            f"{path.name} is no GLIGEN for texts in safetensors; use one of those named textbox"
        )
    where = device.choose_device(device_name)
    dtype = device.choose_dtype(dtype_name, where)
    return Gligen(Part(folders.identity(path), NAME, where, dtype, path))


def load(part: Part) -> Mapping[str, Tensors]:
    """Read what makes tokens of boxes, ``position_net``, and each block's layer, in order."""
    from safetensors.torch import load_file

    found: dict[str, Tensors] = {}
    for name, tensor in load_file(part.folder).items():
        tensor = tensor.to(part.device, device.DTYPES[part.dtype])
        if name.startswith(POSITIONS):
            found.setdefault(POSITIONS, {})[name.removeprefix(POSITIONS)] = tensor
        elif FUSER in name:
            block, _, rest = name.partition(FUSER)
            found.setdefault(block, {})[rest] = tensor
    return dict(sorted(found.items(), key=lambda item: _place(item[0])))


def _place(block: str) -> tuple[int, list[int]]:
    """Return where a block stands on the way through the network; what makes tokens comes first."""
    stem = block.removeprefix("model.diffusion_model.").split(".")[0]
    numbers = [int(one) for one in block.split(".") if one.isdigit()]
    return (ORDER.index(stem) if stem in ORDER else -1, numbers)


def _blocks(unet: Any) -> list[Any]:
    """Return a UNet's blocks with attention, from its input to its output."""
    from diffusers.models.attention import BasicTransformerBlock

    parts = (*unet.down_blocks, unet.mid_block, *unet.up_blocks)
    return [
        one for part in parts for one in part.modules() if isinstance(one, BasicTransformerBlock)
    ]


def _layers(unet: Any, part: Part) -> list[Any]:
    """Return the layers for a UNet's blocks, made once for each UNet."""
    known = _made.setdefault(unet, {})
    if part not in known:
        known.clear()
        known[part] = _new(unet, part)
    return known[part]


def _new(unet: Any, part: Part) -> list[Any]:
    from diffusers.models.attention import GatedSelfAttentionDense

    found = [one for name, one in network(part).items() if name != POSITIONS]
    blocks, made = _blocks(unet), []
    wrong = ControlError(
        f"the GLIGEN {part.folder.name} is for another family of models; use one for this model's"
    )
    if len(blocks) != len(found):
        raise wrong
    for block, tensors in zip(blocks, found, strict=True):
        width, context = tensors["linear.weight"].shape
        heads = block.attn1.heads
        if width != block.attn1.to_q.in_features:
            raise wrong
        with torch.inference_mode(False):
            layer = GatedSelfAttentionDense(width, context, heads, width // heads)
        made.append(_filled(layer, tensors, part))
    return made


def _filled(module: Any, tensors: Tensors, part: Part) -> Any:
    module.load_state_dict(tensors)
    return module.eval().requires_grad_(False).to(part.device, device.DTYPES[part.dtype])


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
    return Conditioning(tuple(_with(entry, control) for entry in conditioning.entries))


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


def _with(entry: Condition, control: Control) -> Condition:
    if sum(is_box(one) for one in entry.controls) >= MOST:
        raise ControlError(f"GLIGEN knows of {MOST} boxes at most; leave some out")
    return replace(entry, controls=(*entry.controls, control))


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
        torch.stack(one).to(part.device, device.DTYPES[part.dtype])
        for one in zip(*rows, strict=True)
    )
    objects = _positions(own)(corners, known, positive_embeddings=said)
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


def _positions(part: Part) -> Any:
    """Return what makes tokens of boxes and texts."""
    from diffusers.models.embeddings import GLIGENTextBoundingboxProjection

    tensors = network(part)[POSITIONS]
    read = len(tensors["null_positive_feature"])
    with torch.inference_mode(False):
        made = GLIGENTextBoundingboxProjection(read, len(tensors["linears.4.weight"]))
    return _filled(made, tensors, part)


def forget() -> None:
    """Let go of what is kept from step to step."""
    boxes.cache_clear()
