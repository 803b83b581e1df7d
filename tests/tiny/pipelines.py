"""Random pipelines of the true classes that make films and sounds, in diffusers' layout."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import torch
from diffusers import (
    AnimateDiffPipeline,
    AutoencoderKLWan,
    AutoencoderOobleck,
    CosineDPMSolverMultistepScheduler,
    DDIMScheduler,
    FlowMatchEulerDiscreteScheduler,
    MotionAdapter,
    StableAudioDiTModel,
    StableAudioPipeline,
    StableAudioProjectionModel,
    StableDiffusionPipeline,
    WanPipeline,
    WanTransformer3DModel,
)
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from transformers import T5Config, T5EncoderModel, T5TokenizerFast, UMT5Config, UMT5EncoderModel

from tests import tiny

if TYPE_CHECKING:
    from pathlib import Path

TEXT = 16


def write_film(folder: Path, model: Path) -> Path:
    """Write an AnimateDiff of few channels that stands on a tiny Stable Diffusion."""
    base = StableDiffusionPipeline.from_pretrained(model, safety_checker=None)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        adapter = MotionAdapter(
            block_out_channels=(16, 32),
            motion_layers_per_block=1,
            motion_norm_num_groups=8,
            motion_num_attention_heads=2,
            motion_max_seq_length=8,
            use_motion_mid_block=False,
        )
        scheduler = DDIMScheduler(clip_sample=False, **tiny.EPS)
        parts = {"vae": base.vae, "unet": base.unet, "tokenizer": base.tokenizer}
        pipe = AnimateDiffPipeline(
            **parts,
            text_encoder=base.text_encoder,
            motion_adapter=adapter,
            scheduler=scheduler,
        )
        pipe.save_pretrained(folder)
    return folder


def write_sound(folder: Path) -> Path:
    """Write a Stable Audio of few channels: 1,000 samples a second, half a second at most."""
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch, since Oobleck's way to norm weights is old
        torch.manual_seed(3)
        transformer = StableAudioDiTModel(
            sample_size=250,
            in_channels=3,
            num_layers=2,
            attention_head_dim=4,
            num_key_value_attention_heads=2,
            out_channels=3,
            cross_attention_dim=4,
            time_proj_dim=8,
            global_states_input_dim=8,
            cross_attention_input_dim=4,
        )
        vae = AutoencoderOobleck(
            encoder_hidden_size=6,
            downsampling_ratios=[1, 2],
            decoder_channels=3,
            decoder_input_channels=3,
            audio_channels=2,
            channel_multiples=[2, 4],
            sampling_rate=1000,
        )
        projection = StableAudioProjectionModel(
            text_encoder_dim=TEXT, conditioning_dim=4, min_value=0, max_value=32
        )
        pipe = StableAudioPipeline(
            vae=vae,
            text_encoder=_text_encoder(),
            projection_model=projection,
            tokenizer=_tokenizer(),
            transformer=transformer,
            scheduler=CosineDPMSolverMultistepScheduler(
                solver_order=2, prediction_type="v_prediction", sigma_data=1.0
            ),
        )
        pipe.save_pretrained(folder)
    return folder


def write_wan(folder: Path) -> Path:
    """Write a Wan of few channels: films of a transformer and a VAE over time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        vae = AutoencoderKLWan(
            base_dim=3,
            z_dim=16,
            dim_mult=[1, 1, 1, 1],
            num_res_blocks=1,
            temperal_downsample=[False, True, True],
        )
        transformer = WanTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=12,
            in_channels=16,
            out_channels=16,
            text_dim=TEXT,
            freq_dim=32,
            ffn_dim=32,
            num_layers=1,
            cross_attn_norm=True,
            rope_max_seq_len=32,
        )
        config = UMT5Config(
            vocab_size=32, d_model=TEXT, d_kv=8, d_ff=TEXT, num_layers=1, num_heads=2
        )
        pipe = WanPipeline(
            tokenizer=_tokenizer(),
            text_encoder=UMT5EncoderModel(config),
            transformer=transformer,
            vae=vae,
            scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        )
        pipe.save_pretrained(folder)
    return folder


def _text_encoder() -> T5EncoderModel:
    return T5EncoderModel(
        T5Config(
            vocab_size=32, d_model=TEXT, d_kv=8, d_ff=TEXT, num_layers=1, num_heads=2,
            decoder_start_token_id=0,
        )
    )  # fmt: skip


def _tokenizer() -> T5TokenizerFast:
    letters = [(char, -1.0) for char in "\u2581abcdefghijklmnopqrstuvwxyz"]
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *letters]
    return T5TokenizerFast(
        tokenizer_object=Tokenizer(Unigram(pieces, unk_id=2)),
        extra_ids=0,
        model_max_length=12,
    )
