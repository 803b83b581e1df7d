"""Finding control networks: folders, files and the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodes.handles import ControlNet
from nodes.lib import device, disk, folders, header, single
from nodes.lib.folders import HUB_ID, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLASSES = {
    "ControlNetModel": "unet",
    "ControlNetUnionModel": "unet",
    "SD3ControlNetModel": "sd3",
    "FluxControlNetModel": "flux",
    "T2IAdapter": "unet",
}
"""Networks that lead, and how those that they lead are called."""

NAME = "controlnet"
FILES = ("config.json", "diffusion_pytorch_model.safetensors")
TOLD, TOLD_KINDS = "control_type", ("blur", "canny", "depth")
"""A tensor of Stability's files for 3.5 large, and which kind of pictures each number is."""


def present(name: str) -> Path | None:
    """Return where a control network is on this disk; nothing of one that the hub may have.

    Raises:
        ModelError: There is none of that name.
    """
    from nodes.lib import hub

    try:
        return folders.named(NAME, name)
    except ModelError:
        if not HUB_ID.fullmatch(name) or name.endswith(folders.WEIGHTS):
            raise
        return hub.cached(name, FILES[1])


def find(name: str, report: Callable[[int, int], None]) -> Path:
    """Return a control network: a folder, a single file, or one fetched from the hub.

    Raises:
        ModelError: There is none of that name.
    """
    from nodes.lib import hub

    found = present(name)
    return hub.snapshot(name, FILES, report) if found is None else found


def open_control(path: Path, device_name: str, dtype_name: str) -> ControlNet:
    """Read what a folder or file says of itself; weights stay on the disk until they are used.

    Raises:
        ModelError: It holds no control network that is supported.
    """
    kind = disk.network_class(path, NAME)
    if kind not in CLASSES:
        known = [one["title"] for one in single.specs(single.CONFIGS) if one["part"] == NAME]
        raise ModelError(
            f"{path} is {kind or 'nothing known'}, and no ControlNet or T2I adapter; give a folder "
            f"of a {' or '.join(CLASSES)}, or a single file of a {', '.join(known)}"
        )
    part = device.part(path, NAME, device_name, dtype_name, CLASSES[kind])
    return ControlNet(part, _told(path))


def _told(path: Path) -> str:
    """Return the kind of pictures that a file itself says it is for, or nothing."""
    if path.is_dir() or TOLD not in header.entries(path):
        return ""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        number = round(float(file.get_tensor(TOLD)))
    return TOLD_KINDS[number] if number in range(len(TOLD_KINDS)) else ""
