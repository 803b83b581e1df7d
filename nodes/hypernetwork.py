"""Nodes that lay hypernetworks over models."""

from __future__ import annotations

from typing import Annotated

from nodegraph import Range, node
from nodegraph.params import Named
from nodes.contents import contents
from nodes.handles import Model

Strength = Annotated[float, Range(-10.0, 10.0, step=0.05)]


identify = contents(hypernetwork="hypernetworks")


@node("model.hypernetwork", fingerprint=identify, title="Hypernetwork")
def hypernetwork(
    model: Model,
    *,
    hypernetwork: Annotated[str, Named("hypernetworks")] = "",
    strength: Strength = 1.0,
) -> Model:
    """Lay a hypernetwork over the attention of Stable Diffusion 1; LoRAs have replaced them.

    Args:
        hypernetwork: The path of a ``.pt`` file, or its name in the folder ``hypernetworks``. Such
            files are read by PyTorch's restricted reader, which runs no code.
        strength: 0 leaves the model as it is, below 0 is the opposite.
    """
    from nodes.lib import changes, folders
    from nodes.lib.adapters import hypernetworks

    found = hypernetworks.open_hypernetwork(folders.named("hypernetworks", hypernetwork), strength)
    return model if strength == 0 else changes.changed(model, found)
