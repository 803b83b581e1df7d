"""What the engine asks of the pack that computes: devices, memory, models, how values look."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import torch

from nodegraph.places import every_folder
from nodes.lib import device, disk, families, folders, hub, models, regions, single
from nodes.lib.inspecting import facts, looks, parts
from nodes.lib.latents import projection
from nodes.lib.pipelines import loading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Host:
    """This machine with torch."""

    def devices(self) -> dict[str, dict[str, Any]]:
        """Return what torch computes on, the best first."""
        return device.devices()

    def memory(self, device: str) -> dict[str, int]:
        """Return the free and the total bytes of a GPU."""
        if device.startswith("cuda"):
            free, total = torch.cuda.mem_get_info(device)
            return {"free": free, "total": total}
        if device == "mps":
            total = torch.mps.recommended_max_memory()
            return {"free": total - torch.mps.driver_allocated_memory(), "total": total}
        return {}

    def free_models(self) -> None:
        """Let go of networks, and of what is kept to call them faster."""
        models.forget()
        loading.forget()
        families.forget()
        projection.forget()
        regions.forget()
        gc.collect()
        torch.cuda.empty_cache()
        if torch.backends.mps.is_available():
            torch.mps.empty_cache()

    def models(self, places: Sequence[Path]) -> list[dict[str, Any]]:
        """Return the models here: the embedded one, the hub's, those in folders, single files."""
        embedded = folders.local(folders.EMBEDDED)
        found = [] if embedded is None else [(folders.EMBEDDED, "embedded", embedded)]
        found += [(name, "hub", folder) for name, folder in hub.all_cached()]
        seen = {folder for _, _, folder in found}
        places = every_folder(places)
        inside = [folder for place in places for folder in folders.models_in(place)]
        found += [(str(one), "folder", one) for one in dict.fromkeys(inside) if one not in seen]
        files = dict.fromkeys(file for place in places for file in folders.files_in(place))
        found += [(str(one), "file", one) for one in files]
        return [_model(*one) for one in found]

    def warm(self) -> None:
        """Import the classes of the networks."""
        models.warm()

    def describe(self, value: Any) -> dict[str, Any]:
        """Return what a value is."""
        return facts.describe(value)

    def item(self, value: Any, index: int) -> Any:
        """Return one item of a list, or of a batch."""
        return parts.item(value, index)

    def picture(self, value: Any, side: int, *, decoded: bool = False) -> bytes:
        """Return how a value looks."""
        return looks.picture(value, side, decoded=decoded)

    def data(self, value: Any, window: Sequence[int] = ()) -> bytes:
        """Return the numbers that a value is made of."""
        return parts.data(value, window)


def _model(name: str, where: str, folder: Path) -> dict[str, Any]:
    holds = single.kind_of(folder) if where == "file" else "checkpoints"
    return {
        "name": name,
        "kind": disk.kind(folder),
        "holds": holds,
        "where": where,
        "bytes": disk.size(folder),
        "folder": str(folder),
    }
