"""Numbers as pictures: any picture-like value as (H, W, C), and what of it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Numbers: TypeAlias = "NDArray[np.float32]"
What: TypeAlias = Literal["color", "channel", "luma", "map", "decoded"]

LUMA = (0.2126, 0.7152, 0.0722)
"""Shares of red, green and blue. Source: ITU-R BT.709."""

NAMES = {1: ("Value",), 3: ("Red", "Green", "Blue"), 4: ("Red", "Green", "Blue", "Alpha")}
SHORT = {"Red": "R", "Green": "G", "Blue": "B", "Alpha": "A", "Value": "value"}


@dataclass(frozen=True, slots=True)
class Mode:
    """What of a picture is shown.

    Attributes:
        what: Its color, one channel, its luma; of a latent the colors that its cells stand for,
            or the picture.
        channel: Which, where it is one.
    """

    name: str
    what: What
    channel: int = 0


def samples(numbers: Numbers, kind: str) -> Numbers:
    """Return the numbers of pictures, masks or latents as (B, H, W, C)."""
    if kind == "latent":
        return np.moveaxis(numbers, 1, -1)
    return numbers[..., None] if numbers.ndim == 3 else numbers


def size(shape: Sequence[int], kind: str) -> tuple[int, int]:
    """Return width and height of one sample."""
    if kind == "latent":
        return shape[3], shape[2]
    return shape[2], shape[1]


def channels(shape: Sequence[int], kind: str) -> int:
    """Return how many channels a sample has."""
    if kind == "latent":
        return shape[1]
    return shape[3] if len(shape) == 4 else 1


def modes(shape: Sequence[int], kind: str) -> list[Mode]:
    """Return what can be shown, the usual first."""
    count = channels(shape, kind)
    if kind == "latent":
        found = [Mode("Colors", "map"), Mode("Decoded", "decoded")]
        return found + [Mode(f"Channel {one + 1}", "channel", one) for one in range(count)]
    single = [Mode(name, "channel", one) for one, name in enumerate(names(count))]
    return single if count < 3 else [Mode("Color", "color"), *single, Mode("Luma", "luma")]


def names(count: int) -> Sequence[str]:
    """Return what channels are called."""
    return NAMES.get(count) or [str(one + 1) for one in range(count)]


def render(grid: Numbers, mode: Mode, limits: tuple[float, float] = (0.0, 1.0)) -> QImage:
    """Return (H, W, C) as a picture.

    Args:
        grid: Numbers.
        mode: What of them.
        limits: What is black and what is white.
    """
    shown = _chosen(grid, mode)
    low, high = limits
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = (shown - low) * (255.0 / max(high - low, 1e-12))
        bytes_ = np.rint(np.clip(np.nan_to_num(scaled), 0, 255)).astype(np.uint8)
    height, width = bytes_.shape[:2]
    gray = bytes_.ndim == 2
    kind = QImage.Format.Format_Grayscale8 if gray else QImage.Format.Format_RGB888
    data = np.ascontiguousarray(bytes_)
    image = QImage(data.data, width, height, width * (1 if gray else 3), kind)
    return image.convertToFormat(QImage.Format.Format_RGB32)  # owns its bytes


def _chosen(grid: Numbers, mode: Mode) -> Any:
    if mode.what == "channel" or grid.shape[2] < 3:
        return grid[..., min(mode.channel, grid.shape[2] - 1)]
    if mode.what == "luma":
        return grid[..., :3] @ np.array(LUMA, dtype=np.float32)
    return grid[..., :3]


def limits(about_channels: Sequence[dict[str, Any]], mode: Mode, kind: str) -> tuple[float, float]:
    """Return what is black and what is white: of a latent's channel its range."""
    if kind != "latent" or mode.what != "channel" or mode.channel >= len(about_channels):
        return 0.0, 1.0
    about = about_channels[mode.channel]
    low, high = about["min"], about["max"]
    return (0.0, 1.0) if low is None or high is None or low == high else (low, high)


def numbers(image: QImage) -> Numbers:
    """Return a picture as (H, W, 3) in 0 to 1."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    flat = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)
    return flat[..., :3].astype(np.float32) / np.float32(255)


def difference(one: Numbers, other: Numbers, gain: float) -> Numbers:
    """Return how far apart two pictures of one shape are, times the gain."""
    return np.abs(one - other) * np.float32(gain)
