"""Networks out of single files: tensors renamed by diffusers' own converters, none copied twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from safetensors import safe_open

from nodes.lib import lean, models, single
from nodes.lib.device import DTYPES
from nodes.lib.folders import ModelError
from nodes.lib.single import scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from nodes.lib.folders import Part
    from nodes.lib.single import Piece

    Tensors = dict[str, Tensor]

OPEN_CLIP = "model."
"""What the converter of OpenCLIP wants its tensors' names to begin with; any would do."""

WIDE = ("wo",)
"""Layers of T5 whose numbers leave float16's range."""


def load(part: Part) -> Any:
    """Return a network of a single file, where it computes.

    Raises:
        ModelError: The file lacks some of its tensors, or is no longer what it was.
    """
    piece = single.inspect(part.folder).get(part.name)
    if piece is None:
        raise ModelError(f"{part.folder} holds no {part.name} any more; load it again")
    network = empty(piece)
    weights = renamed(network, piece, _read(part, piece))
    lost = sorted(network.state_dict().keys() - weights.keys())
    if lost:
        raise ModelError(
            f"the {part.name} of {part.folder} lacks {len(lost)} tensors, {lost[0]} among them; "
            "fetch the file again"
        )
    network.load_state_dict(weights, strict=False, assign=True)
    if part.name == "t5":
        network.tie_weights()
    return models.settled(_in_precision(network, part), part)


def _read(part: Part, piece: Piece) -> Tensors:
    """Read a network's tensors, under names without its prefix; the file is mapped, not copied."""
    with safe_open(part.folder, framework="pt") as file:
        names = [name for name in file.keys() if name.startswith(piece.prefix)]  # noqa: SIM118
        found = {name.removeprefix(piece.prefix): file.get_tensor(name) for name in names}
    return scaled.unscaled(found, part.folder, lambda name: _precision(part, name))


def _precision(part: Part, name: str) -> torch.dtype:
    """Return the precision of a layer; of T5 in float16 a few stay in float32, as trained."""
    kind = DTYPES[part.dtype]
    wide = part.name == "t5" and kind == torch.float16 and name.rpartition(".")[2] in WIDE
    return torch.float32 if wide else kind


def empty(piece: Piece) -> Any:
    """Make a network that has no weights yet."""
    from accelerate import init_empty_weights

    name, config = piece.config["_class_name"], dict(piece.config)
    with init_empty_weights():
        if name in models.READERS:
            cls = models.readers()[name]
            del config["_class_name"]
            return cls(cls.config_class(**config))
        return lean.network(name).from_config(config)


def renamed(network: Any, piece: Piece, tensors: Tensors) -> Tensors:
    """Return a file's tensors under the names they have in its network; others are left out."""
    return _named_as(network, _converted(piece, tensors))


def _converted(piece: Piece, tensors: Tensors) -> Tensors:
    """Return tensors under the names that diffusers and transformers give them."""
    if piece.layout in ("diffusers", "transformers", "flat"):
        return tensors
    if piece.layout == "openclip":
        named = {OPEN_CLIP + name: tensor for name, tensor in tensors.items()}
        return lean.converters().convert_open_clip_checkpoint(
            _Sized(piece.config), named, prefix=OPEN_CLIP
        )
    return _CONVERTERS[piece.config["_class_name"]](tensors, piece)


class _Sized:
    """All that the converter of OpenCLIP asks of a network."""

    def __init__(self, config: Any) -> None:
        self.config = type("Config", (), {"hidden_size": config["hidden_size"]})


def _unet(tensors: Tensors, piece: Piece) -> Tensors:
    found = lean.converters()
    named = {found.LDM_UNET_KEY + name: tensor for name, tensor in tensors.items()}
    return found.convert_ldm_unet_checkpoint(named, piece.config)


def _controlnet(tensors: Tensors, piece: Piece) -> Tensors:
    config = {"layers_per_block": 2, **piece.config}
    return lean.converters().convert_controlnet_checkpoint(tensors, config)


