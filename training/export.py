"""Write the networks as the diffusers folder that the product ships, in half precision."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from diffusers import StableDiffusionPipeline

from training import architecture
from training.tokenizer import load_tokenizer, save_tokenizer
from training.vocabulary import save_vocabulary

if TYPE_CHECKING:
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from torch import nn
    from transformers import CLIPTextModel


def export(
    folder: Path, vae: AutoencoderKL, unet: UNet2DConditionModel, text_encoder: CLIPTextModel
) -> None:
    """Replace the model in `folder`, file by file, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".critters") as name:
        made = Path(name)
        save_tokenizer(made / "tokenizer")
        pipeline = StableDiffusionPipeline(
            vae=_halved(vae),
            text_encoder=_halved(text_encoder),
            tokenizer=load_tokenizer(made / "tokenizer"),
            unet=_halved(unet),
            scheduler=architecture.make_scheduler(),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
        pipeline.save_pretrained(made)
        _tidy(made)
        save_vocabulary(made / "tokenizer")
        _move(made, folder)


def _halved(network: nn.Module) -> nn.Module:
    return copy.deepcopy(network).cpu().to(torch.float16)


def _tidy(folder: Path) -> None:
    """Drop what names this machine, and let the text encoder load in single precision.

    transformers takes the precision from the config, diffusers does not: left alone, the two
    would disagree on a processor.
    """
    for path in folder.rglob("*.json"):
        content = json.loads(path.read_text())
        content.pop("_name_or_path", None)
        if "dtype" in content:
            content["dtype"] = "float32"
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _move(source: Path, target: Path) -> None:
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.chmod(0o644)
        path.replace(place)
