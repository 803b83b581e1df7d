"""Single files as models: whole checkpoints, and networks that come alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from nodes.handles import Clip, Model, TextEncoder, Vae
from nodes.lib import device, models, opening, single
from nodes.lib.folders import WEIGHTS, ModelError, Part
from nodes.lib.latents import LatentFormat
from nodes.lib.model_sampling import ModelSampling
from nodes.lib.single import tokenizers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from nodes.lib.single import Piece

EDM = "edm_mean"
"""A tensor of Playground 2.5, whose network has the shapes of Stable Diffusion XL's."""

NETWORKS = ("unet", "transformer")
Kind = Literal["sd", "sdxl", "sdxl_refiner", "sd3", "flux"]
Latents = Literal["sd", "sdxl", "sd3", "flux"]


def open_file(path: Path, device_name: str, dtype_name: str) -> opening.Loaded:
    """Open a checkpoint: a file that holds network, VAE and text encoders.

    Raises:
        ModelError: It is of no family that is supported, or does not hold all of that.
    """
    model = open_network(path, device_name, dtype_name)
    found = single.inspect(path)
    spec = found[model.part.name].spec
    wanted = [one for one in spec["encoders"].values() if one != "t5" or spec["kind"] != "sd3"]
    lost = [one for one in ("vae", *wanted) if one not in found]
    if lost:
        raise ModelError(
            f"{path.name} is a {spec['title']} without {' and '.join(lost)}; load it by model.load_"
            "unet, and what it lacks by model.load_clip and model.load_vae"
        )
    encoders = {name: one for name, one in spec["encoders"].items() if one in found}
    readers = [_reader(name, model.part.named(one)) for name, one in encoders.items()]
    return opening.Loaded(
        model, Clip(tuple(readers), spec["kind"]), _vae(model.part, model.latent_format)
    )


def open_network(path: Path, device_name: str, dtype_name: str) -> Model:
    """Open the UNet or transformer of a model's folder, or of a single file.

    Raises:
        ModelError: There is none of a family that is supported.
    """
    if _is_model(path):
        return opening.open_folder(path, device_name, dtype_name).model
    path = _file(path)
    name, piece = _one(path, NETWORKS, "UNet or transformer")
    spec = piece.spec
    part = device.part(path, name, device_name, dtype_name, spec["family"])
    sampling = ModelSampling.from_scheduler_config(_scheduler(path, piece))
    return Model(part, sampling, LatentFormat(**spec["latents"]), spec["family"])


def open_vae(path: Path, device_name: str, dtype_name: str, latents: Latents) -> Vae:
    """Open the autoencoder of a model's folder, or of a single file.

    Args:
        path: Where it is.
        device_name: Where to compute.
        dtype_name: In which precision.
        latents: Whose network it was made for; of a tiny one alone, that is what it decodes.

    Raises:
        ModelError: There is none.
    """
    if _is_model(path):
        return opening.open_folder(path, device_name, dtype_name).vae
    path = _file(path)
    _one(path, ("vae",), "VAE")
    part = device.part(path, "vae", device_name, dtype_name)
    form = _latents(latents)
    if single.inspect(path)["vae"].config["_class_name"] == "AutoencoderTiny":
        return replace(_vae(part, form), scale=form.scale, shift=form.shift)
    return _vae(part, form)


def _vae(whole: Part, latents: LatentFormat) -> Vae:
    own = opening.formatted(single.inspect(whole.folder)["vae"].config)
    part = whole.named("vae", device.vae_dtype(whole.dtype))
    vae = Vae(part, own.downscale, latents=replace(latents, channels=own.channels))
    models.opened[own.channels] = vae
    return vae


def _latents(kind: str) -> LatentFormat:
    """Return how latents of the models of a kind relate to what their networks read."""
    specs = [one for one in single.specs(single.SHIPPED) if "latents" in one]
    return LatentFormat(**next(one["latents"] for one in specs if one["kind"] == kind))


