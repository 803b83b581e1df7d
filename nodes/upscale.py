"""Nodes that make pictures larger by a network of their own."""

from __future__ import annotations

from typing import Annotated

from nodegraph import Range, current, node
from nodegraph.params import Named
from nodes.contents import contents
from nodes.handles import Upscaler
from nodes.types import Image

Upscales = Annotated[str, Named("upscale_models")]


identify = contents(upscaler="upscale_models")


@node("upscale.load", fingerprint=identify, title="Load upscaler")
def load(*, upscaler: Upscales = "") -> Upscaler:
    """Load a network that makes pictures larger: ESRGAN, SwinIR, DAT and what else spandrel reads.

    Args:
        upscaler: The path of a ``.safetensors`` or ``.pth`` file, or its name in the folder
            ``upscale_models``. Of a ``.pth`` plain tensors are read and nothing is run.
    """
    from nodes.lib import folders, upscalers

    options = current().options
    path = folders.named("upscale_models", upscaler)
    return upscalers.open_upscaler(path, options.device)


@node("upscale.image", title="Upscale image by a model")
def image(
    upscaler: Upscaler,
    image: Image,
    *,
    tile: Annotated[int, Range(128, 4096, step=64)] = 512,
) -> Image:
    """Make a picture larger, tile by tile, by as much as the network was made for.

    Args:
        tile: Pixels a tile is wide; halved where memory is short.
    """
    from nodes.lib import upscalers

    def report(done: int, total: int) -> None:
        current().progress(done, total)

    return upscalers.upscaled(upscaler, image, tile, report)
