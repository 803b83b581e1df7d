"""What parameters of many nodes may be."""

from __future__ import annotations

from typing import Annotated

from nodegraph import Range

Share = Annotated[float, Range(0.0, 1.0, step=0.01)]
"""Of a whole: 0 is none of it, 1 all of it."""

Pixels = Annotated[int, Range(0, 16384, step=8)]
"""A distance in pictures whose latents have a cell for eight of them."""
