"""Nodes that lay hypernetworks over models."""

from __future__ import annotations

from typing import Annotated

from nodegraph import ALWAYS, Range, node
from nodegraph.errors import ParamError
from nodegraph.params import Named
from nodes.handles import Model

Strength = Annotated[float, Range(-10.0, 10.0, step=0.05)]


def identify(*, hypernetwork: str | None = None, **_: object) -> str | None:
    """Return what is in the file of a hypernetwork.

    Raises:
        ParamError: There is none of that name.
    """
    from nodes.lib import folders

    if hypernetwork is None:
        return ALWAYS
    try:
        return folders.identity(folders.named("hypernetworks", hypernetwork))
    except folders.ModelError as error:
        raise ParamError(str(error), "hypernetwork") from error


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
