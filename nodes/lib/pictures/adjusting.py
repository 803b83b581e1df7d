"""Light, colour and sharpness of pictures; pixels are (B, H, W, 3) in 0 to 1 throughout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from nodegraph.errors import ParamError
from nodes.lib.masks import LUMINANCE, each

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Adjustment:
    """What is done to a picture, in this order; each by itself leaves it as it is.

    Attributes:
        exposure: Stops of light: 1 doubles it, in linear light (IEC 61966-2-1).
        gamma: Pixels become pixels ** (1 / gamma): above 1 lightens what is between.
        brightness: Factor of every pixel.
        contrast: Factor of the distance from the picture's mean luminance.
        saturation: Factor of the distance from each pixel's own luminance.
        hue: Degrees around the colour wheel.
    """

    exposure: float = 0.0
    gamma: float = 1.0
    brightness: float = 1.0
    contrast: float = 1.0
    saturation: float = 1.0
    hue: float = 0.0


def adjusted(pixels: Tensor, wanted: Adjustment) -> Tensor:
    """Adjust pictures; clipped after every step."""
    if wanted.exposure:
        pixels = _encoded((_linear(pixels) * 2.0**wanted.exposure).clamp(0, 1))
    if wanted.gamma != 1:
        pixels = pixels.clamp(0, 1) ** (1 / wanted.gamma)
    pixels = (pixels * wanted.brightness).clamp(0, 1)
    grey = luminance(pixels)
    pixels = _away(pixels, grey.mean((1, 2, 3), keepdim=True), wanted.contrast)
    pixels = _away(pixels, luminance(pixels), wanted.saturation)
    return _turned(pixels, wanted.hue) if wanted.hue % 360 else pixels


def luminance(pixels: Tensor) -> Tensor:
    """Return how bright each pixel is, (B, H, W, 1). Source: ITU-R BT.601."""
    return (pixels @ pixels.new_tensor(LUMINANCE))[..., None]


def _away(pixels: Tensor, middle: Tensor, factor: float) -> Tensor:
    return pixels if factor == 1 else (middle + (pixels - middle) * factor).clamp(0, 1)


def _linear(pixels: Tensor) -> Tensor:
    return torch.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)


def _encoded(light: Tensor) -> Tensor:
    bent = 1.055 * light.clamp(min=1e-9) ** (1 / 2.4) - 0.055
    return torch.where(light <= 0.0031308, light * 12.92, bent)


def _turned(pixels: Tensor, degrees: float) -> Tensor:
    """Turn hues, by hue, saturation and value."""

    def turn(picture: np.ndarray) -> np.ndarray:
        wheel = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
        wheel[..., 0] = (wheel[..., 0] + degrees) % 360
        return cv2.cvtColor(wheel, cv2.COLOR_HSV2RGB)

    return each(pixels, turn).clamp(0, 1)


@dataclass(frozen=True)
class Levels:
    """Which values become which: black to black, white to white, gamma between."""

    black: float = 0.0
    white: float = 1.0
    gamma: float = 1.0
    out_black: float = 0.0
    out_white: float = 1.0


def levelled(pixels: Tensor, levels: Levels) -> Tensor:
    """Stretch values; what is beyond black and white is clipped.

    Raises:
        ParamError: Black is not below white.
    """
    if levels.white <= levels.black:
        raise ParamError(
            f"black {levels.black:g} is not below white {levels.white:g}; to turn a picture into "
            "its negative exchange out_black and out_white"
        )
    share = ((pixels - levels.black) / (levels.white - levels.black)).clamp(0, 1)
    return levels.out_black + share ** (1 / levels.gamma) * (levels.out_white - levels.out_black)


def posterized(pixels: Tensor, levels: int) -> Tensor:
    """Round every channel to so many evenly spaced values."""
    return (pixels * (levels - 1)).round() / (levels - 1)


def blurred(pixels: Tensor, kind: str, radius: float) -> Tensor:
    """Blur; edges are mirrored.

    Args:
        pixels: What.
        kind: ``gaussian``; ``box``, the mean of all pixels up to the radius away; ``median``.
        radius: Pixels; a Gaussian's standard deviation.
    """
    side = 2 * round(radius) + 1
    if radius == 0 or (kind != "gaussian" and side == 1):
        return pixels
    if kind == "median":
        return _median(pixels, side)
    if kind == "box":
        return each(pixels, lambda one: cv2.blur(one, (side, side)))
    return each(pixels, lambda one: cv2.GaussianBlur(one, (0, 0), radius)).clamp(0, 1)


def _median(pixels: Tensor, side: int) -> Tensor:
    """Take the median of each square; in floating point up to 5 x 5, above that of 8 bits."""
    if side <= 5:
        return each(pixels, lambda one: cv2.medianBlur(one, side))

    def coarse(one: np.ndarray) -> np.ndarray:
        return cv2.medianBlur(np.round(one * 255).astype(np.uint8), side).astype(np.float32) / 255

    return each(pixels, coarse)


def sharpened(pixels: Tensor, radius: float, amount: float, threshold: float) -> Tensor:
    """Sharpen by an unsharp mask: add what a Gaussian blur takes away, where it is enough.

    Args:
        pixels: What.
        radius: The Gaussian's standard deviation in pixels.
        amount: How much is added.
        threshold: Differences up to it are left as they are.
    """
    fine = pixels - blurred(pixels, "gaussian", radius)
    counted = torch.where(fine.abs() > threshold, fine, torch.zeros_like(fine))
    return (pixels + amount * counted).clamp(0, 1)


def edges(pixels: Tensor, low: float, high: float) -> Tensor:
    """Draw edges white on black, one pixel wide.

    Args:
        pixels: What.
        low: Gradient, as a share of 255, from which an edge goes on.
        high: Gradient from which an edge begins.

    Source: Canny 1986, "A computational approach to edge detection"; OpenCV's, on 8 bits.

    Raises:
        ParamError: Low is above high.
    """
    if low > high:
        raise ParamError(f"low {low:g} is above high {high:g}; edges begin at high and end at low")

    def draw(one: np.ndarray) -> np.ndarray:
        lines = cv2.Canny(np.round(one * 255).astype(np.uint8), low * 255, high * 255)
        return np.repeat(lines[..., None], 3, axis=2).astype(np.float32) / 255

    return each(pixels, draw)
