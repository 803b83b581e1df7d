"""Single files of tiny models, and the configurations that tell what is in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from safetensors.torch import save_file

from nodes.lib import single
from tests.tiny import layouts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

    Tensors = dict[str, Tensor]

NETWORK = "model.diffusion_model."
PREFIXES = {
    "sd1": {"clip_l": "cond_stage_model.transformer."},
    "sd2": {"clip_h": "cond_stage_model.model."},
    "sdxl": {
        "clip_l": "conditioner.embedders.0.transformer.",
        "clip_g": "conditioner.embedders.1.model.",
    },
    "sdxl_refiner": {"clip_g": "conditioner.embedders.0.model."},
    "sd3": {
        "clip_l": "text_encoders.clip_l.transformer.",
        "clip_g": "text_encoders.clip_g.transformer.",
        "t5": "text_encoders.t5xxl.transformer.",
    },
    "flux": {
        "clip_l": "text_encoders.clip_l.transformer.",
        "t5": "text_encoders.t5xxl.transformer.",
    },
}
"""What the text encoders' names begin with in the checkpoints people share."""

VAE = {"sd3": "first_stage_model.", "flux": "vae."}


def original(network: Any) -> Tensors:
    """Return a network's tensors under the names of the files people share."""
    tensors = dict(network.state_dict())
    kind, config = type(network).__name__, network.config
    makers: dict[str, Callable[[], Tensors]] = {
        "UNet2DConditionModel": lambda: layouts.unet(tensors, config.layers_per_block),
        "AutoencoderKL": lambda: layouts.vae(tensors, len(config.block_out_channels)),
        "SD3Transformer2DModel": lambda: layouts.sd3(tensors),
        "FluxTransformer2DModel": lambda: layouts.flux(tensors),
    }
    return makers[kind]() if kind in makers else tensors


def text_encoder(name: str, network: Any, prefix: str) -> Tensors:
    """Return a text encoder's tensors as a checkpoint has them."""
    tensors = dict(network.state_dict())
    if prefix.endswith(".model."):
        return layouts.open_clip(tensors)
    if name == "t5":
        tensors.pop("encoder.embed_tokens.weight", None)
        return tensors
    bare = {one.removeprefix("text_model."): tensor for one, tensor in tensors.items()}
    own = {one: bare.pop(one) for one in list(bare) if one.startswith("text_projection")}
    return layouts.prefixed("text_model.", bare) | own


def write(path: Path, *parts: Tensors) -> Path:
    """Write tensors into one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.contiguous().clone() for part in parts for name, tensor in part.items()}
    save_file(tensors, path)
    return path


def write_spec(folder: Path, name: str, network: Any, tensors: dict[str, Tensors]) -> None:
    """Write what is shipped for a network, for one as small as this.

    Args:
        folder: Where to.
        name: Its file in ``nodes/configs``.
        network: The small one.
        tensors: Its tensors in each layout, by which it is to be told: every one of them.
    """
    spec = json.loads((single.CONFIGS / f"{name}.json").read_bytes())
    config = network.config if isinstance(network.config, dict) else network.config.to_dict()
    spec["config"] = {one: value for one, value in config.items() if one[0] != "_"}
    spec["config"]["_class_name"] = type(network).__name__
    own = {
        layout: {one: list(tensor.shape) for one, tensor in found.items()}
        for layout, found in tensors.items()
    }
    for layout, told in spec["told"].items():
        for tensor, axis in told.values():
            if axis is not None and tensor in own.get(layout, {}):
                own[layout][tensor][axis] = None
            elif tensor in own.get(layout, {}):
                del own[layout][tensor]
    absent = {
        layout: {one: False for one, wanted in marks.items() if wanted is False}
        for layout, marks in spec["marks"].items()
    }
    spec["marks"] = {layout: marks | absent.get(layout, {}) for layout, marks in own.items()}
    if isinstance(spec["prefixes"], dict):
        spec["prefixes"] = {one: spec["prefixes"][one] for one in own}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(spec))
