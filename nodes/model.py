"""Nodes that load models."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from nodegraph import ALWAYS, current, node
from nodegraph.errors import ParamError
from nodes.types import Clip, Model, Vae


class Loaded(NamedTuple):
    """The parts of a model; each is read from the disk when it is first used."""

    model: Model
    clip: Clip
    vae: Vae


def identify(*, model: str | None = None) -> str | None:
    """Return what is in a model's files; where the name comes by a link it is not known yet.

    Raises:
        ParamError: There is no such model, which is better known before anything runs.
    """
    from nodes.lib import folders

    if model is None:
        return ALWAYS
    if folders.named_by_path(model):
        current().options.allow(Path(model))
    try:
        folder = folders.present(model)
    except folders.ModelError as error:
        raise ParamError(str(error), "model") from error
    return folders.identity(folder) if folder else f"absent {model}"


@node("model.load", fingerprint=identify, title="Load model")
def load_model(*, model: str = "critters") -> Loaded:
    """Load a model: the one that comes along, a folder, a file, or one from the Hugging Face hub.

    Stable Diffusion 1.x, 2.x, XL, 3 and 3.5, and Flux.1; weights in safetensors.

    Args:
        model: ``critters``, the path of a folder in diffusers' layout or of a ``.safetensors``
            file, the name of one among the models, or a hub id such as ``owner/name``, which is
            fetched once.
    """
    from nodes.lib import folders, opening

    context = current()
    if folders.named_by_path(model):
        context.options.allow(Path(model))
    found = folders.find(model, lambda done, total: context.progress(done, total, note="download"))
    return Loaded(*opening.open_model(found, context.options.device, context.options.dtype))
