"""GLIGEN's layers as modules, and how they are put into a UNet."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import torch

from nodes.lib.control.seeing import ControlError
from nodes.lib.device import DTYPES
from nodes.lib.gligen.files import POSITIONS
from nodes.lib.models import network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from nodes.lib.folders import Part
    from nodes.lib.gligen.files import Tensors

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
    return module.eval().requires_grad_(False).to(part.device, DTYPES[part.dtype])


def positions(part: Part) -> Any:
    """Return what makes tokens of boxes and texts."""
    from diffusers.models.embeddings import GLIGENTextBoundingboxProjection

    tensors = network(part)[POSITIONS]
    read = len(tensors["null_positive_feature"])
    with torch.inference_mode(False):
        made = GLIGENTextBoundingboxProjection(read, len(tensors["linears.4.weight"]))
    return _filled(made, tensors, part)
