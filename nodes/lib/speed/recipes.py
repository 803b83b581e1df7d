"""What each speed setting means for each network on each device.

A table of it, with what was measured, is in docs/performance.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodes.lib.folders import Part

LAID = ("unet", "vae", "controlnet")
"""Networks of convolutions."""
READERS = ("unet", "controlnet")
"""Networks in which texts stay as they are from layer to layer."""
COMPILED = ("unet", "transformer", "vae")


@dataclass(frozen=True)
class Recipe:
    """What is done to one network.

    Attributes:
        channels_last: Whether numbers of one pixel lie side by side, as convolutions like it.
        fused: Whether query, key and value are one product.
        kernels: Whether attention tries cuDNN's kernel first, then Flash, then torch's own.
        compiled: Whether it is compiled, in the background.
        loose: Whether products of float16 may add up in float16.
        narrow: Whether large products are of eight-bit floats, where a GPU has such; never in
            float32, which nobody gets without asking for it, and whose sums torch gives no bias.
        texts: Whether keys and values of texts are computed once, and not at every step.
    """

    channels_last: bool = False
    fused: bool = False
    kernels: bool = False
    compiled: bool = False
    loose: bool = False
    narrow: bool = False
    texts: bool = False


def recipe(part: Part) -> Recipe:
    """Return what a part's speed setting means for it.

    Of what there is, a processor gains by the VAE's layout and by what is not computed twice:
    measured, see docs/performance.md. Nobody has measured MPS yet, so nothing is done there.
    """
    if part.speed == "safe":
        return Recipe()
    if part.device == "cpu":
        return Recipe(channels_last=part.name == "vae", texts=part.name in READERS)
    if not part.device.startswith("cuda"):
        return Recipe()
    is_backbone = part.name in ("unet", "transformer")
    return Recipe(
        channels_last=part.name in LAID,
        fused=is_backbone,
        kernels=True,
        compiled=part.name in COMPILED,
        loose=part.speed == "fastest",
        narrow=part.speed == "fastest" and is_backbone and part.dtype != "float32",
        texts=part.name in READERS,
    )
