"""Models: what a folder holds, and its networks, each loaded when first used and then kept."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib import device, lean
from nodes.lib.folders import ModelError, Part, identity, read_config
from nodes.lib.latents import LatentFormat
from nodes.lib.model_sampling import ModelSampling
from nodes.types import Clip, Model, TextEncoder, Vae

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEPT = 12
"""Networks held at once: three of Stable Diffusion's size, and tokenizers."""

opened: dict[int, Vae] = {}
"""The autoencoder opened last, by its channels: what a latent is of, most likely."""

SUPPORTED = "Stable Diffusion 1.x and 2.x: a UNet2DConditionModel with 4 channels and one CLIP"


def open_folder(folder: Path, device_name: str, dtype_name: str) -> tuple[Model, Clip, Vae]:
    """Read a folder's configurations; weights stay on the disk until they are used.

    Raises:
        ModelError: It is broken, or of a family that is not supported.
    """
    unet = read_config(folder, "unet")
    vae = read_config(folder, "vae")
    _check_family(folder, unet, vae)
    name = identity(folder)
    device_name = device.choose_device(device_name)
    dtype = device.choose_dtype(dtype_name, device_name)

    def part(subfolder: str, kind: str = dtype) -> Part:
        return Part(name, subfolder, device_name, kind, folder)

    sampling = read_config(folder, "scheduler", "scheduler_config.json")
    latent_format = _latent_format(vae)
    autoencoder = Vae(part("vae", device.vae_dtype(dtype)), latent_format.downscale)
    opened[latent_format.channels] = autoencoder
    return (
        Model(part("unet"), ModelSampling.from_scheduler_config(sampling), latent_format),
        Clip((TextEncoder("clip_l", part("tokenizer"), part("text_encoder")),)),
        autoencoder,
    )


def _check_family(folder: Path, unet: Mapping[str, Any], vae: Mapping[str, Any]) -> None:
    index = read_config(folder, "", "model_index.json")
    two_encoders = any(index.get(f"text_encoder_{n}", [None])[0] for n in (2, 3))
    plain = unet.get("addition_embed_type") in (None, "text") and unet.get("in_channels", 4) == 4
    found = unet.get("_class_name"), vae.get("_class_name")
    if found != ("UNet2DConditionModel", "AutoencoderKL") or two_encoders or not plain:
        raise ModelError(
            f"{folder.name} is a {index.get('_class_name', 'model')} of a family that is not "
            f"supported; supported are {SUPPORTED}"
        )


def _latent_format(vae: Mapping[str, Any]) -> LatentFormat:
    return LatentFormat(
        channels=vae.get("latent_channels", 4),
        downscale=2 ** (len(vae.get("block_out_channels", [0])) - 1),
        scale=vae.get("scaling_factor") or 1.0,
        shift=vae.get("shift_factor") or 0.0,
    )


_held: dict[Part, Any] = {}


def hold(part: Part, made: Any) -> None:
    """Let a network made in memory be the one of a part; its folder is never read."""
    _held[part] = made


@lru_cache(maxsize=KEPT)
def network(part: Part) -> Any:
    """Return a network, or a tokenizer; the same object as long as it is kept."""
    try:
        return _held[part] if part in _held else _LOADERS[part.name](part)
    except torch.OutOfMemoryError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ModelError(
            f"the {part.name} of {part.folder} cannot be loaded: {reason}; weights must be whole "
            "and in safetensors"
        ) from error


def _weights(cls: Any, part: Part, **options: Any) -> Any:
    """Load with the class's own reader, from safetensors alone."""
    loaded = cls.from_pretrained(
        part.folder / part.name, use_safetensors=True, local_files_only=True, **options
    )
    return loaded.to(part.device).eval().requires_grad_(False)


def _diffusers(part: Part) -> Any:
    kind = device.DTYPES[part.dtype]
    return _weights(lean.networks()[part.name], part, torch_dtype=kind, low_cpu_mem_usage=False)


@cache
def _readers() -> tuple[Any, Any]:
    """Return the classes of text encoder and tokenizer.

    Each from its own module: the package's front door imports everything.
    """
    from transformers.models.clip.modeling_clip import CLIPTextModel
    from transformers.models.clip.tokenization_clip import CLIPTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    return CLIPTextModel, CLIPTokenizer


def _text_encoder(part: Part) -> Any:
    return _weights(_readers()[0], part, dtype=device.DTYPES[part.dtype])


def _tokenizer(part: Part) -> Any:
    return _readers()[1].from_pretrained(part.folder / part.name, local_files_only=True)


def warm() -> None:
    """Import every network's class now, which takes seconds, so that no run waits for it."""
    lean.networks()
    _readers()


def forget() -> None:
    """Let go of every network that can be loaded again."""
    network.cache_clear()


_LOADERS = {
    "unet": _diffusers,
    "vae": _diffusers,
    "text_encoder": _text_encoder,
    "tokenizer": _tokenizer,
}
