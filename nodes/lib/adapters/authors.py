"""What the authors of a family call its layers, by diffusers' names for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Alias = tuple[str, tuple[str, ...]]
    Layers = Mapping[str, Any]

QKV = ("to_q", "to_k", "to_v")
ADDED = ("add_q_proj", "add_k_proj", "add_v_proj")


def aliases(network: Any, layers: Layers) -> Iterator[Alias]:
    """Yield the authors' name of each layer, and the layers of a network that it is made of.

    Args:
        network: Of any class; of those that are not known there are none.
        layers: Its own, by its own names.
    """
    find = _AUTHORS.get(type(network).__name__)
    return iter(()) if find is None else find(network.config, layers)


def _flux(config: Any, _layers: Layers) -> Iterator[Alias]:
    """Source: black-forest-labs/flux, model.py; XLabs' processors of attention."""
    yield from _EMBEDDED["flux"]
    for n in range(config.num_layers):
        theirs, block = f"double_blocks.{n}", f"transformer_blocks.{n}"
        for side, qkv, out, ff, norm, mod in (
            ("img", QKV, "to_out.0", "ff", "norm_", "norm1.linear"),
            ("txt", ADDED, "to_add_out", "ff_context", "norm_added_", "norm1_context.linear"),
        ):
            fused = tuple(f"{block}.attn.{one}" for one in qkv)
            number = 1 if side == "img" else 2
            yield f"{theirs}.{side}_attn.qkv", fused
            yield f"{theirs}.processor.qkv_lora{number}", fused
            yield f"{theirs}.{side}_attn.proj", (f"{block}.attn.{out}",)
            yield f"{theirs}.processor.proj_lora{number}", (f"{block}.attn.{out}",)
            yield f"{theirs}.{side}_mlp.0", (f"{block}.{ff}.net.0.proj",)
            yield f"{theirs}.{side}_mlp.2", (f"{block}.{ff}.net.2",)
            yield f"{theirs}.{side}_mod.lin", (f"{block}.{mod}",)
            yield f"{theirs}.{side}_attn.norm.query_norm", (f"{block}.attn.{norm}q",)
            yield f"{theirs}.{side}_attn.norm.key_norm", (f"{block}.attn.{norm}k",)
    for n in range(config.num_single_layers):
        theirs, block = f"single_blocks.{n}", f"single_transformer_blocks.{n}"
        fused = tuple(f"{block}.attn.{one}" for one in QKV)
        yield f"{theirs}.linear1", (*fused, f"{block}.proj_mlp")
        yield f"{theirs}.processor.qkv", fused
        yield f"{theirs}.linear2", (f"{block}.proj_out",)
        yield f"{theirs}.modulation.lin", (f"{block}.norm.linear",)
        yield f"{theirs}.norm.query_norm", (f"{block}.attn.norm_q",)
        yield f"{theirs}.norm.key_norm", (f"{block}.attn.norm_k",)


def _sd3(config: Any, _layers: Layers) -> Iterator[Alias]:
    """Source: Stability-AI/sd3.5, mmditx.py."""
    yield from _EMBEDDED["sd3"]
    for n in range(config.num_layers):
        theirs, block = f"joint_blocks.{n}", f"transformer_blocks.{n}"
        for side, qkv, out, ff, mod in (
            ("x_block", QKV, "to_out.0", "ff", "norm1.linear"),
            ("context_block", ADDED, "to_add_out", "ff_context", "norm1_context.linear"),
        ):
            yield f"{theirs}.{side}.attn.qkv", tuple(f"{block}.attn.{one}" for one in qkv)
            yield f"{theirs}.{side}.attn.proj", (f"{block}.attn.{out}",)
            yield f"{theirs}.{side}.mlp.fc1", (f"{block}.{ff}.net.0.proj",)
            yield f"{theirs}.{side}.mlp.fc2", (f"{block}.{ff}.net.2",)
            norm = "norm_" if side == "x_block" else "norm_added_"
            for one in "qk":
                yield f"{theirs}.{side}.attn.ln_{one}", (f"{block}.attn.{norm}{one}",)
            yield f"{theirs}.{side}.adaLN_modulation.1", (f"{block}.{mod}",)
        yield f"{theirs}.x_block.attn2.qkv", tuple(f"{block}.attn2.{one}" for one in QKV)
        yield f"{theirs}.x_block.attn2.proj", (f"{block}.attn2.to_out.0",)
        for one in "qk":
            yield f"{theirs}.x_block.attn2.ln_{one}", (f"{block}.attn2.norm_{one}",)


