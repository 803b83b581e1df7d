"""The mask as it lies over the picture on the screen, made for just the part that is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gui.painting.feathering import Feathering
from gui.painting.levels import Levels
from gui.painting.tint import tinted

if TYPE_CHECKING:
    from PySide6.QtCore import QRect, QRectF
    from PySide6.QtGui import QImage

    from gui.painting.box import Box
    from gui.painting.mask import PaintedMask
    from gui.painting.stroke import Bytes
    from gui.painting.tint import Shown


class Overlay:
    """Shows a mask.

    Attributes:
        shown: How.
    """

    def __init__(self, mask: PaintedMask) -> None:
        self._mask = mask
        self._levels = Levels(mask.values)
        self._soft: Feathering | None = None
        self.shown: Shown = "red"

    @property
    def feather(self) -> float:
        """By what Gaussian its edges are shown softened, as a standard deviation in pixels."""
        return self._soft.radius if self._soft else 0.0

    def soften(self, radius: float) -> None:
        """Show it with softer edges, or as it is."""
        self._soft = Feathering(self._mask.values, radius) if radius else None
        self._levels = Levels(self._soft.soft if self._soft else self._mask.values)

    def refresh(self, box: Box) -> Box:
        """Follow a change of the mask; return the part that looks otherwise now."""
        if self._soft:
            box = self._soft.refresh(box)
        self._levels.refresh(box)
        return box

    def image(self, rect: QRect, spot: QRectF, ratio: float) -> QImage:
        """Return what lies over a part of a widget.

        Args:
            rect: The part, in logical pixels, inside of the spot.
            spot: Where the whole picture is, in logical pixels.
            ratio: Device pixels a logical pixel.
        """
        width = self._mask.size[0]
        zoom = spot.width() / width
        values, side = self._levels.at(zoom * ratio)
        columns = _seen(rect.left() - spot.left(), rect.width(), zoom, ratio, side)
        rows = _seen(rect.top() - spot.top(), rect.height(), zoom, ratio, side)
        whole: Any = values
        taken: Bytes = whole.take(rows, axis=0, mode="clip").take(columns, axis=1, mode="clip")
        image = tinted(taken, self.shown)
        image.setDevicePixelRatio(ratio)
        return image


def _seen(begin: float, length: int, zoom: float, ratio: float, side: int) -> Any:
    """Return which row or column of the mask is under the middle of each pixel of the screen."""
    middles = begin + (np.arange(round(length * ratio)) + 0.5) / ratio
    return (middles / (zoom * side)).astype(np.intp)
