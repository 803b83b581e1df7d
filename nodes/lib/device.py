"""Where a run computes, and in which precision."""

from __future__ import annotations

import torch

from nodegraph.errors import NodegraphError, UnknownChoiceError

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


class DeviceError(NodegraphError):
    """The device is not there."""


def choose_device(name: str) -> str:
    """Return the device to use: for ``auto`` a GPU where there is one.

    Raises:
        DeviceError: There is no such device.
    """
    found = {"cpu"}
    if torch.cuda.is_available():
        found |= {"cuda", *(f"cuda:{index}" for index in range(torch.cuda.device_count()))}
    if torch.backends.mps.is_available():
        found.add("mps")
    if name == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if device in found)
    if name not in found:
        raise DeviceError(f"there is no device {name!r} here; use {', '.join(sorted(found))}")
    return name


def choose_dtype(name: str, device: str) -> str:
    """Return the precision of the networks: for ``auto`` float32 on a CPU, else float16.

    Raises:
        UnknownChoiceError: There is no such precision.
    """
    if name == "auto":
        return "float32" if device == "cpu" else "float16"
    if name not in DTYPES:
        raise UnknownChoiceError("dtype", name, ["auto", *DTYPES])
    return name


def vae_dtype(dtype: str) -> str:
    """Return the autoencoder's precision: bfloat16 where float16 would overflow."""
    return "bfloat16" if dtype == "float16" else dtype