def _vae(tensors: Tensors, piece: Piece) -> Tensors:
    return lean.converters().convert_ldm_vae_checkpoint(tensors, piece.config)


def _sd3(tensors: Tensors, _piece: Piece) -> Tensors:
    return lean.converters().convert_sd3_transformer_checkpoint_to_diffusers(tensors)


def _sd3_controlnet(tensors: Tensors, piece: Piece) -> Tensors:
    """Convert Stability's ControlNets for 3.5 large, whose query, key and value are one tensor."""
    found = dict(tensors)
    for index in range(piece.config["num_layers"]):
        block = f"transformer_blocks.{index}."
        for kind in ("weight", "bias"):
            parts = found.pop(f"{block}attn.qkv.{kind}").chunk(3)
            for name, part in zip(("to_q", "to_k", "to_v"), parts, strict=True):
                found[f"{block}attn.{name}.{kind}"] = part
            for old, new in SD3_CONTROL.items():
                found[f"{block}{new}.{kind}"] = found.pop(f"{block}{old}.{kind}")
    return found


SD3_CONTROL = {
    "attn.proj": "attn.to_out.0",
    "mlp.fc1": "ff.net.0.proj",
    "mlp.fc2": "ff.net.2",
    "adaLN_modulation.1": "norm1.linear",
}
"""Layers of a block of Stability's ControlNets, and what diffusers calls them."""


def _flux(tensors: Tensors, piece: Piece) -> Tensors:
    """Convert Flux; what its single blocks fuse is cut here, since the converter knows one width.

    It is given tensors of the width it knows and of no columns, and what it makes of them is
    replaced.
    """
    config = piece.config
    inner = config["num_attention_heads"] * config["attention_head_dim"]
    cut: Tensors = {}
    for index in range(config["num_single_layers"]):
        block = f"single_transformer_blocks.{index}."
        for kind in ("weight", "bias"):
            name = f"single_blocks.{index}.linear1.{kind}"
            fused = tensors[name]
            parts = fused.split([inner, inner, inner, len(fused) - 3 * inner])
            names = ("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp")
            cut |= {f"{block}{one}.{kind}": part for one, part in zip(names, parts, strict=True)}
            tensors[name] = torch.empty(KNOWN_WIDTH * 7, 0)
    found = lean.converters().convert_flux_transformer_checkpoint_to_diffusers(tensors)
    return found | cut


KNOWN_WIDTH = 3072
"""Of Flux.1; query, key and value have it once each and the MLP four times."""

_CONVERTERS: dict[str, Callable[[Tensors, Piece], Tensors]] = {
    "UNet2DConditionModel": _unet,
    "ControlNetModel": _controlnet,
    "AutoencoderKL": _vae,
    "SD3Transformer2DModel": _sd3,
    "SD3ControlNetModel": _sd3_controlnet,
    "FluxTransformer2DModel": _flux,
}


def _named_as(network: Any, tensors: Tensors) -> Tensors:
    """Return the tensors a network has; CLIP's are told with ``text_model.`` or without."""
    own, found = network.state_dict().keys(), dict[str, Any]()
    for name, tensor in tensors.items():
        bare = name.removeprefix("text_model.")
        for candidate in (name, bare, f"text_model.{bare}"):
            if candidate in own:
                found[candidate] = tensor
                break
    if "shared.weight" in own and (words := found.get("shared.weight")) is not None:
        found["encoder.embed_tokens.weight"] = words
    return found


def _in_precision(network: Any, part: Part) -> Any:
    """Give the weights their precision."""
    for name, module in network.named_modules():
        kind = _precision(part, name)
        module._apply(lambda one, kind=kind: _cast(one, kind), False)
    return network


def _cast(tensor: Tensor, kind: torch.dtype) -> Tensor:
    return tensor.to(kind) if tensor.is_floating_point() else tensor
