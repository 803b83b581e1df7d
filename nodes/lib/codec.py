"""Values as bytes and back, for the disk: safetensors, so that reading one runs no code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from nodes.handles import Vae
from nodes.lib.folders import Part
from nodes.lib.latents import LatentFormat
from nodes.types import (
    Audio,
    Condition,
    Conditioning,
    Control,
    Image,
    ImageEmbedding,
    Latent,
    Mask,
    Noise,
    Picture,
    Video,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from nodes.lib.hooks import Hook


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


CONDITION = ("embedding", "pooled", "mask", "beside")
"""The tensors of a condition."""


def _write_conditioning(value: Conditioning) -> tuple[dict[str, Tensor], Any]:
    tensors: dict[str, Tensor] = {}
    for index, entry in enumerate(value.entries):
        found = {f"{name}.{index}": getattr(entry, name) for name in CONDITION}
        found |= {f"hint.{index}.{n}": one.hint for n, one in enumerate(entry.controls)}
        found |= {f"cover.{index}.{n}": one.mask for n, one in enumerate(entry.controls)}
        found |= {f"picture.{index}.{n}": one.embedding for n, one in enumerate(entry.pictures)}
        tensors |= {name: tensor for name, tensor in found.items() if tensor is not None}
    return tensors, [_condition_facts(entry) for entry in value.entries]


def _condition_facts(entry: Condition) -> dict[str, Any]:
    return {
        "options": dict(entry.options),
        "controls": [_control_facts(one) for one in entry.controls],
        "tokens": entry.tokens,
        "weights": entry.weights,
        "pictures": [[one.strength, one.noise, one.seed] for one in entry.pictures],
        "hooks": [_hook_facts(one) for one in entry.hooks],
    }


def _hook_facts(hook: Hook) -> dict[str, Any]:
    lora = hook.lora and [hook.lora.identity, hook.lora.strength, str(hook.lora.path)]
    return {
        "strengths": [hook.strength_model, hook.strength_clip],
        "lora": lora,
        "part": hook.part and _part_facts(hook.part),
        "encoders": [[name, _part_facts(part)] for name, part in hook.encoders],
        "keyframes": hook.keyframes,
    }


def _read_hook(facts: Any) -> Hook:
    from nodes.lib.adapters.lora import Lora  # what lays LoRAs, which few texts want
    from nodes.lib.hooks import Hook

    lora = facts["lora"]
    return Hook(
        *facts["strengths"],
        lora=lora and Lora(lora[0], lora[1], Path(lora[2])),
        part=facts["part"] and _read_part(facts["part"]),
        encoders=tuple((name, _read_part(part)) for name, part in facts["encoders"]),
        keyframes=tuple((start, times) for start, times in facts["keyframes"]),
    )


def _control_facts(control: Control) -> dict[str, Any]:
    way = [control.strength, control.start, control.end, control.kind]
    return {"part": _part_facts(control.part), "way": way, "vae": _vae_facts(control.vae)}


def _part_facts(part: Part) -> dict[str, Any]:
    return {**vars(part), "folder": str(part.folder)}


def _vae_facts(vae: Vae | None) -> dict[str, Any] | None:
    if vae is None:
        return None
    latents = vae.latents and vars(vae.latents)
    return {**vars(vae), "part": _part_facts(vae.part), "latents": latents}


def _read_conditioning(tensors: dict[str, Tensor], facts: Any) -> Conditioning:
    return Conditioning(tuple(_read_condition(tensors, n, fact) for n, fact in enumerate(facts)))


def _read_condition(tensors: dict[str, Tensor], index: int, fact: Any) -> Condition:
    found = {name: tensors.get(f"{name}.{index}") for name in CONDITION}
    controls = tuple(
        Control(
            _read_part(one["part"]),
            tensors[f"hint.{index}.{n}"],
            *one["way"],
            vae=_read_vae(one.get("vae")),
            mask=tensors.get(f"cover.{index}.{n}"),
        )
        for n, one in enumerate(fact["controls"])
    )
    said = {name: tuple(fact[name]) for name in ("tokens", "weights")}
    pictures = tuple(
        Picture(tensors[f"picture.{index}.{n}"], *one)
        for n, one in enumerate(fact.get("pictures", ()))
    )
    return Condition(
        **found,
        **said,
        options=fact["options"],
        controls=controls,
        pictures=pictures,
        hooks=tuple(_read_hook(one) for one in fact.get("hooks", ())),
    )


def _read_part(facts: Any) -> Part:
    return Part(**{**facts, "folder": Path(facts["folder"])})


def _read_vae(facts: Any) -> Vae | None:
    if facts is None:
        return None
    latents = LatentFormat(**facts["latents"]) if facts["latents"] else None
    return Vae(**{**facts, "part": _read_part(facts["part"]), "latents": latents})


def _write_embedding(value: ImageEmbedding) -> tuple[dict[str, Tensor], Any]:
    return {name: one for name, one in vars(value).items() if one is not None}, None


def _write_latent(value: Latent) -> tuple[dict[str, Tensor], Any]:
    tensors = {"samples": value.samples}
    facts = {"gradual": value.gradual, "batch_index": value.batch_index}
    return (tensors if value.mask is None else tensors | {"mask": value.mask}), facts


def _read_latent(tensors: dict[str, Tensor], facts: Any) -> Latent:
    index = tuple(facts["batch_index"])
    return Latent(tensors["samples"], tensors.get("mask"), facts["gradual"], index)


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
    ImageEmbedding: _write_embedding,
    Latent: _write_latent,
    Image: lambda image: ({"pixels": image.pixels}, None),
    Mask: lambda mask: ({"values": mask.values}, None),
    Noise: lambda noise: ({"samples": noise.samples}, noise.seed),
    Audio: lambda audio: ({"waveform": audio.waveform}, audio.rate),
    Video: _write_video,
}

_READERS: dict[str, Callable[[dict[str, Tensor], Any], Any]] = {
    "Conditioning": _read_conditioning,
    "ImageEmbedding": lambda tensors, _: ImageEmbedding(**tensors),
    "Latent": _read_latent,
    "Image": lambda tensors, _: Image(tensors["pixels"]),
    "Mask": lambda tensors, _: Mask(tensors["values"]),
    "Noise": lambda tensors, seed: Noise(tensors["samples"], seed),
    "Audio": lambda tensors, rate: Audio(tensors["waveform"], rate),
    "Video": _read_video,
}
