"""Values as bytes and back, for the disk: safetensors, so that reading one runs no code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from nodes.types import Audio, Condition, Conditioning, Image, Latent, Mask, Noise, Video

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor


def dump(value: Any) -> bytes:
    """Return a value's tensors, bit by bit, and in the header what else it is made of."""
    tensors, facts = _WRITERS[type(value)](value)
    kept = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    metadata = {"type": type(value).__name__, "facts": json.dumps(facts)}
    return save_tensors(kept, metadata=metadata)


def load(data: bytes) -> Any:
    """Return the value that ``dump`` wrote, its tensors on the CPU."""
    length = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + length])["__metadata__"]
    return _READERS[metadata["type"]](load_tensors(data), json.loads(metadata["facts"]))


def _write_conditioning(value: Conditioning) -> tuple[dict[str, Tensor], Any]:
    tensors: dict[str, Tensor] = {}
    for index, entry in enumerate(value.entries):
        tensors[f"embedding.{index}"] = entry.embedding
        if entry.pooled is not None:
            tensors[f"pooled.{index}"] = entry.pooled
    return tensors, [
        {"options": dict(entry.options), "tokens": entry.tokens, "weights": entry.weights}
        for entry in value.entries
    ]


def _read_conditioning(tensors: dict[str, Tensor], facts: Any) -> Conditioning:
    return Conditioning(
        tuple(
            Condition(
                tensors[f"embedding.{index}"],
                tensors.get(f"pooled.{index}"),
                fact["options"],
                tuple(fact["tokens"]),
                tuple(fact["weights"]),
            )
            for index, fact in enumerate(facts)
        )
    )


def _write_latent(value: Latent) -> tuple[dict[str, Tensor], Any]:
    tensors = {"samples": value.samples}
    return (tensors if value.mask is None else tensors | {"mask": value.mask}), None


def _write_video(value: Video) -> tuple[dict[str, Tensor], Any]:
    tensors, sound = {"frames": value.frames.pixels}, value.audio
    if sound is not None:
        tensors["waveform"] = sound.waveform
    return tensors, {"fps": value.fps, "rate": None if sound is None else sound.rate}


def _read_video(tensors: dict[str, Tensor], facts: Any) -> Video:
    sound = Audio(tensors["waveform"], facts["rate"]) if "waveform" in tensors else None
    return Video(Image(tensors["frames"]), facts["fps"], sound)


_WRITERS: dict[type, Callable[[Any], tuple[dict[str, Tensor], Any]]] = {
    Conditioning: _write_conditioning,
    Latent: _write_latent,
    Image: lambda image: ({"pixels": image.pixels}, None),
    Mask: lambda mask: ({"values": mask.values}, None),
    Noise: lambda noise: ({"samples": noise.samples}, noise.seed),
    Audio: lambda audio: ({"waveform": audio.waveform}, audio.rate),
    Video: _write_video,
}

_READERS: dict[str, Callable[[dict[str, Tensor], Any], Any]] = {
    "Conditioning": _read_conditioning,
    "Latent": lambda tensors, _: Latent(tensors["samples"], tensors.get("mask")),
    "Image": lambda tensors, _: Image(tensors["pixels"]),
    "Mask": lambda tensors, _: Mask(tensors["values"]),
    "Noise": lambda tensors, seed: Noise(tensors["samples"], seed),
    "Audio": lambda tensors, rate: Audio(tensors["waveform"], rate),
    "Video": _read_video,
}
