"""Random networks that lead others, of the true classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from diffusers.models.adapter import T2IAdapter
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.controlnets.controlnet_flux import FluxControlNetModel
from diffusers.models.controlnets.controlnet_sd3 import SD3ControlNetModel
from diffusers.models.controlnets.controlnet_union import ControlNetUnionModel

from tests import tiny

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG = 2 * tiny.WIDTH
OF_UNETS = (
    "down_block_types",
    "block_out_channels",
    "layers_per_block",
    "norm_num_groups",
    "cross_attention_dim",
    "transformer_layers_per_block",
    "attention_head_dim",
    "use_linear_projection",
    "addition_embed_type",
    "addition_time_embed_dim",
    "projection_class_embeddings_input_dim",
)


def learnt(make: Callable[[], Any], seed: int = 4) -> Any:
    """Make one that has learnt something: its zeros are none."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = make()
        for weight in made.parameters():
            if not weight.any():
                torch.nn.init.normal_(weight, std=0.2)
    return made.eval()


def controlnet(unet: Any, seed: int = 4) -> ControlNetModel:
    """Make a ControlNet for a UNet."""
    return learnt(
        lambda: ControlNetModel.from_unet(
            unet, conditioning_embedding_out_channels=(4, 8, 8, 8), load_weights_from_unet=False
        ),
        seed,
    )


def union(unet: Any, kinds: int = 8, seed: int = 4) -> ControlNetUnionModel:
    """Make a ControlNet for several kinds of pictures, for a UNet of Stable Diffusion XL."""
    width = unet.config.block_out_channels[0]
    return learnt(
        lambda: ControlNetUnionModel(
            **{name: unet.config[name] for name in OF_UNETS},
            conditioning_embedding_out_channels=(4, 8, 8, 8),
            num_control_type=kinds,
            num_trans_channel=width,
            num_proj_channel=width,
            num_trans_head=2,
        ),
        seed,
    )


def sd3(seed: int = 4, **options: Any) -> SD3ControlNetModel:
    """Make one of InstantX' kind for the tiny Stable Diffusion 3."""
    shape = {
        "sample_size": 8,
        "num_layers": 1,
        "attention_head_dim": 8,
        "num_attention_heads": 2,
        "joint_attention_dim": LONG,
        "caption_projection_dim": 16,
        "pooled_projection_dim": LONG,
        "pos_embed_max_size": 16,
    }
    return learnt(lambda: SD3ControlNetModel(**shape | options), seed)


OF_STABILITY = {
    "joint_attention_dim": None,
    "pos_embed_max_size": None,
    "pos_embed_type": None,
    "use_pos_embed": False,
    "force_zeros_for_pooled_projection": False,
}
"""What differs in Stability's own for Stable Diffusion 3.5 large."""


def flux(seed: int = 4, **options: Any) -> FluxControlNetModel:
    """Make one for the tiny Flux."""
    shape = {
        "num_layers": 1,
        "num_single_layers": 1,
        "attention_head_dim": 16,
        "num_attention_heads": 2,
        "joint_attention_dim": LONG,
        "pooled_projection_dim": tiny.WIDTH,
        "guidance_embeds": True,
        "axes_dims_rope": (4, 6, 6),
    }
    return learnt(lambda: FluxControlNetModel(**shape | options), seed)


def adapter(
    channels: tuple[int, ...],
    seed: int = 4,
    in_channels: int = 3,
    adapter_type: str = "full_adapter",
) -> T2IAdapter:
    """Make a T2I adapter for a UNet with so many channels a level."""
    cell = 16 if "xl" in adapter_type else 8
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return T2IAdapter(in_channels, list(channels), 1, cell, adapter_type).eval()


def write(folder: Path, network: Any) -> Path:
    """Write one as diffusers does."""
    network.save_pretrained(folder)
    return folder
