"""Networks' tensors under the names that single files give them: what the converters undo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    Tensors = dict[str, Tensor]

RESNET = {
    "norm1.": "in_layers.0.",
    "conv1.": "in_layers.2.",
    "norm2.": "out_layers.0.",
    "conv2.": "out_layers.3.",
    "time_emb_proj.": "emb_layers.1.",
    "conv_shortcut.": "skip_connection.",
}
UNET = {
    "time_embedding.linear_1.": "time_embed.0.",
    "time_embedding.linear_2.": "time_embed.2.",
    "add_embedding.linear_1.": "label_emb.0.0.",
    "add_embedding.linear_2.": "label_emb.0.2.",
    "class_embedding.linear_1.": "label_emb.0.0.",
    "class_embedding.linear_2.": "label_emb.0.2.",
    "conv_in.": "input_blocks.0.0.",
    "conv_norm_out.": "out.0.",
    "conv_out.": "out.2.",
    "mid_block.resnets.0.": "middle_block.0.",
    "mid_block.attentions.0.": "middle_block.1.",
    "mid_block.resnets.1.": "middle_block.2.",
}


def swapped(name: str, names: Mapping[str, str]) -> str:
    """Replace each part of a name by another."""
    for old, new in names.items():
        name = name.replace(old, new)
    return name


def unet(tensors: Tensors, layers: int) -> Tensors:
    """Name a UNet's tensors as CompVis's code does; ``layers`` a block."""
    return {_unet(name, layers, tensors): tensor for name, tensor in tensors.items()}


def _unet(name: str, layers: int, tensors: Tensors) -> str:
    found = re.fullmatch(r"(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)\.(.*)", name)
    if found is None:
        start = next(old for old in UNET if name.startswith(old))
        name = name.replace(start, UNET[start], 1)
        inside = "middle_block.0" in name or "middle_block.2" in name
        return swapped(name, RESNET) if inside else name
    way, block, kind, index, rest = found.groups()
    count = layers + 1
    number = int(block) * count + int(index) + (1 if way == "down" else 0)
    start = f"{'in' if way == 'down' else 'out'}put_blocks"
    if kind == "resnets":
        return f"{start}.{number}.0.{swapped(rest, RESNET)}"
    if kind == "attentions":
        return f"{start}.{number}.1.{rest}"
    if kind == "downsamplers":
        return f"{start}.{(int(block) + 1) * count}.0.{rest.replace('conv', 'op')}"
    attends = any(one.startswith(f"up_blocks.{block}.attentions.") for one in tensors)
    return f"{start}.{int(block) * count + layers}.{2 if attends else 1}.{rest}"


def vae(tensors: Tensors, blocks: int) -> Tensors:
    """Name an autoencoder's tensors as CompVis's code does; its attention is a convolution."""
    found: Tensors = {}
    for name, tensor in tensors.items():
        attends = "mid_block.attentions" in name
        new = re.sub(r"up_blocks\.(\d+)", lambda one: f"up.{blocks - 1 - int(one[1])}", name)
        new = re.sub(r"mid_block\.resnets\.(\d)", lambda one: f"mid.block_{int(one[1]) + 1}", new)
        names = {"down_blocks.": "down.", ".resnets.": ".block.", "conv_norm_out": "norm_out"}
        names |= {"downsamplers.0": "downsample", "upsamplers.0": "upsample"}
        names |= {"conv_shortcut": "nin_shortcut", "mid_block.attentions.0": "mid.attn_1"}
        new = swapped(new, names)
        if attends:
            own = {"group_norm": "norm", "to_out.0": "proj_out", "to_q": "q", "to_k": "k"}
            new = swapped(new, own | {"to_v": "v"})
            tensor = tensor[..., None, None] if tensor.ndim == 2 else tensor
        found[new] = tensor
    return found


def half_swapped(tensor: Tensor) -> Tensor:
    """Return scale and shift in the other order."""
    return torch.cat(tuple(reversed(tensor.chunk(2))))


def fused(tensors: Tensors, names: tuple[str, ...]) -> Tensor:
    """Take tensors out of a network, and lay them one behind another."""
    return torch.cat([tensors.pop(name) for name in names])


def sd3(tensors: Tensors) -> Tensors:
    """Name a transformer's tensors as Stability's code does."""
    left, found = dict(tensors), dict[str, torch.Tensor]()
    last = max(int(name.split(".")[1]) for name in left if name.startswith("transformer_blocks"))
    for index in range(last + 1):
        old, new = f"transformer_blocks.{index}.", f"joint_blocks.{index}."
        for kind in ("weight", "bias"):
            for own, side, names in (
                ("attn", "x_block.attn", ("to_q", "to_k", "to_v")),
                ("attn", "context_block.attn", ("add_q_proj", "add_k_proj", "add_v_proj")),
                ("attn2", "x_block.attn2", ("to_q", "to_k", "to_v")),
            ):
                if f"{old}{own}.{names[0]}.{kind}" in left:
                    whole = tuple(f"{old}{own}.{name}.{kind}" for name in names)
                    found[f"{new}{side}.qkv.{kind}"] = fused(left, whole)
            name = f"{old}norm1_context.linear.{kind}"
            turned = half_swapped(left.pop(name)) if index == last else left.pop(name)
            found[f"{new}context_block.adaLN_modulation.1.{kind}"] = turned
    for kind in ("weight", "bias"):
        turned = half_swapped(left.pop(f"norm_out.linear.{kind}"))
        found[f"final_layer.adaLN_modulation.1.{kind}"] = turned
        found[f"final_layer.linear.{kind}"] = left.pop(f"proj_out.{kind}")
    names = {
        "pos_embed.pos_embed": "pos_embed",
        "pos_embed.proj": "x_embedder.proj",
        "time_text_embed.timestep_embedder.linear_1": "t_embedder.mlp.0",
        "time_text_embed.timestep_embedder.linear_2": "t_embedder.mlp.2",
        "time_text_embed.text_embedder.linear_1": "y_embedder.mlp.0",
        "time_text_embed.text_embedder.linear_2": "y_embedder.mlp.2",
        "transformer_blocks.": "joint_blocks.",
        "attn.norm_added_q": "context_block.attn.ln_q",
        "attn.norm_added_k": "context_block.attn.ln_k",
        "attn.to_add_out": "context_block.attn.proj",
        "ff_context.net.0.proj": "context_block.mlp.fc1",
        "ff_context.net.2": "context_block.mlp.fc2",
        "attn.norm_q": "x_block.attn.ln_q",
        "attn.norm_k": "x_block.attn.ln_k",
        "attn2.norm_q": "x_block.attn2.ln_q",
        "attn2.norm_k": "x_block.attn2.ln_k",
        "attn.to_out.0": "x_block.attn.proj",
        "attn2.to_out.0": "x_block.attn2.proj",
        ".ff.net.0.proj": ".x_block.mlp.fc1",
        ".ff.net.2": ".x_block.mlp.fc2",
        "norm1.linear": "x_block.adaLN_modulation.1",
    }
    return found | {swapped(name, names): tensor for name, tensor in left.items()}


def flux(tensors: Tensors) -> Tensors:
    """Name a transformer's tensors as Black Forest Labs' code does."""
    left, found = dict(tensors), dict[str, torch.Tensor]()
    for kind in ("weight", "bias"):
        for name in [name for name in left if name.endswith(f"attn.to_q.{kind}")]:
            old = name.removesuffix(f"attn.to_q.{kind}")
            new = old.replace("single_transformer_blocks", "single_blocks")
            new = new.replace("transformer_blocks", "double_blocks")
            own = tuple(f"{old}attn.{one}.{kind}" for one in ("to_q", "to_k", "to_v"))
            if "single" in old:
                found[f"{new}linear1.{kind}"] = fused(left, (*own, f"{old}proj_mlp.{kind}"))
                found[f"{new}linear2.{kind}"] = left.pop(f"{old}proj_out.{kind}")
                continue
            read = tuple(f"{old}attn.add_{one}_proj.{kind}" for one in "qkv")
            found[f"{new}img_attn.qkv.{kind}"] = fused(left, own)
            found[f"{new}txt_attn.qkv.{kind}"] = fused(left, read)
        turned = half_swapped(left.pop(f"norm_out.linear.{kind}"))
        found[f"final_layer.adaLN_modulation.1.{kind}"] = turned
        found[f"final_layer.linear.{kind}"] = left.pop(f"proj_out.{kind}")
    names = {
        "time_text_embed.timestep_embedder.linear_1": "time_in.in_layer",
        "time_text_embed.timestep_embedder.linear_2": "time_in.out_layer",
        "time_text_embed.text_embedder.linear_1": "vector_in.in_layer",
        "time_text_embed.text_embedder.linear_2": "vector_in.out_layer",
        "time_text_embed.guidance_embedder.linear_1": "guidance_in.in_layer",
        "time_text_embed.guidance_embedder.linear_2": "guidance_in.out_layer",
        "context_embedder": "txt_in",
        "x_embedder": "img_in",
        "norm1_context.linear": "txt_mod.lin",
        "norm1.linear": "img_mod.lin",
        "attn.norm_added_q.weight": "txt_attn.norm.query_norm.scale",
        "attn.norm_added_k.weight": "txt_attn.norm.key_norm.scale",
        "ff_context.net.0.proj": "txt_mlp.0",
        "ff_context.net.2": "txt_mlp.2",
        "ff.net.0.proj": "img_mlp.0",
        "ff.net.2": "img_mlp.2",
        "attn.to_out.0": "img_attn.proj",
        "attn.to_add_out": "txt_attn.proj",
    }
    for name, tensor in left.items():
        if name.startswith("single"):
            own = {"single_transformer_blocks": "single_blocks", "norm.linear": "modulation.lin"}
            own |= {"attn.norm_q.weight": "norm.query_norm.scale"}
            own |= {"attn.norm_k.weight": "norm.key_norm.scale"}
        else:
            own = names | {"transformer_blocks": "double_blocks"}
            own |= {"attn.norm_q.weight": "img_attn.norm.query_norm.scale"}
            own |= {"attn.norm_k.weight": "img_attn.norm.key_norm.scale"}
        found[swapped(name, own)] = tensor
    return found


def open_clip(tensors: Tensors) -> Tensors:
    """Name a CLIP's tensors as OpenCLIP does; its text is projected by a matrix from the right."""
    left = {name.removeprefix("text_model."): tensor for name, tensor in tensors.items()}
    found: Tensors = {}
    for name in [name for name in left if name.endswith("q_proj.weight")]:
        layer = name.removesuffix("self_attn.q_proj.weight")
        new = layer.replace("encoder.layers", "transformer.resblocks")
        for kind in ("weight", "bias"):
            whole = tuple(f"{layer}self_attn.{one}_proj.{kind}" for one in "qkv")
            found[f"{new}attn.in_proj_{kind}"] = fused(left, whole)
    names = {
        "embeddings.position_embedding.weight": "positional_embedding",
        "embeddings.token_embedding": "token_embedding",
        "final_layer_norm": "ln_final",
        "encoder.layers": "transformer.resblocks",
        "self_attn.out_proj": "attn.out_proj",
        "layer_norm1": "ln_1",
        "layer_norm2": "ln_2",
        "mlp.fc1": "mlp.c_fc",
        "mlp.fc2": "mlp.c_proj",
    }
    for name, tensor in left.items():
        if name == "text_projection.weight":
            found["text_projection"] = tensor.T
        else:
            found[swapped(name, names)] = tensor
    return found


def prefixed(prefix: str, tensors: Tensors) -> Tensors:
    """Put a prefix ahead of every name."""
    return {prefix + name: tensor.contiguous() for name, tensor in tensors.items()}
