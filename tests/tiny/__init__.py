"""Random models of the true classes, a few hundred kilobytes, in diffusers' folder layout."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from transformers.models.clip.configuration_clip import CLIPTextConfig
from transformers.models.clip.modeling_clip import CLIPTextModel

if TYPE_CHECKING:
    from pathlib import Path

WIDTH = 16
LENGTH = 12
BYTES = [chr(code) for code in range(ord("a"), ord("z") + 1)]
VOCABULARY = [*BYTES, *(f"{one}</w>" for one in BYTES), "<|startoftext|>", "<|endoftext|>"]
PARTS = {
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "scheduler": ["diffusers", "DDIMScheduler"],
}
EPS = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "epsilon",
}
V = {
    "beta_start": 0.0001,
    "beta_end": 0.02,
    "beta_schedule": "linear",
    "prediction_type": "v_prediction",
}


def write_model(folder: Path, scheduler: dict[str, object] = EPS, scale: float = 0.18215) -> Path:
    """Write a Stable Diffusion of 16 channels; random, but the same every time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        _unet().save_pretrained(folder / "unet")
        autoencoder(scale).save_pretrained(folder / "vae")
        text_encoder().save_pretrained(folder / "text_encoder")
    write_tokenizer(folder / "tokenizer")
    config = {"_class_name": "DDIMScheduler", "num_train_timesteps": 1000, "clip_sample": False}
    write_json(folder / "scheduler" / "scheduler_config.json", config | scheduler)
    write_json(folder / "model_index.json", {"_class_name": "StableDiffusionPipeline"} | PARTS)
    return folder


def _unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=8,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        block_out_channels=(16, 32),
        layers_per_block=1,
        cross_attention_dim=WIDTH,
        attention_head_dim=8,
        norm_num_groups=8,
    )


def autoencoder(scale: float, channels: int = 4, **options: object) -> AutoencoderKL:
    """Make one that halves a picture three times."""
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        layers_per_block=1,
        latent_channels=channels,
        norm_num_groups=4,
        scaling_factor=scale,
        **options,
    )


def text_encoder() -> CLIPTextModel:
    """Make one of two layers, for the tokenizer below."""
    return CLIPTextModel(CLIPTextConfig(**CLIP))


CLIP = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": WIDTH,
    "intermediate_size": 2 * WIDTH,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": LENGTH,
    "bos_token_id": len(VOCABULARY) - 2,
    "eos_token_id": len(VOCABULARY) - 1,
    "pad_token_id": len(VOCABULARY) - 1,
}


def write_tokenizer(folder: Path) -> None:
    """Write a tokenizer that reads letters."""
    write_json(folder / "vocab.json", {token: index for index, token in enumerate(VOCABULARY)})
    (folder / "merges.txt").write_text("#version: 0.2\n")
    settings = {
        "tokenizer_class": "CLIPTokenizer",
        "model_max_length": LENGTH,
        "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
    }
    write_json(folder / "tokenizer_config.json", settings)


def write_json(path: Path, data: dict[str, object]) -> None:
    """Write a configuration."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2))
