"""What a safetensors file says of its tensors, without reading them."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nodes.lib.folders import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST = 100_000_000
"""Bytes that a header may have, as in the format's own readers."""


class Entry(NamedTuple):
    """One tensor.

    Attributes:
        shape: Its axes.
        bytes: How long it is in the file.
    """

    shape: tuple[int, ...]
    bytes: int


def entries(path: Path) -> Mapping[str, Entry]:
    """Return a file's tensors by name; remembered as long as the file stays the same.

    Raises:
        ModelError: It cannot be read, or is no safetensors file.
    """
    try:
        stat = path.stat()
        return _entries(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}; check the path") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{path} is no whole safetensors file; fetch it again, or convert it"
        ) from error


@lru_cache(maxsize=256)
def _entries(path: Path, size: int, _modified: int) -> Mapping[str, Entry]:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 0 < length <= min(size - 8, MOST):
            raise ValueError(length)
        data = json.loads(file.read(length))
    found: dict[str, Entry] = {}
    for name, entry in data.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            found[name] = Entry(tuple(entry["shape"]), end - start)
    return found
