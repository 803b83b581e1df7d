"""Looking into a UNet while it works: what each level makes, and which words each place reads.

Everything is taken by hooks beside the computation, so that looking changes no bit of it.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from nodegraph.errors import NodegraphError
from nodes.lib.models import network
from nodes.lib.predict import predict
from nodes.lib.speed import quick
from nodes.lib.unets import skips
from nodes.types import Attention, Conditioning, Features

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Model
    from nodes.types import Latent


class InsideError(NodegraphError):
    """A network that cannot be looked into."""


class Looked(NamedTuple):
    """What was seen."""

    attention: Attention
    features: Features


@torch.inference_mode()
def look(model: Model, x: Latent, sigma: float, positive: Conditioning) -> Looked:
    """Evaluate the network once, for the first text, and watch.

    Raises:
        InsideError: It is no UNet, or there is no text.
    """
    if model.family != "unet":
        raise InsideError(
            f"a network of the family {model.family} has no levels and skips to look at; use a "
            "model with a UNet, such as Stable Diffusion 1, 2 or XL"
        )
    if not positive.entries:
        raise InsideError("there is no text to look with; link a Text encode")
    entry = replace(positive.entries[0], mask=None, options={}, controls=())
    unet, levels, maps = network(model.part), {}, {}
    with ExitStack() as stack:
        stack.enter_context(quick.plainly(unet))
        for name, module in _levels(unet):
            hook = module.register_forward_hook(_keep(levels, name))
            stack.callback(hook.remove)
        last = skips.count(unet)
        for block in unet.up_blocks:
            last -= len(block.resnets)
            hook = block.register_forward_pre_hook(_carried(levels, last), with_kwargs=True)
            stack.callback(hook.remove)
        for name, module in _attentions(unet):
            hook = module.register_forward_pre_hook(
                _read(maps, name, tuple(x.samples.shape[2:])), with_kwargs=True
            )
            stack.callback(hook.remove)
        predict(model, x, sigma, Conditioning((entry,)))
    return Looked(Attention(maps, entry.tokens), Features(levels))


def _levels(unet: Any) -> list[tuple[str, Any]]:
    """Return a UNet2DConditionModel's parts by name, from the noisy latent to the prediction."""
    down = [(f"down {n}", block) for n, block in enumerate(unet.down_blocks)]
    up = [(f"up {n}", block) for n, block in enumerate(unet.up_blocks)]
    return [("in", unet.conv_in), *down, ("middle", unet.mid_block), *up]


def _attentions(unet: Any) -> list[tuple[str, Any]]:
    """Return the layers in which places read words."""
    return [
        (".".join(name.split(".")[:-1]), module)
        for name, module in unet.named_modules()
        if name.endswith(".attn2") and hasattr(module, "get_attention_scores")
    ]


def _keep(levels: dict[str, Tensor], name: str) -> Any:
    def keep(_: Any, args: Any, output: Any) -> None:
        made = output[0] if isinstance(output, tuple) else output
        levels[name] = made.float().cpu()

    return keep


def _carried(levels: dict[str, Tensor], first: int) -> Any:
    def carried(_: Any, args: Any, kwargs: dict[str, Any]) -> None:
        for number, skip in enumerate(kwargs["res_hidden_states_tuple"], first):
            levels[f"skip {number}"] = skip.float().cpu()

    return carried


def _read(maps: dict[str, Tensor], name: str, area: tuple[int, int]) -> Any:
    def read(attention: Any, args: Any, kwargs: dict[str, Any]) -> None:
        places = args[0] if args else kwargs["hidden_states"]
        words = kwargs["encoder_hidden_states"]
        query = attention.head_to_batch_dim(attention.to_q(places))
        key = attention.head_to_batch_dim(attention.to_k(words))
        scores = attention.get_attention_scores(query, key).float()  # (B * heads, places, words)
        mean = scores.unflatten(0, (places.shape[0], attention.heads)).mean(1)
        size = _size(places.shape[1], area)
        maps[name] = mean.movedim(2, 1).unflatten(2, size).contiguous().cpu()

    return read


def _size(places: int, area: tuple[int, int]) -> tuple[int, int]:
    """Return the height and width of a level with so many places, of a latent of that area."""
    height, width = area
    while height * width > places:
        height, width = (height + 1) // 2, (width + 1) // 2
    if height * width != places:
        raise InsideError(
            f"{places} places are no level of a latent of {area[1]} x {area[0]}; its sides should "
            "be multiples of 8 cells"
        )
    return height, width
