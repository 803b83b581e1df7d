"""Models as files: a network alone, or a whole model's folder; LoRAs are in the weights."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodegraph import storage
from nodegraph.errors import NodegraphError
from nodes.lib import opening
from nodes.lib.adapters import baking
from nodes.lib.images import place
from nodes.lib.models import network

if TYPE_CHECKING:
    from nodes.handles import Clip, Model, Vae
    from nodes.lib.folders import Part
    from nodes.lib.model_sampling import ModelSampling

PIPELINES = {
    "sd": "StableDiffusionPipeline",
    "sdxl": "StableDiffusionXLPipeline",
    "sdxl_refiner": "StableDiffusionXLImg2ImgPipeline",
    "sd3": "StableDiffusion3Pipeline",
    "flux": "FluxPipeline",
}
PREDICTIONS = {"eps": "epsilon", "v_prediction": "v_prediction", "sample": "sample"}
UNCHECKED = {"safety_checker": [None, None], "feature_extractor": [None, None]}


class SaveError(NodegraphError):
    """A model that lacks what its folder wants."""


def save_network(model: Model, out: Path, name: str, record: dict[str, Any]) -> Path:
    """Write a network alone, in diffusers' names, under the first free number.

    Args:
        model: With its LoRAs.
        out: The folder.
        name: What the file is called before the number; may lead into subfolders.
        record: What it carries about how it was made.

    Raises:
        BakeError: It is changed by anything but LoRAs.
        StorageError: It cannot be written.
    """
    from safetensors.torch import save_file

    tensors = baking.baked(model.part, model.changes)
    folder, stem = place(out, name)
    path = folder / f"{stem}_00001.safetensors"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with storage.temporary(path) as written:
            told = {"format": "pt", "nodegraph": json.dumps(record)}
            save_file({one: tensor.contiguous() for one, tensor in tensors.items()}, written, told)
            return storage.keep_new(written, path)
    except OSError as error:
        raise storage.explain("save to", folder, error) from error


def save_folder(
    model: Model, clip: Clip | None, vae: Vae | None, out: Path, name: str
) -> list[Path]:
    """Write a whole model in diffusers' layout, and return its files.

    The folder has a part of the network's identity in its name, and a number where that is taken.

    Raises:
        BakeError: It is changed by anything but LoRAs.
        SaveError: It lacks text encoders or autoencoder.
        StorageError: It cannot be written.
    """
    if clip is None or vae is None:
        raise SaveError("a folder holds a whole model; link its clip and its vae too")
    folder, stem = place(out, name)
    baking.check((*model.changes, *clip.changes))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{stem}.", suffix=".tmp", dir=folder))
        try:
            _write(made, model, clip, vae)
            target = _moved(made, folder / f"{stem}_{model.part.identity[:8]}")
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise storage.explain("save to", folder, error) from error
    return sorted(path for path in target.rglob("*") if path.is_file())


def _moved(made: Path, wanted: Path) -> Path:
    """Give a folder its name, or that with the first number that makes it free."""
    made.chmod(0o755)
    number, target = 1, wanted
    while target.exists():
        number += 1
        target = wanted.with_name(f"{wanted.name}_{number:05d}")
    os.rename(made, target)
    return target


def _write(folder: Path, model: Model, clip: Clip, vae: Vae) -> None:
    index: dict[str, Any] = {"_class_name": PIPELINES[clip.kind]}
    _part(folder, index, "unet" if model.family == "unet" else "transformer", model.part, model)
    _part(folder, index, "vae", vae.part, None)
    for reader in clip.encoders:
        number = opening.ENCODERS[clip.kind][reader.name]
        _part(folder, index, opening.numbered("text_encoder", number), reader.encoder, clip)
        tokenizer, name = network(reader.tokenizer), opening.numbered("tokenizer", number)
        tokenizer.save_pretrained(folder / name)
        index[name] = ["transformers", type(tokenizer).__name__]
    config = _scheduler(model.sampling)
    index["scheduler"] = ["diffusers", config["_class_name"]]
    _json(folder / "scheduler" / "scheduler_config.json", config)
    more = UNCHECKED | {"requires_safety_checker": False} if clip.kind == "sd" else {}
    _json(folder / "model_index.json", index | more)


def _part(
    folder: Path, index: dict[str, Any], name: str, part: Part, changed: Model | Clip | None
) -> None:
    own = network(part)
    changes = () if changed is None else changed.changes
    baking.rebuilt(own, baking.baked(part, changes)).save_pretrained(folder / name)
    library = "diffusers" if hasattr(type(own), "from_config") else "transformers"
    index[name] = [library, type(own).__name__]


def _scheduler(sampling: ModelSampling) -> dict[str, Any]:
    """Return what tells diffusers of the same noise levels, as betas of their own."""
    if sampling.prediction == "flow":
        return {
            "_class_name": "FlowMatchEulerDiscreteScheduler",
            "num_train_timesteps": len(sampling.sigmas),
            "shift": sampling.shift,
        }
    alphas = 1 / (sampling.sigmas.double() ** 2 + 1)
    before = alphas.roll(1)
    before[0] = 1.0
    return {
        "_class_name": "EulerDiscreteScheduler",
        "num_train_timesteps": len(alphas),
        "prediction_type": PREDICTIONS[sampling.prediction],
        "trained_betas": (1 - alphas / before).tolist(),
        "timestep_spacing": "leading",
    }


def _json(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2) + "\n")
