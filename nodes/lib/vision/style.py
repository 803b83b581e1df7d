"""Pictures as words for Flux: Redux, whose projection makes tokens of what SigLIP says.

Source: the published weights' own layers, two of them around a SiLU.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from nodes.handles import StyleModel
from nodes.lib import device, header
from nodes.lib.conditioning import ConditioningError
from nodes.lib.folders import ENDINGS, WEIGHTS, ModelError, Part
from nodes.lib.models import network, settled

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from nodes.types import Condition, Conditioning, ImageEmbedding

NAME = "style_model"
LAYERS = ("redux_up", "redux_down")


def open_style(path: Path, device_name: str, dtype_name: str) -> StyleModel:
    """Return a style model; its weights are read when it is first used.

    Raises:
        ModelError: It is none.
    """
    path = _file(path)
    names = header.entries(path) if path.suffix in ENDINGS else {}
    if any(f"{layer}.weight" not in names for layer in LAYERS):
        raise ModelError(
            f"{path.name} is no style model; use Flux Redux in safetensors (those for Stable "
            "Diffusion 1 come in pickle and are not supported)"
        )
    return StyleModel(device.part(path, NAME, device_name, dtype_name))


def _file(path: Path) -> Path:
    """Return the file of a folder in diffusers' layout, or a file itself."""
    found = sorted(path.glob(f"*{WEIGHTS}")) if path.is_dir() else [path]
    return found[0] if len(found) == 1 else path


def load(part: Part) -> Any:
    """Read what projects."""
    from safetensors.torch import load_file

    tensors = load_file(part.folder)
    layers = [_layer(tensors, name) for name in LAYERS]
    made = torch.nn.Sequential(layers[0], torch.nn.SiLU(), layers[1])
    return settled(made.to(device.DTYPES[part.dtype]), part)


def _layer(tensors: dict[str, Tensor], name: str) -> Any:
    weight = tensors[f"{name}.weight"]
    made = torch.nn.Linear(weight.shape[1], weight.shape[0])
    made.load_state_dict({"weight": weight, "bias": tensors[f"{name}.bias"]})
    return made


@torch.inference_mode()
def styled(
    conditioning: Conditioning,
    style: StyleModel,
    said: ImageEmbedding,
    strength: float,
    *,
    biased: bool,
) -> Conditioning:
    """Put pictures behind every text, as tokens.

    Args:
        conditioning: The texts.
        style: What makes tokens.
        said: Of the pictures, (B, T, D): all of their tokens follow one another.
        strength: How much they count.
        biased: What attends to them sees them as that many times as likely; else they themselves
            are that many times as large.

    Raises:
        ConditioningError: The pictures were read by another encoder, or the texts are another
            family's.
    """
    made, part = network(style.part), style.part
    if said.hidden.shape[-1] != made[0].in_features:
        raise ConditioningError(
            f"the style model reads {made[0].in_features} numbers a token and the image encoder "
            f"gives {said.hidden.shape[-1]}; use SigLIP's, which Redux was trained with"
        )
    found = made(said.hidden.to(part.device, device.DTYPES[part.dtype])).float().cpu()
    tokens = found.flatten(0, 1)[None]
    if not biased:
        tokens = tokens * strength
    bias = strength if biased else 1.0
    return conditioning.each(lambda entry: _with(entry, tokens, bias))


def _with(entry: Condition, tokens: Tensor, bias: float) -> Condition:
    before, count = entry.embedding.shape[1], tokens.shape[1]
    if tokens.shape[-1] != entry.embedding.shape[-1]:
        raise ConditioningError(
            f"the style model gives {tokens.shape[-1]} numbers a token and the text has "
            f"{entry.embedding.shape[-1]}; use it with Flux"
        )
    options = dict(entry.options)
    if bias != 1:
        options["biases"] = [*options.get("biases", ()), [before, count, bias]]
    return replace(
        entry,
        embedding=torch.cat([entry.embedding, tokens.to(entry.embedding)], dim=1),
        options=options,
        tokens=(*entry.tokens, *[""] * count) if entry.tokens else (),
        weights=(*entry.weights, *[1.0] * count) if entry.weights else (),
    )


def mask(entries: tuple[Condition, ...], batch: int, seen: int, like: Tensor) -> Tensor | None:
    """Return what is added to the attention's logits, (n * batch, 1, L, L); nothing if not needed.

    Texts and places of the picture attend to the tokens of a picture by its bias; these to
    themselves, and to what was there before them, as ever.

    Args:
        entries: The texts, all of one length.
        batch: Pictures that are painted at once.
        seen: Tokens of the picture that is painted, which stand behind the text's.
        like: Of the precision and on the device that is wanted.
    """
    if not any(one.options.get("biases") for one in entries):
        return None
    rows = [_biases(one, seen) for one in entries]
    found = torch.stack(rows)[:, None].repeat_interleave(batch, 0)
    return found.to(like)


def _biases(entry: Condition, seen: int) -> Tensor:
    texts = entry.embedding.shape[1]
    found = torch.zeros(texts + seen, texts + seen)
    for start, count, strength in entry.options.get("biases", ()):
        bias = torch.tensor(math.log(strength) if strength > 0 else -torch.inf).half().float()
        found[:start, start : start + count] = bias
        found[texts:, start : start + count] = bias
    return found
