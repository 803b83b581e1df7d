"""The memory of this process, asked of the system, and given back to it."""

from __future__ import annotations

import ctypes
import gc
import sys
from pathlib import Path


def resident() -> int:
    """Return the bytes of memory this process has, or has had at most where that is all known."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * resource.getpagesize()


def give_back() -> None:
    """Return to the system what was let go: glibc else keeps it for later."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
