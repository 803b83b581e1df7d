"""Random image encoders and what goes with them, of the true classes, in each known layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.flux.modeling_flux import ReduxImageEncoder
from safetensors.torch import save_file
from transformers.models.clip.configuration_clip import CLIPVisionConfig
from transformers.models.clip.modeling_clip import CLIPVisionModelWithProjection
from transformers.models.siglip.configuration_siglip import SiglipVisionConfig
from transformers.models.siglip.modeling_siglip import SiglipVisionModel

from tests import tiny
from tests.tiny import families

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

SIDE, PATCH, PROJECTED = 16, 8, 16
SHAPE = {"num_hidden_layers": 2, "image_size": SIDE, "patch_size": PATCH}


def clip(width: int = 32, projected: int = PROJECTED, **options: Any) -> Any:
    """Make a CLIP image encoder; its file can be told of what it is only if it is 1024 wide."""
    shape = {"intermediate_size": 32, "num_attention_heads": 16} | SHAPE | options
    config = CLIPVisionConfig(hidden_size=width, projection_dim=projected, **shape)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(6)
        return CLIPVisionModelWithProjection(config).eval()


def siglip() -> Any:
    """Make a SigLIP image encoder."""
    config = SiglipVisionConfig(
        hidden_size=32,
        intermediate_size=24,
        num_attention_heads=16,
        hidden_act="gelu_pytorch_tanh",
        **SHAPE,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        return SiglipVisionModel(config).eval()


def redux(width: int, reads: int = 32) -> Any:
    """Make what projects for Flux Redux."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(8)
        return ReduxImageEncoder(reads, width).eval()


def write(path: Path, tensors: dict[str, Tensor]) -> Path:
    """Write a file of weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: one.detach().clone().contiguous() for name, one in tensors.items()}, path)
    return path


def prefixed(made: Any) -> dict[str, Tensor]:
    """Return tensors as ComfyUI's files have them: below ``vision_model.``."""
    return {
        name if name.startswith(("vision_model.", "visual")) else f"vision_model.{name}": one
        for name, one in made.state_dict().items()
    }


LAYERS = {"layer_norm1": "ln_1", "layer_norm2": "ln_2", "mlp.fc1": "mlp.c_fc"}
LAYERS |= {"mlp.fc2": "mlp.c_proj", "self_attn.out_proj": "attn.out_proj"}
OUTSIDE = {
    "embeddings.class_embedding": "class_embedding",
    "embeddings.patch_embedding.weight": "conv1.weight",
    "embeddings.position_embedding.weight": "positional_embedding",
    "pre_layrnorm": "ln_pre",
    "post_layernorm": "ln_post",
}


def open_clip(made: Any, prefix: str = "visual.") -> dict[str, Tensor]:
    """Return tensors as OpenCLIP has them: query, key and value of a layer in one."""
    own, found = made.state_dict(), dict[str, Any]()
    for name, one in own.items():
        bare = name.removeprefix("vision_model.")
        if "_proj." in bare and "self_attn.out" not in bare and "visual" not in bare:
            continue
        for theirs, ours in {**OUTSIDE, **LAYERS}.items():
            bare = bare.replace(theirs, ours)
        found[prefix + bare.replace("encoder.layers.", "transformer.resblocks.")] = one
    for layer in range(made.config.num_hidden_layers):
        at = f"vision_model.encoder.layers.{layer}.self_attn."
        for kind in ("weight", "bias"):
            parts = [own[f"{at}{letter}_proj.{kind}"] for letter in "qkv"]
            fused = f"{prefix}transformer.resblocks.{layer}.attn.in_proj_{kind}"
            found[fused] = torch.cat(parts)
    found[f"{prefix}proj"] = found.pop(f"{prefix}visual_projection.weight").T
    return found


def write_unclip(folder: Path) -> Path:
    """Write a Stable Diffusion 2.1 unCLIP, with its image encoder."""

    def unet() -> Any:
        return families.sd(
            use_linear_projection=True,
            class_embed_type="projection",
            projection_class_embeddings_input_dim=2 * PROJECTED,
        )

    made = families.write_family(folder, "sd2", unet=unet)
    clip().save_pretrained(made / "image_encoder")
    return made


def gated(unet: Any) -> Any:
    """Return the same UNet with layers that see boxes, random ones."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(9)
        made = UNet2DConditionModel.from_config(unet.config, attention_type="gated")
        made.load_state_dict(unet.state_dict(), strict=False)
        for name, weight in made.named_parameters():
            if name.endswith(("alpha_attn", "alpha_dense")):
                torch.nn.init.constant_(weight, 0.7)
            if "null_" in name:
                torch.nn.init.normal_(weight)
    return made.eval().requires_grad_(False)


def write_gligen(path: Path, unet: Any) -> Path:
    """Write the layers that see boxes alone."""
    own = gated(unet).state_dict()
    return write(
        path, {name: own[name] for name in own if ".fuser." in name or "position_" in name}
    )


def write_aside(place: Path) -> dict[str, Path]:
    """Write what goes with models, by the kind of file: encoder, style model, hypernetwork."""
    clip().save_pretrained(place / "clip_vision")
    style = write(place / "style.safetensors", redux(families.LONG).state_dict())
    layer = {"linear.0.weight": torch.eye(tiny.WIDTH), "linear.0.bias": torch.ones(tiny.WIDTH)}
    torch.save({tiny.WIDTH: (layer, layer)}, place / "hyper.pt")
    found = {"clip_vision": place / "clip_vision", "style_models": style}
    return found | {"hypernetworks": place / "hyper.pt"}
