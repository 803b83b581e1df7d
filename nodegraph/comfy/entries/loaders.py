"""Classes that load models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class
from nodegraph.comfy.fields import Choices, choice
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here

CHECKPOINTS = Choices(
    lambda site: site.checkpoints, lambda site, value: site.find_checkpoint(value)
)


@comfy_class(
    "CheckpointLoaderSimple",
    title="Load checkpoint",
    category="loaders",
    inputs=[choice("ckpt_name", CHECKPOINTS)],
    outputs=["MODEL", "CLIP", "VAE"],
)
def checkpoint(here: Here) -> list[Wire]:
    """Load a model: its network, its text encoder and its autoencoder."""
    model = here.add("model.load", model=here["ckpt_name"])
    return [Wire((model, name)) for name in ("model", "clip", "vae")]
