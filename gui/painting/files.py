"""Masks as files: read as a node reads them, kept under a name that their content gives."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from gui.desk.drawing import encoded
from gui.document.folders import data_folder
from gui.painting.shapes import values_of
from gui.painting.under import read_picture
from nodegraph.storage import StorageError, explain, write_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from gui.painting.stroke import Bytes

GREY = QImage.Format.Format_Grayscale8
CHANNELS = {"red": 0, "green": 1, "blue": 2}


def read_mask(path: Path | str, channel: str = "luminance", *, invert: bool = False) -> Bytes:
    """Read a mask, (H, W), 255 where it is 1.

    Args:
        path: A picture.
        channel: What of it, as ``mask.load`` names it.
        invert: Exchange 0 and 1.

    Raises:
        StorageError: It cannot be read.
    """
    image = read_picture(path)
    grey = channel == "luminance"
    values = values_of(image.convertToFormat(GREY)) if grey else _channel(image, channel)
    return 255 - values if invert else values


def fitted(values: Bytes, size: tuple[int, int]) -> Bytes:
    """Return a mask brought to a width and height."""
    if (values.shape[1], values.shape[0]) == size:
        return values
    ratio, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    return values_of(_image(values).scaled(QSize(*size), ratio, smooth).convertToFormat(GREY))


def keep_mask(values: Bytes, folder: Path | None = None) -> Path:
    """Write a mask into the user's data and return where it is; the same one is there once.

    Its name says what is in it, so what was written is never written over, and whatever a
    workflow named before, and an undo will name again, stays there for good.

    Raises:
        StorageError: It cannot be written.
    """
    folder = folder or data_folder() / "pasted"
    height, width = values.shape
    mark = sha256(f"{width}x{height}:".encode() + values.tobytes()).hexdigest()[:20]
    path = folder / f"mask_{mark}.png"
    if not _holds(path, values):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain("save to", folder, error) from error
        write_atomic(path, encoded(_image(values)))
    return path


def _holds(path: Path, values: Bytes) -> bool:
    if not path.is_file():
        return False
    try:
        return np.array_equal(read_mask(path), values)
    except StorageError:
        return False


def _image(values: Bytes) -> QImage:
    """Return a grey picture of its own bytes."""
    height, width = values.shape
    data: Any = np.ascontiguousarray(values).data
    return QImage(data, width, height, width, GREY).copy()


def _channel(image: QImage, channel: str) -> Bytes:
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(rgba.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    if channel == "alpha":
        return 255 - rows[..., 3]
    if channel == "brightest":
        return rows[..., :3].max(axis=2)
    return rows[..., CHANNELS[channel]].copy()
