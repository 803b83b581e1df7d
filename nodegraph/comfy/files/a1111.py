"""The text that AUTOMATIC1111's web UI writes into pictures, as a prompt: text to image.

The prompt, ``Negative prompt:``, then a line of ``Key: value`` pairs.
"""

from __future__ import annotations

import re
from typing import Any

_PAIR = re.compile(r'\s*([\w ./-]+):\s*("(?:\\.|[^"\\])*"|[^,]*)(?:,|$)')
_LORA = re.compile(r"<lora:([^:>]+)(?::([-+.\d]+))?[^>]*>")
NEGATIVE = "Negative prompt:"

SAMPLERS = {
    "euler a": "euler_ancestral",
    "euler": "euler",
    "lms": "lms",
    "heun": "heun",
    "dpm2": "dpm_2",
    "dpm2 a": "dpm_2_ancestral",
    "dpm++ 2s a": "dpmpp_2s_ancestral",
    "dpm++ 2m": "dpmpp_2m",
    "dpm++ sde": "dpmpp_sde",
    "dpm++ 2m sde": "dpmpp_2m_sde",
    "dpm++ 3m sde": "dpmpp_3m_sde",
    "dpm fast": "dpm_fast",
    "dpm adaptive": "dpm_adaptive",
    "ddim": "ddim",
    "lcm": "lcm",
    "unipc": "uni_pc",
}
SCHEDULES = {
    "karras": "karras",
    "exponential": "exponential",
    "sgm uniform": "sgm_uniform",
    "simple": "simple",
    "normal": "normal",
    "ddim": "ddim_uniform",
    "beta": "beta",
    "uniform": "normal",
    "automatic": "normal",
}


def looks_like(text: str) -> bool:
    """Tell whether a text is of that kind."""
    return re.search(r"(^|\n)\s*Steps:\s*\d+", text) is not None


def read(text: str) -> tuple[dict[str, Any], list[str]]:
    """Return a prompt in API format, and a sentence for what it cannot carry."""
    positive, negative, settings = _parts(text)
    notes: list[str] = [
        "the text of A1111 weighs words otherwise than ComfyUI; so the picture is "
        "near, not the same"
    ]
    loras = _LORA.findall(positive)
    words = _LORA.sub("", positive).strip()
    made: dict[str, Any] = {}
    model = settings.get("model", "model")
    _put(made, "1", "CheckpointLoaderSimple", ckpt_name=f"{model}.safetensors")
    network, clip = ["1", 0], ["1", 1]
    for number, (name, strength) in enumerate(loras[:20]):
        node_id = str(20 + number)
        weight = _number(strength, 1.0)
        _put(
            made,
            node_id,
            "LoraLoader",
            model=network,
            clip=clip,
            lora_name=f"{name}.safetensors",
            strength_model=weight,
            strength_clip=weight,
        )
        network, clip = [node_id, 0], [node_id, 1]
    skip = int(_number(settings.get("clip skip", "1"), 1))
    if 1 < skip <= 12:
        _put(made, "2", "CLIPSetLastLayer", clip=clip, stop_at_clip_layer=-skip)
        clip = ["2", 0]
    width, height = _size(settings.get("size", ""))
    _put(made, "3", "CLIPTextEncode", text=words, clip=clip)
    _put(made, "4", "CLIPTextEncode", text=negative, clip=clip)
    _put(made, "5", "EmptyLatentImage", width=width, height=height, batch_size=1)
    sampler, scheduler = _sampler(settings, notes)
    _put(
        made,
        "6",
        "KSampler",
        model=network,
        positive=["3", 0],
        negative=["4", 0],
        latent_image=["5", 0],
        seed=int(_number(settings.get("seed", "0"), 0)) % 2**64,
        steps=max(1, min(10_000, int(_number(settings.get("steps", "20"), 20)))),
        cfg=max(0.0, min(100.0, _number(settings.get("cfg scale", "7"), 7.0))),
        sampler_name=sampler,
        scheduler=scheduler,
        denoise=1.0,
    )
    _put(made, "7", "VAEDecode", samples=["6", 0], vae=["1", 2])
    _put(made, "8", "SaveImage", images=["7", 0], filename_prefix="A1111")
    if "hires upscale" in settings:
        notes.append("the second pass at a higher resolution (hires) is left out")
    return made, notes


def models(text: str) -> list[dict[str, str]]:
    """Return what the text says of models: their names, and how their hashes begin."""
    _, _, settings = _parts(text)
    made = [_named(settings.get("model", "model"), settings.get("model hash", ""), "checkpoints")]
    for pair in settings.get("lora hashes", "").split(","):
        name, _, told = pair.rpartition(":")
        made.append(_named(name.strip(), told.strip(), "loras"))
    return [one for one in made if one["name"] != ".safetensors" and one["hash"]]


def _named(name: str, told: str, folder: str) -> dict[str, str]:
    return {"name": f"{name}.safetensors", "hash": told, "directory": folder}


def _put(made: dict[str, Any], node_id: str, class_type: str, **inputs: Any) -> None:
    made[node_id] = {"class_type": class_type, "inputs": inputs}


def _parts(text: str) -> tuple[str, str, dict[str, str]]:
    lines = text.replace("\r\n", "\n").split("\n")
    start = next((n for n, line in enumerate(lines) if re.match(r"\s*Steps:\s*\d", line)), None)
    head = lines if start is None else lines[:start]
    tail = "" if start is None else ", ".join(lines[start:])
    positive, _, negative = "\n".join(head).partition(NEGATIVE)
    pairs = {key.strip().lower(): value.strip().strip('"') for key, value in _PAIR.findall(tail)}
    return positive.strip(), negative.strip(), pairs


def _sampler(settings: dict[str, str], notes: list[str]) -> tuple[str, str]:
    given = settings.get("sampler", "Euler").lower()
    schedule = settings.get("schedule type", "").lower()
    for ending in SCHEDULES:
        if given.endswith(f" {ending}") and not schedule:
            given, schedule = given.removesuffix(f" {ending}"), ending
    if given not in SAMPLERS:
        notes.append(f"the sampler {settings.get('sampler', '')} is not known here; euler is taken")
    return SAMPLERS.get(given, "euler"), SCHEDULES.get(schedule, "normal")


def _size(text: str) -> tuple[int, int]:
    found = re.match(r"(\d{1,5})\s*x\s*(\d{1,5})", text)
    width, height = (int(found[1]), int(found[2])) if found else (512, 512)
    return max(16, min(16384, width)), max(16, min(16384, height))


def _number(text: str, otherwise: float) -> float:
    try:
        number = float(text)
    except ValueError:
        return otherwise
    return number if abs(number) < 2**64 else otherwise
