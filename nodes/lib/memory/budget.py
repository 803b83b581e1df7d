"""How many bytes of a device networks may take."""

from __future__ import annotations

import os
from functools import cache

import torch

from nodegraph.errors import NodegraphError

VARIABLE = "NODEGRAPH_MEMORY"
"""The variable that lowers it: GiB of each device that may be used."""

WORKING = 1 / 6
"""The share of a GPU that is left to computing: what networks make on their way."""

OF_RAM = 1 / 2
"""The share of the RAM that networks may take; other programs want some too."""

GIB = 2**30


class BudgetError(NodegraphError):
    """The memory to use is no number."""


def lowered() -> int | None:
    """Return the bytes of a device that may be used at most, where someone has said so.

    Raises:
        BudgetError: What was said is no number of GiB.
    """
    said = os.environ.get(VARIABLE, "")
    if not said:
        return None
    try:
        found = float(said)
    except ValueError:
        found = -1.0
    if not found >= 0:
        raise BudgetError(f"{VARIABLE} is {said!r}; set it to a number of GiB, such as 6 or 0.5")
    return int(found * GIB)


def room(device: str, held: int) -> int:
    """Return the bytes that are left for more networks; below 0 where there are too many.

    Args:
        device: As torch calls it.
        held: Bytes of the networks on it.
    """
    most = lowered()
    if device.startswith("cuda"):
        free, total = torch.cuda.mem_get_info(device)
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        left = free + kept
    elif device == "mps":
        total = torch.mps.recommended_max_memory()
        left = total - torch.mps.driver_allocated_memory()
    else:
        return (int(_ram() * OF_RAM) if most is None else most) - held
    if most is not None:
        left, total = min(left, most - held), min(total, most)
    return left - int(total * WORKING)


@cache
def _ram() -> int:
    """Return the bytes of the machine's RAM."""
    if hasattr(os, "sysconf"):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    import psutil  # which accelerate brings

    return psutil.virtual_memory().total
