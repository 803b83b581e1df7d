"""Random models of the larger families' true classes, in diffusers' folder layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from diffusers.models.transformers.transformer_flux import FluxTransformer2DModel
from diffusers.models.transformers.transformer_sd3 import SD3Transformer2DModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from transformers.models.clip.configuration_clip import CLIPTextConfig
from transformers.models.clip.modeling_clip import CLIPTextModel, CLIPTextModelWithProjection
from transformers.models.t5.configuration_t5 import T5Config
from transformers.models.t5.modeling_t5 import T5EncoderModel
from transformers.models.t5.tokenization_t5 import T5Tokenizer

from tests import tiny

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG = 2 * tiny.WIDTH
"""The width of T5, and of both CLIPs side by side."""

FLOW = {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000}
SD3_SCHEDULE = FLOW | {"shift": 3.0}
FLUX_SCHEDULE = FLOW | {
    "shift": 3.0,
    "use_dynamic_shifting": True,
    "base_shift": 0.5,
    "max_shift": 1.15,
    "base_image_seq_len": 256,
    "max_image_seq_len": 4096,
}
DIFFUSION = {"_class_name": "EulerDiscreteScheduler", "num_train_timesteps": 1000}
PIECES = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0), ("▁", -2.0)]
PIECES += [(letter, -3.0) for letter in tiny.BYTES]


def sd(**options: Any) -> UNet2DConditionModel:
    """Make a UNet of three levels, as the single files' layout takes them."""
    return UNet2DConditionModel(
        **{
            "sample_size": 8,
            "down_block_types": ("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
            "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
            "block_out_channels": (8, 8, 16),
            "layers_per_block": 1,
            "cross_attention_dim": tiny.WIDTH,
            "attention_head_dim": 2,
            "norm_num_groups": 4,
            **options,
        }
    )


def sdxl(**options: Any) -> UNet2DConditionModel:
    """Make a UNet that reads pooled texts and sizes."""
    shape = {
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        "cross_attention_dim": LONG,
        "attention_head_dim": (2, 2, 4),
        "transformer_layers_per_block": (1, 1, 2),
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 4,
        "projection_class_embeddings_input_dim": 6 * 4 + tiny.WIDTH,
    }
    return sd(**shape | options)


def sd3(**options: Any) -> SD3Transformer2DModel:
    """Make a transformer of Stable Diffusion 3.5's kind, one of whose blocks attends twice."""
    shape = {
        "sample_size": 8,
        "num_layers": 2,
        "attention_head_dim": 8,
        "num_attention_heads": 2,
        "joint_attention_dim": LONG,
        "caption_projection_dim": 16,
        "pooled_projection_dim": LONG,
        "pos_embed_max_size": 16,
        "dual_attention_layers": (0,),
        "qk_norm": "rms_norm",
    }
    return SD3Transformer2DModel(**shape | options)


def flux(**options: Any) -> FluxTransformer2DModel:
    """Make a transformer of Flux.1 dev's kind."""
    shape = {
        "num_layers": 1,
        "num_single_layers": 2,
        "attention_head_dim": 16,
        "num_attention_heads": 2,
        "joint_attention_dim": LONG,
        "pooled_projection_dim": tiny.WIDTH,
        "guidance_embeds": True,
        "axes_dims_rope": (4, 6, 6),
    }
    return FluxTransformer2DModel(**shape | options)


def t5() -> T5EncoderModel:
    """Make T5's encoder, gated as the one of version 1.1 is."""
    return T5EncoderModel(
        T5Config(
            vocab_size=len(PIECES),
            d_model=LONG,
            d_kv=8,
            d_ff=LONG,
            num_layers=2,
            num_heads=2,
            feed_forward_proj="gated-gelu",
        )
    )


def clip(*, projects: bool = True) -> CLIPTextModel | CLIPTextModelWithProjection:
    """Make a CLIP that projects what it pools, or none."""
    if not projects:
        return tiny.text_encoder()
    config = CLIPTextConfig(**tiny.CLIP, projection_dim=tiny.WIDTH, hidden_act="gelu")
    return CLIPTextModelWithProjection(config)


def vae16(scale: float, shift: float) -> Any:
    """Make an autoencoder of 16 channels."""
    quiet = {"use_quant_conv": False, "use_post_quant_conv": False}
    return tiny.autoencoder(scale, 16, shift_factor=shift, **quiet)


def write_t5_tokenizer(folder: Path) -> None:
    """Write a tokenizer that reads letters."""
    T5Tokenizer(vocab=PIECES, extra_ids=0).save_pretrained(folder)


def write(folder: Path, networks: dict[str, Callable[[], Any]], schedule: dict[str, Any]) -> Path:
    """Write a model of these networks, random but the same every time."""
    index: dict[str, Any] = {"_class_name": "DiffusionPipeline"}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        for name, make in networks.items():
            network = make()
            network.save_pretrained(folder / name)
            index[name] = ["library", type(network).__name__]
    for name in [name for name in networks if name.startswith("text_encoder")]:
        kind = index[name][1]
        own = name.replace("text_encoder", "tokenizer")
        index[own] = ["transformers", "T5TokenizerFast" if "T5" in kind else "CLIPTokenizer"]
        (write_t5_tokenizer if "T5" in kind else tiny.write_tokenizer)(folder / own)
    tiny.write_json(folder / "scheduler" / "scheduler_config.json", schedule)
    tiny.write_json(folder / "model_index.json", index)
    return folder


def plain() -> CLIPTextModel:
    """Make a CLIP that projects nothing."""
    return clip(projects=False)


FAMILIES: dict[str, tuple[dict[str, Callable[[], Any]], dict[str, Any]]] = {
    "sd1": (
        {"unet": sd, "vae": lambda: tiny.autoencoder(0.18215), "text_encoder": plain},
        DIFFUSION | tiny.EPS,
    ),
    "sd2": (
        {
            "unet": lambda: sd(use_linear_projection=True, attention_head_dim=(2, 2, 4)),
            "vae": lambda: tiny.autoencoder(0.18215),
            "text_encoder": plain,
        },
        DIFFUSION | tiny.EPS | {"prediction_type": "v_prediction"},
    ),
    "sdxl": (
        {
            "unet": sdxl,
            "vae": lambda: tiny.autoencoder(0.13025),
            "text_encoder": plain,
            "text_encoder_2": clip,
        },
        DIFFUSION | tiny.EPS,
    ),
    "sdxl_refiner": (
        {
            "unet": lambda: sdxl(
                cross_attention_dim=tiny.WIDTH,
                projection_class_embeddings_input_dim=5 * 4 + tiny.WIDTH,
            ),
            "vae": lambda: tiny.autoencoder(0.13025),
            "text_encoder_2": clip,
        },
        DIFFUSION | tiny.EPS,
    ),
    "sd3": (
        {
            "transformer": sd3,
            "vae": lambda: vae16(1.5305, 0.0609),
            "text_encoder": clip,
            "text_encoder_2": clip,
            "text_encoder_3": t5,
        },
        SD3_SCHEDULE,
    ),
    "flux": (
        {
            "transformer": flux,
            "vae": lambda: vae16(0.3611, 0.1159),
            "text_encoder": plain,
            "text_encoder_2": t5,
        },
        FLUX_SCHEDULE,
    ),
}


def write_family(folder: Path, name: str, **networks: Callable[[], Any]) -> Path:
    """Write a model of a family, with other networks in place of some."""
    own, schedule = FAMILIES[name]
    return write(folder, own | networks, schedule)
