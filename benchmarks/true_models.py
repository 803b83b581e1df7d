"""Stable Diffusion 1.5 and SDXL at their true size, with random weights, and tiny ones like them.

The figures are those of the published configurations; what they leave out is diffusers' default.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from nodes.handles import Model, Vae
from nodes.lib import models
from nodes.lib.folders import Part
from nodes.lib.latents import LatentFormat
from nodes.lib.model_sampling import ModelSampling
from nodes.types import Condition, Conditioning

TOKENS = 77
DOWN, CROSS_DOWN = "DownBlock2D", "CrossAttnDownBlock2D"
UP, CROSS_UP = "UpBlock2D", "CrossAttnUpBlock2D"
NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
VAE: dict[str, Any] = {
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "block_out_channels": (128, 256, 512, 512),
    "layers_per_block": 2,
    "latent_channels": 4,
}


@dataclass(frozen=True)
class Family:
    """What the networks of a family are made from.

    Attributes:
        unet: Arguments of UNet2DConditionModel.
        vae: Arguments of AutoencoderKL.
        pooled: Width of the pooled text; 0 where there is none.
    """

    name: str
    unet: dict[str, Any]
    vae: dict[str, Any]
    pooled: int = 0


SD15 = Family(
    "SD 1.5",
    {
        "sample_size": 64,
        "down_block_types": (CROSS_DOWN, CROSS_DOWN, CROSS_DOWN, DOWN),
        "up_block_types": (UP, CROSS_UP, CROSS_UP, CROSS_UP),
        "block_out_channels": (320, 640, 1280, 1280),
        "cross_attention_dim": 768,
        "attention_head_dim": 8,
    },
    VAE | {"sample_size": 512, "scaling_factor": 0.18215},
)
SDXL = Family(
    "SDXL",
    {
        "sample_size": 128,
        "down_block_types": (DOWN, CROSS_DOWN, CROSS_DOWN),
        "up_block_types": (CROSS_UP, CROSS_UP, UP),
        "block_out_channels": (320, 640, 1280),
        "transformer_layers_per_block": (1, 2, 10),
        "attention_head_dim": (5, 10, 20),
        "cross_attention_dim": 2048,
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 2816,
    },
    VAE | {"sample_size": 1024, "scaling_factor": 0.13025},
    pooled=1280,
)


def tiny(family: Family) -> Family:
    """Return the same kinds of network, small enough for a processor."""
    widths = family.unet["block_out_channels"]
    unet = family.unet | {
        "block_out_channels": tuple(8 * (index + 1) for index in range(len(widths))),
        "layers_per_block": 1,
        "attention_head_dim": 2,
        "transformer_layers_per_block": 1,
        "cross_attention_dim": 16,
        "norm_num_groups": 4,
    }
    if family.pooled:
        sizes = {"addition_time_embed_dim": 4, "projection_class_embeddings_input_dim": 6 * 4 + 16}
        unet |= sizes
    vae = family.vae | {"block_out_channels": (8,) * 4, "layers_per_block": 1, "norm_num_groups": 4}
    return Family(f"tiny {family.name}", unet, vae, pooled=16 if family.pooled else 0)


@dataclass(frozen=True)
class Made:
    """A family's networks on a device, and the values our nodes know them by."""

    family: Family
    unet: UNet2DConditionModel
    autoencoder: AutoencoderKL
    model: Model
    vae: Vae


def make(family: Family, device: str, speed: str = "safe") -> Made:
    """Make random bfloat16 networks where they are to be used, at one of our speeds."""
    with torch.device(device):
        unet, autoencoder = UNet2DConditionModel(**family.unet), AutoencoderKL(**family.vae)
    whole = Part(family.name, "unet", device, "bfloat16", Path(), speed)
    parts = {name: whole.named(name) for name in ("unet", "vae")}
    for name, network in (("unet", unet), ("vae", autoencoder)):
        # diffusers' own `to` warns of layers to keep in float32, of which there are none
        torch.nn.Module.to(network, torch.bfloat16)
        models.hold(parts[name], network.eval().requires_grad_(False))
    cell = 2 ** (len(family.vae["block_out_channels"]) - 1)
    latents = LatentFormat(family.vae["latent_channels"], cell, family.vae["scaling_factor"])
    config = NOISE | {"num_train_timesteps": 1000}
    sampling = ModelSampling.from_scheduler_config(config)
    model = Model(parts["unet"], sampling, latents)
    return Made(family, unet, autoencoder, model, Vae(parts["vae"], cell))


def text(family: Family, seed: int, device: str) -> Conditioning:
    """Return a random text as the family's encoders would give it."""
    generator = torch.Generator().manual_seed(seed)
    shape = (1, TOKENS, family.unet["cross_attention_dim"])
    embedding = torch.randn(shape, generator=generator).to(device, torch.bfloat16)
    pooled = torch.randn((1, family.pooled), generator=generator).to(device, torch.bfloat16)
    return Conditioning((Condition(embedding, pooled if family.pooled else None),))
