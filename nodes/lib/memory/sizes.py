"""How many bytes networks take: before they are loaded, and after."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib import disk, folders, header, single
from nodes.lib.device import DTYPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodes.lib.folders import Part

FLOAT8 = torch.float8_e4m3fn


def expected(part: Part) -> int:
    """Return the bytes that a network will take, by the shapes in its files; 0 of a tokenizer.

    Files may keep numbers in another precision than the network shall have, so that their own
    size says little.
    """
    if part.name.endswith(folders.TOKENIZERS):
        return 0
    kind = FLOAT8 if part.storage == "float8" else DTYPES[part.dtype]
    try:
        return kind.itemsize * sum(map(math.prod, _shapes(part)))
    except folders.ModelError:  # who loads it says what is wrong with it
        return 0


def _shapes(part: Part) -> Iterator[tuple[int, ...]]:
    prefix = ""
    if part.folder.is_file():
        piece = single.inspect(part.folder).get(part.name)
        prefix = piece.prefix if piece else ""
    for path in _files(part):
        for name, entry in header.entries(path).items():
            if name.startswith(prefix):
                yield entry.shape


def _files(part: Part) -> list[Path]:
    """Return the files of weights that are read; not their twins in another precision."""
    if part.folder.is_file():
        return [part.folder] if part.folder.suffix == folders.WEIGHTS else []
    found = list(disk.place(part).glob(f"*{folders.WEIGHTS}"))
    return [path for path in found if len(path.suffixes) == 1] or found


def of(network: Any) -> int:
    """Return the bytes that a network takes, wherever they are; 0 of a tokenizer."""
    if not isinstance(network, torch.nn.Module):
        return 0
    tensors = [*network.parameters(), *network.buffers()]
    return sum(one.numel() * one.element_size() for one in tensors)
