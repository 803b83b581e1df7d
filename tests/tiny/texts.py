"""Random text encoders of the true classes, held in memory, with tokenizers of single letters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

from nodes.handles import Clip, TextEncoder
from nodes.lib import models
from nodes.lib.folders import Part

LENGTH = 14
LETTERS = [chr(code) for code in range(ord("a"), ord("z") + 1)]
WORDS = ["!", *LETTERS, *(f"{one}</w>" for one in LETTERS), "<|startoftext|>", "<|endoftext|>"]
END = len(WORDS) - 1
KINDS = {
    "sd": {"clip_l": {"hidden_size": 16}},
    "sdxl": {
        "clip_l": {"hidden_size": 16},
        "clip_g": {"hidden_size": 24, "projection_dim": 20, "pad": "!"},
    },
    "sdxl_refiner": {"clip_g": {"hidden_size": 24, "projection_dim": 20, "pad": "!"}},
    "sd3": {
        "clip_l": {"hidden_size": 16, "projection_dim": 12},
        "clip_g": {"hidden_size": 24, "projection_dim": 20, "pad": "!"},
        "t5": {"d_model": 48},
    },
    "flux": {"clip_l": {"hidden_size": 16}, "t5": {"d_model": 48}},
}


def clip_of(kind: str, name: str) -> Clip:
    """Make what reads texts for a family; ``name`` tells it from others of the same kind."""
    return Clip(tuple(_reader(kind, name, one) for one in KINDS[kind]), kind)


def _reader(kind: str, name: str, encoder: str) -> TextEncoder:
    options: dict[str, Any] = dict(KINDS[kind][encoder])
    pad = options.pop("pad", "<|endoftext|>")
    tokenizer, network = (
        Part(f"{name} {kind} {encoder}", what, "cpu", "float32", Path())
        for what in ("tokenizer", "text_encoder")
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(len(encoder) + len(kind))
        made = _t5(options) if encoder == "t5" else _clip(options)
    models.hold(network, made.eval().requires_grad_(False))
    models.hold(tokenizer, _t5_tokenizer() if encoder == "t5" else _clip_tokenizer(pad))
    return TextEncoder(encoder, tokenizer, network)


def _clip(options: dict[str, Any]) -> Any:
    config = CLIPTextConfig(
        vocab_size=len(WORDS),
        intermediate_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        max_position_embeddings=LENGTH,
        initializer_factor=5.0,
        bos_token_id=END - 1,
        eos_token_id=END,
        pad_token_id=END,
        **options,
    )
    return (CLIPTextModelWithProjection if "projection_dim" in options else CLIPTextModel)(config)


def _t5(options: dict[str, Any]) -> Any:
    return T5EncoderModel(
        T5Config(vocab_size=32, d_ff=32, d_kv=8, num_layers=2, num_heads=2, **options)
    )


def _clip_tokenizer(pad: str) -> CLIPTokenizer:
    numbers = {word: number for number, word in enumerate(WORDS)}
    return CLIPTokenizer(vocab=numbers, merges=[], pad_token=pad, model_max_length=LENGTH)


def _t5_tokenizer() -> T5Tokenizer:
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    vocabulary = [*special, *((letter, -3.0) for letter in LETTERS)]
    return T5Tokenizer(vocab=vocabulary, extra_ids=0, model_max_length=512)
