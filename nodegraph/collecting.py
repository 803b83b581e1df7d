"""Making many objects that all stay: the garbage collector would look through them in vain."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def no_collecting() -> Generator[None]:
    """Collect no garbage in the body; of reading a large workflow that is two fifths."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
