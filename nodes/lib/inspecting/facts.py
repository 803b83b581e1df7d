"""What values are, in numbers and words, for who inspects them: JSON data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, cast

import torch

from nodegraph.engine.host import shortened
from nodes.handles import Clip, Model, Vae
from nodes.lib import disk, folders
from nodes.lib.inspecting import parts
from nodes.types import (
    Audio,
    Condition,
    Conditioning,
    Image,
    Latent,
    Mask,
    Noise,
    Prediction,
    Schedule,
    Video,
)

BINS = 32
ITEMS = 32
DEPTH = 4

KINDS = {
    Image: "image",
    Mask: "mask",
    Audio: "audio",
    Video: "video",
    Latent: "latent",
    Noise: "latent",
    Prediction: "latent",
    Conditioning: "conditioning",
    Schedule: "schedule",
    Model: "model",
    Clip: "model",
    Vae: "model",
    bool: "number",
    int: "number",
    float: "number",
    str: "text",
    Path: "text",
}
"""What to show values of a type as; anything else is shown by its ``fields`` or its text."""

CHANNELS = {"image": -1, "latent": 1}
"""The axis of the channels, of which each has a range of its own."""


@torch.inference_mode()
def describe(value: Any, depth: int = DEPTH) -> dict[str, Any]:
    """Return a value's type, the ``kind`` of viewer that suits it, and what else there is to say.

    A tensor: ``shape``, ``dtype``, ``device``, ``min``, ``max``, ``mean`` and ``std`` of its
    finite numbers (``None`` where there are none), how many are ``nan`` and ``inf``, and a
    ``histogram`` of 32 equal steps from ``min`` to ``max``. A value around one tensor says the
    same, and has ``fields``. A list has a ``count`` and the first ``items``; anything else
    ``text``.

    Pictures and latents tell of each of their ``channels``; a schedule its ``sigmas``; texts
    their ``tokens``, entry by entry, with weight and norm; a model its ``family`` and ``parts``;
    sound its ``rate`` in hertz, a film its ``fps`` and ``seconds``.
    """
    found: dict[str, Any] = {"type": type(value).__name__, "kind": _kind(value)}
    if isinstance(value, torch.Tensor):
        return found | _numbers(value)
    if isinstance(value, (list, tuple)):
        return found | _items(cast("list[Any]", value), depth)
    if isinstance(value, Mapping) and depth:
        entries = list(cast("Mapping[Any, Any]", value).items())[:ITEMS]
        return found | {"fields": {str(name): describe(one, depth - 1) for name, one in entries}}
    if is_dataclass(value) and not isinstance(value, type) and depth:
        return found | _parts(value, depth)
    text = value if isinstance(value, str) else str(value) if _plain(value) else repr(value)
    return found | {"text": shortened(text)}


def _kind(value: Any) -> str:
    """Return what to show a value as."""
    if isinstance(value, (list, tuple)):
        return "list"
    if isinstance(value, torch.Tensor):
        return "tensor"
    kinds = (kind for cls, kind in KINDS.items() if isinstance(value, cls))
    return next(kinds, "fields")


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, Path))


def _items(values: Any, depth: int) -> dict[str, Any]:
    shown = [describe(one, depth - 1) for one in values[:ITEMS]] if depth else []
    return {"type": "list", "kind": "list", "count": len(values), "items": shown}


def _parts(value: Any, depth: int) -> dict[str, Any]:
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    tensors = [one for one in found.values() if isinstance(one, torch.Tensor)]
    subject = None if isinstance(value, Schedule) else parts.tensor(value)
    subject = tensors[0] if subject is None and tensors else subject
    about = {} if subject is None else _numbers(subject)
    if subject is not None and _kind(value) in CHANNELS:
        about["channels"] = _channels(subject.movedim(CHANNELS[_kind(value)], 0))
    shown = {name: describe(one, depth - 1) for name, one in found.items() if one is not subject}
    return about | _special(value) | {"fields": shown}


def _special(value: Any) -> dict[str, Any]:
    """Return what is said of one type alone."""
    if isinstance(value, Audio):
        return {"rate": value.rate}
    if isinstance(value, Video):
        return {"fps": value.fps, "seconds": len(value.frames.pixels) / value.fps}
    if isinstance(value, Schedule):
        return {"sigmas": list(value.sigmas), "scheduler": value.scheduler}
    if isinstance(value, Conditioning):
        return {"tokens": [_tokens(entry) for entry in value.entries]}
    if isinstance(value, (Model, Vae)):
        return _model(value.part)
    if isinstance(value, Clip):
        return _model(*(part for one in value.encoders for part in (one.encoder, one.tokenizer)))
    return {}


def _tokens(entry: Condition) -> list[dict[str, Any]]:
    """Return each row of an embedding by its token, its weight and its length."""
    norms = [float(norm) for norm in entry.embedding[0].float().norm(dim=-1)]
    texts = entry.tokens or [""] * len(norms)
    weights = entry.weights or [1.0] * len(norms)
    return [
        {"text": text, "weight": weight, "norm": norm if math.isfinite(norm) else None}
        for text, weight, norm in zip(texts, weights, norms, strict=False)
    ]


def _model(*networks: folders.Part) -> dict[str, Any]:
    """Return what family a model is of, and what of it this value names."""
    folder = networks[0].folder
    named = [
        {
            "name": part.name,
            "class": disk.network_class(folder, part.name),
            "bytes": disk.part_size(folder, part.name),
            "dtype": part.dtype,
            "device": part.device,
        }
        for part in networks
    ]
    return {"family": disk.kind(folder), "folder": str(folder), "parts": named}


def _channels(tensor: torch.Tensor) -> list[dict[str, float | None]]:
    """Return the statistics of each of the first axis's entries."""
    found: list[dict[str, float | None]] = []
    for channel in tensor[:ITEMS]:
        numbers = channel.detach().float().flatten()
        about = _statistics(numbers[numbers.isfinite()].cpu())
        del about["histogram"]
        found.append(about)
    return found


def _numbers(tensor: torch.Tensor) -> dict[str, Any]:
    about = {
        "shape": list(tensor.shape),
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "device": str(tensor.device),
    }
    numbers = tensor.detach().float().flatten()
    finite = numbers[numbers.isfinite()]
    about["nan"] = int(numbers.isnan().sum())
    about["inf"] = numbers.numel() - finite.numel() - about["nan"]
    return about | _statistics(finite.cpu())


def _statistics(numbers: torch.Tensor) -> dict[str, Any]:
    if not len(numbers):
        return {"min": None, "max": None, "mean": None, "std": None, "histogram": [0] * BINS}
    low, high = (float(one) for one in numbers.aminmax())
    found = {"min": low, "max": high, "mean": float(numbers.mean())}
    found["std"] = float(numbers.std(correction=0))
    steps = numbers.histc(BINS, low, high)
    kept = {name: one if math.isfinite(one) else None for name, one in found.items()}
    return kept | {"histogram": [int(count) for count in steps]}
