"""Random files that hang on a tiny Stable Diffusion: an IP-Adapter, its encoder, an embedding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from diffusers.models.embeddings import ImageProjection
from safetensors.torch import save_file

from tests import tiny
from tests.tiny.vision import clip

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = 12


def vision(folder: Path) -> Path:
    """Write a CLIP that reads pictures of 16 pixels."""
    made = clip(16, PICTURE, intermediate_size=16, num_attention_heads=2)
    made.save_pretrained(folder)
    return folder


def ip_adapter(path: Path, unet: Any) -> Path:
    """Write a plain IP-Adapter for a UNet, which makes four tokens of a picture."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        made = ImageProjection(PICTURE, tiny.WIDTH, 4).state_dict()
        tensors = {
            f"image_proj.{name.replace('image_embeds.', 'proj.')}": one
            for name, one in made.items()
        }
        layers = [name for name in unet.attn_processors if name.endswith("attn2.processor")]
        for number, name in enumerate(layers):
            out = unet.get_submodule(name.removesuffix(".processor")).to_k.weight.shape[0]
            for one in ("to_k_ip", "to_v_ip"):
                weight = torch.randn(out, tiny.WIDTH) * 0.3
                tensors[f"ip_adapter.{2 * number + 1}.{one}.weight"] = weight
    save_file(tensors, path)
    return path


def embedding(path: Path) -> Path:
    """Write a word of two tokens."""
    save_file({"emb_params": torch.ones(2, tiny.WIDTH)}, path)
    return path