def open_clip(paths: Sequence[Path], kind: Kind, device_name: str, dtype_name: str) -> Clip:
    """Open text encoders, in whatever order their files are named.

    Args:
        paths: A model's folder alone, or one file or more.
        kind: What they read for.
        device_name: Where to compute.
        dtype_name: In which precision.

    Raises:
        ModelError: Those that the kind wants are not among them.
    """
    if len(paths) == 1 and _is_model(paths[0]):
        return opening.open_folder(paths[0], device_name, dtype_name).clip
    files = [_file(path) for path in paths]
    wanted = {name: WANTED.get(name, (name,)) for name in opening.ENCODERS[kind]}
    readers: list[TextEncoder] = []
    for name, pieces in wanted.items():
        found = [(path, one) for path in files for one in pieces if one in single.inspect(path)]
        if found:
            path, one = found[0]
            family = kind if kind in device.WIDE else ""
            readers.append(_reader(name, device.part(path, one, device_name, dtype_name, family)))
        elif name != "t5" or kind != "sd3":
            raise ModelError(
                f"{kind} reads with {' and '.join(wanted)}, and {name} is in none of "
                f"{', '.join(path.name for path in files)}; name its file too"
            )
    return Clip(tuple(readers), kind)


WANTED = {"clip_l": ("clip_l", "clip_h")}
"""The networks that may stand for an encoder: Stable Diffusion 2 reads with OpenCLIP's."""


def _reader(name: str, part: Part) -> TextEncoder:
    piece = single.inspect(part.folder)[part.name]
    return TextEncoder(name, tokenizers.find(part.name, piece, part), part)


def _is_model(path: Path) -> bool:
    return (path / "model_index.json").is_file()


def _file(path: Path) -> Path:
    """Return the file of weights that a path leads to: itself, or the only one in a folder.

    Raises:
        ModelError: There is none, or there are several.
    """
    if path.is_file():
        return path
    found = sorted(path.glob(f"*{WEIGHTS}"))
    if len(found) != 1:
        raise ModelError(
            f"{path} holds {len(found)} files of weights; name one of them, or a whole model's "
            "folder with its model_index.json"
        )
    return found[0]


def _one(path: Path, names: Sequence[str], wanted: str) -> tuple[str, Piece]:
    found = single.inspect(path)
    for name in names:
        if name in found:
            return name, found[name]
    known = [one["title"] for one in single.specs(single.CONFIGS) if one["part"] in names]
    holds = single.describe(path)
    raise ModelError(
        f"{path.name} holds no {wanted} of a family that is supported"
        f"{f', but {holds}' if holds else ''}; known are {', '.join(known)}"
    )


def _scheduler(path: Path, piece: Piece) -> Mapping[str, Any]:
    """Return what the network predicts at which noise, as far as the file itself says otherwise.

    Two ways are in use: tensors named ``v_pred`` and ``ztsnr`` beside the weights, and, of
    Stable Diffusion 2, a bias whose numbers lie far apart in networks that predict v.

    Raises:
        ModelError: It was trained on noise of another kind.
    """
    from nodes.lib import header

    config, tensors = dict(piece.spec["scheduler"]), header.entries(path)
    if EDM in tensors:
        raise ModelError(
            f"{path.name} was trained on Playground's own noise levels, which are not supported; "
            "use another Stable Diffusion XL"
        )
    told = piece.spec.get("v_prediction", {}).get(piece.layout)
    wide = told is not None and _spread(path, piece.prefix + told[0]) > told[1]
    if wide or "v_pred" in tensors:
        config["prediction_type"] = "v_prediction"
    if "ztsnr" in tensors:
        config["rescale_betas_zero_snr"] = True
    return config


def _spread(path: Path, name: str) -> float:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        found = name in file.keys()  # noqa: SIM118
        return float(file.get_tensor(name).float().std(correction=0)) if found else 0.0
