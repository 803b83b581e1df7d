"""What single files call the tensors of image encoders, and what these are like.

Three layouts are known: transformers' CLIP and SigLIP, and OpenCLIP's, which also stands inside of
unCLIP checkpoints. A file says how wide and deep its network is, and how it sees; what its layers
compute follows from the width.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nodes.lib.folders import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import Tensor

    Tensors = dict[str, Tensor]

HEADS = 16
"""Of CLIP's image encoders L, H and bigG, and of SigLIP's of 400 million weights."""

ACTIVATIONS = {1024: "quick_gelu", 1280: "gelu", 1664: "gelu"}
"""What CLIP's L, H and bigG compute between two layers, by their width."""

OPEN_CLIP = ("visual.", "embedder.model.visual.")
"""What OpenCLIP's names begin with, alone and inside of an unCLIP checkpoint."""

FUSED = "transformer.resblocks.0.attn.in_proj_weight"
PATCHES = "embeddings.patch_embedding.weight"
BLOCK = re.compile(r"transformer\.resblocks\.(\d+)\.(.+)")
OUTER = {
    "class_embedding": "embeddings.class_embedding",
    "conv1.weight": "embeddings.patch_embedding.weight",
    "positional_embedding": "embeddings.position_embedding.weight",
    "ln_pre.weight": "pre_layrnorm.weight",
    "ln_pre.bias": "pre_layrnorm.bias",
    "ln_post.weight": "post_layernorm.weight",
    "ln_post.bias": "post_layernorm.bias",
}
INNER = {
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "attn.out_proj": "self_attn.out_proj",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}
"""What transformers calls OpenCLIP's layers: of the whole, and of each block."""


def prefix(names: Iterable[str]) -> str | None:
    """Return what the names of a file's image encoder begin with; nothing where it has none."""
    known = {*names}
    for one in OPEN_CLIP:
        if one + FUSED in known:
            return one
    return "vision_model." if f"vision_model.{PATCHES}" in known else None


def settled(tensors: Mapping[str, Tensor], title: str) -> Tensors:
    """Return an image encoder's tensors as transformers calls them, without ``vision_model.``.

    What else is in the file is left out; the projection stays ``visual_projection.weight``.

    Raises:
        ModelError: There is none.
    """
    start = prefix(tensors)
    if start is None:
        raise ModelError(
            f"{title} holds no image encoder; use CLIP's or SigLIP's, by transformers or OpenCLIP"
        )
    own = {name.removeprefix(start): one for name, one in tensors.items() if name.startswith(start)}
    if start in OPEN_CLIP:
        return _renamed(own)
    kept = tensors.get("visual_projection.weight")
    return own if kept is None else own | {"visual_projection.weight": kept}


def _renamed(own: Mapping[str, Tensor]) -> Tensors:
    found = {OUTER[name]: one for name, one in own.items() if name in OUTER}
    for name, one in own.items():
        if (match := BLOCK.fullmatch(name)) is None:
            continue
        layer, kind = match[2].rsplit(".", 1) if "in_proj" not in match[2] else (match[2], "")
        block = f"encoder.layers.{match[1]}."
        if kind:
            found[f"{block}{INNER[layer]}.{kind}"] = one
            continue
        kind = layer.removeprefix("attn.in_proj_")
        for letter, part in zip("qkv", one.chunk(3), strict=True):
            found[f"{block}self_attn.{letter}_proj.{kind}"] = part
    if "proj" in own:
        found["visual_projection.weight"] = own["proj"].T
    return found


def is_siglip(tensors: Mapping[str, Tensor]) -> bool:
    """Tell SigLIP's from CLIP's: it sees without a token for the whole picture."""
    return "embeddings.class_embedding" not in tensors


def config(tensors: Mapping[str, Tensor], title: str) -> dict[str, Any]:
    """Return how a network is made whose tensors these are.

    Raises:
        ModelError: It is of a width that none of those has that are known.
    """
    patches = tensors["embeddings.patch_embedding.weight"]
    width, patch = len(patches), patches.shape[-1]
    seen = len(tensors["embeddings.position_embedding.weight"])
    siglip = is_siglip(tensors)
    if not siglip and width not in ACTIVATIONS:
        raise ModelError(
            f"{title} is {width} wide, and known image encoders are {list(ACTIVATIONS)}; give the "
            "folder of it, which says how it is made"
        )
    found = {
        "hidden_size": width,
        "intermediate_size": len(tensors["encoder.layers.0.mlp.fc1.bias"]),
        "num_hidden_layers": 1
        + max(int(one.split(".")[2]) for one in tensors if one.startswith("encoder.layers.")),
        "num_attention_heads": HEADS,
        "patch_size": patch,
        "image_size": round((seen - (0 if siglip else 1)) ** 0.5) * patch,
    }
    if siglip:
        return found | {"hidden_act": "gelu_pytorch_tanh"}
    if "visual_projection.weight" not in tensors:
        raise ModelError(f"{title} has no projection; use CLIP's image encoder with projection")
    projected = len(tensors["visual_projection.weight"])
    return found | {"hidden_act": ACTIVATIONS[width], "projection_dim": projected}
