"""Ratios of paired rounds, in words."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def quartiles(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Return the median and the quartiles of ours over theirs, round by round."""
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return f"{middle:.3f} ({low:.3f} to {high:.3f})"
