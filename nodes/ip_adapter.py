"""Nodes that let pictures be prompts."""

from __future__ import annotations

from typing import Annotated

from nodegraph import Range, current, node
from nodegraph.params import Named
from nodes.contents import contents
from nodes.handles import IpAdapter
from nodes.ranges import Share
from nodes.types import Conditioning, Image

Strength = Annotated[float, Range(-1.0, 3.0, step=0.05)]


identify = contents(adapter="ipadapter", encoder="clip_vision")


@node("ip_adapter.load", fingerprint=identify, title="Load IP-Adapter")
def load(
    *,
    adapter: Annotated[str, Named("ipadapter")] = "",
    encoder: Annotated[str, Named("clip_vision")] = "",
) -> IpAdapter:
    """Load an IP-Adapter for Stable Diffusion 1 or XL: plain, plus or full; not those for faces.

    Args:
        adapter: The path of a ``.safetensors`` file, or its name in the folder ``ipadapter``.
        encoder: What reads pictures for it: the path of a folder or file of CLIP's image encoder,
            or its name in the folder ``clip_vision``.
    """
    from nodes.lib import folders
    from nodes.lib.control import pictures

    options = current().options
    paths = folders.named("ipadapter", adapter), folders.named("clip_vision", encoder)
    return pictures.open_adapter(*paths, options.device, options.dtype)


@node("ip_adapter.apply", title="Apply IP-Adapter")
def apply(
    positive: Conditioning,
    ip_adapter: IpAdapter,
    image: Image,
    *,
    strength: Strength = 1.0,
    start: Share = 0.0,
    end: Share = 1.0,
) -> Conditioning:
    """Let pictures say what shall be shown, beside the text; the negative is shown none.

    Args:
        positive: What the picture shall show.
        image: One or a batch; of each the middle is read.
        strength: 0 leaves everything as it is.
        start: From which share of the way, in the network's time; 0 is pure noise.
        end: To which share; 1 is the finished picture.
    """
    from nodes.lib.control import pictures

    return pictures.prompted(positive, ip_adapter, image, strength, (start, end))
