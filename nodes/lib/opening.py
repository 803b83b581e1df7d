"""Model folders in diffusers' layout: which family they are of, and what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nodes.handles import Clip, Model, TextEncoder, Vae
from nodes.lib import device, models
from nodes.lib.disk import read_config
from nodes.lib.folders import ModelError, Part
from nodes.lib.latents import LatentFormat
from nodes.lib.model_sampling import ModelSampling

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUPPORTED = (
    "Stable Diffusion 1.x, 2.x, XL with its refiner, 3 and 3.5, and Flux.1: a "
    "UNet2DConditionModel, SD3Transformer2DModel or FluxTransformer2DModel, and an AutoencoderKL "
    "or AutoencoderTiny"
)
FAMILIES = {
    "UNet2DConditionModel": "unet",
    "SD3Transformer2DModel": "sd3",
    "FluxTransformer2DModel": "flux",
}
"""How a network is called, by its class: names in ``nodes.lib.families``."""

VAES = ("AutoencoderKL", "AutoencoderTiny")
PLAIN = ("num_class_embeds", "encoder_hid_dim_type")
"""What a UNet that is told nothing else than texts and pictures leaves empty."""

ENCODERS = {
    "sd": {"clip_l": 1},
    "sdxl": {"clip_l": 1, "clip_g": 2},
    "sdxl_refiner": {"clip_g": 2},
    "sd3": {"clip_l": 1, "clip_g": 2, "t5": 3},
    "flux": {"clip_l": 1, "t5": 2},
}
"""By what a text is put together from: each encoder's name, and its number in the folder."""


class Loaded(NamedTuple):
    """The parts of a model; each is read from the disk when it is first used."""

    model: Model
    clip: Clip
    vae: Vae


def open_model(found: Path, device_name: str, dtype_name: str) -> Loaded:
    """Read what a folder or a single file says of itself; weights stay on the disk.

    Raises:
        ModelError: It is broken, or of a family that is not supported.
    """
    if found.is_file():
        from nodes.lib.single import opening

        return opening.open_file(found, device_name, dtype_name)
    return open_folder(found, device_name, dtype_name)


def open_folder(folder: Path, device_name: str, dtype_name: str) -> Loaded:
    """Read a folder's configurations; weights stay on the disk until they are used.

    Raises:
        ModelError: It is broken, or of a family that is not supported.
    """
    index = read_config(folder, "", "model_index.json")
    name = "transformer" if _has(index, "transformer") else "unet"
    network = read_config(folder, name)
    vae = read_config(folder, "vae")
    kind = _kind(folder, index, network, vae)
    family = FAMILIES[network["_class_name"]]
    whole = device.part(folder, name, device_name, dtype_name, family)
    latent_format = formatted(vae)
    part = whole.named("vae", device.vae_dtype(whole.dtype))
    autoencoder = Vae(part, latent_format.downscale, latents=latent_format)
    models.opened[latent_format.channels] = autoencoder
    config = read_config(folder, "scheduler", "scheduler_config.json")
    sampling = ModelSampling.from_scheduler_config(config)
    model = Model(whole, sampling, latent_format, family)
    return Loaded(model, Clip(_encoders(kind, index, whole), kind), autoencoder)


def _has(index: Mapping[str, Any], name: str) -> bool:
    return bool((index.get(name) or [None])[0])


def _kind(
    folder: Path, index: Mapping[str, Any], network: Mapping[str, Any], vae: Mapping[str, Any]
) -> str:
    """Return what the folder's texts are put together by; refuse what is of no family of ours."""
    family = FAMILIES.get(str(network.get("_class_name")))
    plain = not any(network.get(name) for name in PLAIN)
    plain = plain and network.get("class_embed_type") in (None, "projection")
    added = network.get("addition_embed_type")
    if family in ("sd3", "flux"):
        kind = family
    elif added == "text_time":
        kind = "sdxl" if _has(index, "text_encoder") else "sdxl_refiner"
    else:
        kind = "sd" if added in (None, "text") else ""
    read = ENCODERS.get(kind, {})
    extra = [
        n for n in (1, 2, 3) if n not in read.values() and _has(index, numbered("text_encoder", n))
    ]
    if not (family and kind and plain) or extra or vae.get("_class_name") not in VAES:
        raise ModelError(
            f"{folder.name} is a {index.get('_class_name', 'model')} of a family that is not "
            f"supported; supported are {SUPPORTED}"
        )
    return kind


def _encoders(kind: str, index: Mapping[str, Any], whole: Part) -> tuple[TextEncoder, ...]:
    """Return a folder's text encoders; of Stable Diffusion 3, T5 may be left out."""
    numbers = dict(ENCODERS[kind])
    if kind == "sd3" and not _has(index, numbered("text_encoder", numbers["t5"])):
        del numbers["t5"]
    lost = [numbered("text_encoder", one) for one in numbers.values()]
    lost = [one for one in lost if not _has(index, one)]
    if lost:
        raise ModelError(
            f"{whole.folder} has no {' and no '.join(lost)}, which the {whole.name} wants; the "
            "model is not whole, fetch it again"
        )
    return tuple(
        TextEncoder(
            name,
            whole.named(numbered("tokenizer", number)),
            whole.named(numbered("text_encoder", number)),
        )
        for name, number in numbers.items()
    )


def numbered(name: str, number: int) -> str:
    """Return what diffusers calls the first, second and third of its kind."""
    return name if number == 1 else f"{name}_{number}"


def formatted(vae: Mapping[str, Any]) -> LatentFormat:
    """Return how latents relate to a network's, by the configuration of its autoencoder."""
    blocks = vae.get("block_out_channels") or vae.get("encoder_block_out_channels") or [0]
    return LatentFormat(
        channels=vae.get("latent_channels", 4),
        downscale=2 ** (len(blocks) - 1),
        scale=vae.get("scaling_factor") or 1.0,
        shift=vae.get("shift_factor") or 0.0,
    )
