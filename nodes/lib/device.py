"""Where a run computes, and in which precision."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import torch

from nodegraph.engine.host import cpu
from nodegraph.errors import NodegraphError, UnknownChoiceError
from nodes.lib import disk
from nodes.lib.folders import Part

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


class DeviceError(NodegraphError):
    """The device is not there."""


def devices() -> dict[str, dict[str, Any]]:
    """Return what torch can compute on, the best first: by name its ``name`` and ``bytes``."""
    found: dict[str, dict[str, Any]] = {}
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            about = torch.cuda.get_device_properties(index)
            found[f"cuda:{index}"] = {"name": about.name, "bytes": about.total_memory}
    if torch.backends.mps.is_available():
        found["mps"] = {"name": "Apple GPU"}
    return found | {"cpu": cpu()}


def choose_device(name: str) -> str:
    """Return the device to use: for ``auto`` a GPU where there is one.

    Raises:
        DeviceError: There is no such device.
    """
    found = {*devices()}
    found |= {"cuda"} if "cuda:0" in found else set()
    if name == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if device in found)
    if name not in found:
        raise DeviceError(f"there is no device {name!r} here; use {', '.join(sorted(found))}")
    return name


WIDE = ("sd3", "flux")
"""Families whose numbers leave float16's range."""


def choose_dtype(name: str, device: str, family: str = "") -> str:
    """Return the precision of the networks: for ``auto`` float32 on a CPU, else 16 bits.

    Those are float16, and bfloat16 for families whose numbers are too large for it.

    Raises:
        UnknownChoiceError: There is no such precision.
    """
    if name == "auto":
        narrow = "bfloat16" if family in WIDE else "float16"
        return "float32" if device == "cpu" else narrow
    if name not in DTYPES:
        raise UnknownChoiceError("dtype", name, ["auto", *DTYPES])
    return name


def on(device: str) -> AbstractContextManager[object]:
    """Make a GPU the current one inside this: new streams and recordings are of that."""
    return torch.cuda.device(device) if device.startswith("cuda") else nullcontext()


def part(path: Path, name: str, device_name: str, dtype_name: str, family: str = "") -> Part:
    """Return the handle of a network in a file or folder; its weights stay on the disk.

    Args:
        path: Where it is.
        name: What loads it: see ``nodes.lib.models``.
        device_name: Where to compute, or ``auto``.
        dtype_name: In which precision, or ``auto``.
        family: Whose numbers it computes with, as in ``nodes.lib.families``.
    """
    where = choose_device(device_name)
    return Part(disk.identity(path), name, where, choose_dtype(dtype_name, where, family), path)


def vae_dtype(dtype: str) -> str:
    """Return the autoencoder's precision: bfloat16 where float16 would overflow."""
    return "bfloat16" if dtype == "float16" else dtype
