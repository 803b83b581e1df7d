"""What values are, in numbers and words, for who inspects them: JSON data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, cast

import torch

from nodegraph.engine.host import shortened
from nodes.types import Conditioning, Prediction

BINS = 32
ITEMS = 32
DEPTH = 4

_SUBJECTS = {
    Conditioning: lambda value: value.entries[0].embedding if value.entries else None,
    Prediction: lambda value: value.denoised.samples,
}
"""The tensor that a value made of several is about."""


@torch.inference_mode()
def describe(value: Any, depth: int = DEPTH) -> dict[str, Any]:
    """Return a value's type, and what else there is to say.

    A tensor: ``shape``, ``dtype``, ``device``, ``min``, ``max``, ``mean`` and ``std`` of its
    finite numbers (``None`` where there are none), how many are ``nan`` and ``inf``, and a
    ``histogram`` of 32 equal steps from ``min`` to ``max``. A value around one tensor says the
    same, and has ``fields``. A list has a ``count`` and the first ``items``; anything else
    ``text``.
    """
    found: dict[str, Any] = {"type": type(value).__name__}
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


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, Path))


def _items(values: Any, depth: int) -> dict[str, Any]:
    shown = [describe(one, depth - 1) for one in values[:ITEMS]] if depth else []
    return {"type": "list", "count": len(values), "items": shown}


def _parts(value: Any, depth: int) -> dict[str, Any]:
    parts = {field.name: getattr(value, field.name) for field in fields(value)}
    tensors = [one for one in parts.values() if isinstance(one, torch.Tensor)]
    subject = _SUBJECTS[type(value)](value) if type(value) in _SUBJECTS else None
    subject = tensors[0] if subject is None and tensors else subject
    about = {} if subject is None else _numbers(subject)
    shown = {name: describe(one, depth - 1) for name, one in parts.items() if one is not subject}
    return about | {"fields": shown}


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
