"""How a mask is shown: as a tint over the picture, alone in black and white, or not at all."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from gui.painting.stroke import Bytes

Shown: TypeAlias = Literal["red", "green", "blue", "mask", "picture"]

SHOWN: dict[Shown, str] = {
    "red": "Red tint",
    "green": "Green tint",
    "blue": "Blue tint",
    "mask": "Mask alone",
    "picture": "Picture alone",
}
"""What can be chosen, and what it is called."""

COLORS = {"red": (255, 45, 85), "green": (40, 220, 90), "blue": (50, 130, 255)}
STRENGTH = 0.6
"""How much of the picture the tint hides where the mask is 1."""


def tinted(values: Bytes, shown: Shown) -> QImage:
    """Return a picture to lay over the one that is masked.

    Args:
        values: Of the mask, (H, W), 255 where it is 1.
        shown: How it is shown.
    """
    pixels = np.ascontiguousarray(_table(shown)[values])
    height, width = values.shape
    image = QImage(pixels.data, width, height, 4 * width, FORMAT)
    return image.copy()  # which owns its bytes


FORMAT = QImage.Format.Format_ARGB32_Premultiplied


@lru_cache(maxsize=8)
def _table(shown: Shown) -> Any:
    """Return the premultiplied color of each value, as ``0xAARRGGBB``."""
    value = np.arange(256, dtype=np.float64)
    if shown == "mask":
        alpha, channels = np.full(256, 255.0), [value] * 3
    elif shown == "picture":
        alpha, channels = value * 0, [value * 0] * 3
    else:
        alpha = value * STRENGTH
        channels = [alpha * level / 255 for level in COLORS[shown]]
    whole = [one.round().astype(np.uint32) for one in (alpha, *channels)]
    return whole[0] << 24 | whole[1] << 16 | whole[2] << 8 | whole[3]