_TIME, _TEXT = "time_text_embed.timestep_embedder.linear_", "time_text_embed.text_embedder.linear_"
_GUIDANCE = "time_text_embed.guidance_embedder.linear_"
_EMBEDDED: dict[str, tuple[Alias, ...]] = {
    "flux": (
        ("img_in", ("x_embedder",)),
        ("txt_in", ("context_embedder",)),
        ("time_in.in_layer", (f"{_TIME}1",)),
        ("time_in.out_layer", (f"{_TIME}2",)),
        ("vector_in.in_layer", (f"{_TEXT}1",)),
        ("vector_in.out_layer", (f"{_TEXT}2",)),
        ("guidance_in.in_layer", (f"{_GUIDANCE}1",)),
        ("guidance_in.out_layer", (f"{_GUIDANCE}2",)),
        ("final_layer.linear", ("proj_out",)),
        ("final_layer.adaLN_modulation.1", ("norm_out.linear",)),
    ),
    "sd3": (
        ("x_embedder.proj", ("pos_embed.proj",)),
        ("t_embedder.mlp.0", (f"{_TIME}1",)),
        ("t_embedder.mlp.2", (f"{_TIME}2",)),
        ("y_embedder.mlp.0", (f"{_TEXT}1",)),
        ("y_embedder.mlp.2", (f"{_TEXT}2",)),
        ("final_layer.linear", ("proj_out",)),
        ("final_layer.adaLN_modulation.1", ("norm_out.linear",)),
    ),
}
"""What lies outside of blocks, by the authors' names."""


def _unet(config: Any, layers: Layers) -> Iterator[Alias]:
    """Source: CompVis/latent-diffusion, openaimodel.py."""
    per_block = config.layers_per_block
    per_block = per_block if isinstance(per_block, int) else per_block[0]
    for name in layers:
        for pattern, theirs in _LDM:
            found = re.fullmatch(pattern, name)
            if found:
                yield theirs(per_block, *found.groups()), (name,)
                break


def _inside(name: str) -> str:
    """Return what the authors call a layer in a block of convolutions."""
    return _RESNET.get(name, name)


def _down(per: int, block: str, kind: str, index: str, inner: str) -> str:
    number = 1 + int(block) * (per + 1) + int(index)
    own = kind == "resnets"
    return f"input_blocks.{number}.{0 if own else 1}.{_inside(inner) if own else inner}"


def _up(per: int, block: str, kind: str, index: str, inner: str) -> str:
    number = int(block) * (per + 1) + int(index)
    own = kind == "resnets"
    return f"output_blocks.{number}.{0 if own else 1}.{_inside(inner) if own else inner}"


def _middle(_per: int, kind: str, index: str, inner: str) -> str:
    own = kind == "resnets"
    return f"middle_block.{2 * int(index) if own else 1}.{_inside(inner) if own else inner}"


def _shrunk(per: int, block: str) -> str:
    return f"input_blocks.{(int(block) + 1) * (per + 1)}.0.op"


def _outside(_per: int, name: str) -> str:
    return _ENDS[name]


_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_ENDS = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
_LDM: tuple[tuple[str, Any], ...] = (
    (r"down_blocks\.(\d+)\.(resnets|attentions)\.(\d+)\.(.+)", _down),
    (r"up_blocks\.(\d+)\.(resnets|attentions)\.(\d+)\.(.+)", _up),
    (r"mid_block\.(resnets|attentions)\.(\d+)\.(.+)", _middle),
    (r"down_blocks\.(\d+)\.downsamplers\.0\.conv", _shrunk),
    (f"({'|'.join(re.escape(one) for one in _ENDS)})", _outside),
)


def _all_unet(config: Any, layers: Layers) -> Iterator[Alias]:
    """Upsamplers lie behind the attention of their block, where it has one."""
    yield from _unet(config, layers)
    per = config.layers_per_block
    per = per if isinstance(per, int) else per[0]
    for block in range(len(config.block_out_channels)):
        name = f"up_blocks.{block}.upsamplers.0.conv"
        if name in layers:
            attends = any(one.startswith(f"up_blocks.{block}.attentions.") for one in layers)
            number = block * (per + 1) + per
            yield f"output_blocks.{number}.{2 if attends else 1}.conv", (name,)


_AUTHORS: dict[str, Callable[[Any, Layers], Iterator[Alias]]] = {
    "UNet2DConditionModel": _all_unet,
    "FluxTransformer2DModel": _flux,
    "SD3Transformer2DModel": _sd3,
}
