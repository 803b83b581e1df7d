"""Histograms: how often which numbers stand in a picture, a latent or a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from nodegraph.errors import ParamError
from nodes.lib import plots
from nodes.lib.inspecting import parts
from nodes.types import Image, Latent, Mask, Noise

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.lib.plots import Style

CHANNEL = {Image: -1, Latent: 1, Noise: 1}
"""The axis of the channels."""

COLORS = {"light": ("#c8372d", "#2e8b57", "#2f6fb5"), "dark": ("#e5705f", "#7fc8a9", "#6fa8dc")}
"""Of red, green and blue."""

MOST = 16
"""Channels that can be told apart."""


def channels(value: Any) -> tuple[list[Tensor], list[str]]:
    """Return the numbers of each channel of a value, and what the channels are called.

    Raises:
        ParamError: There is no finite number.
    """
    if isinstance(value, (list, int, float)):
        numbers = torch.tensor(value if isinstance(value, list) else [value]).float().flatten()
        found = [numbers]
    else:
        tensor = parts.tensor(value)
        assert tensor is not None  # the socket takes no other types
        axis = CHANNEL.get(type(value))
        found = [tensor.flatten()] if axis is None else list(tensor.movedim(axis, 0).flatten(1))
    finite = [one.detach().float().cpu() for one in found[:MOST]]
    finite = [one[one.isfinite()] for one in finite]
    if not any(len(one) for one in finite):
        raise ParamError("there is no finite number to count; look at what comes before")
    return finite, _names(value, len(finite))


def _names(value: Any, count: int) -> list[str]:
    if isinstance(value, Image):
        return ["red", "green", "blue"]
    return [f"channel {index + 1}" for index in range(count)] if count > 1 else []


def draw(value: Any, bins: int, style: Style) -> Image:
    """Draw how many of a value's numbers lie in each of ``bins`` equal steps.

    Raises:
        ParamError: There is no finite number.
    """
    found, names = channels(value)
    low = min(float(one.min()) for one in found if len(one))
    high = max(float(one.max()) for one in found if len(one))
    low, high = (0.0, 1.0) if isinstance(value, (Image, Mask)) else (low, high)
    high = high if high > low else low + 1
    edges = torch.linspace(low, high, bins + 1).tolist()
    with plots.plot(style) as (axes, drawn):
        for index, numbers in enumerate(found):
            counts = torch.histc(numbers, bins, low, high).tolist()
            pen = plots.pen(index, style.theme)
            if isinstance(value, Image):
                pen = {"color": COLORS[style.theme][index], "linestyle": "-"}
            axes.stairs(counts, edges, fill=True, alpha=0.25, color=pen["color"])
            label = names[index] if names else None
            axes.stairs(counts, edges, linewidth=1.8, label=label, **pen)
        axes.set_xlim(low, high)
    return drawn[0]
