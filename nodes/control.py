"""Nodes that let a picture lead the network: edges, depth, poses, scribbles."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, NamedTuple

from nodegraph import ALWAYS, Range, current, node
from nodegraph.errors import ParamError
from nodegraph.params import Named
from nodes.handles import ControlNet, Vae
from nodes.ranges import Share
from nodes.types import Conditioning, Image, Mask

Strength = Annotated[float, Range(0.0, 10.0, step=0.05)]
Kind = Literal[
    "openpose",
    "depth",
    "scribble",
    "canny",
    "normal",
    "segment",
    "tile",
    "repaint",
    "blur",
    "gray",
    "low_quality",
]


class Led(NamedTuple):
    """Both sides of the guidance, led by a picture."""

    positive: Conditioning
    negative: Conditioning | None


def identify(*, control: str | None = None, **_: object) -> str | None:
    """Return what is in the files of a control network.

    Raises:
        ParamError: There is none of that name.
    """
    from nodes.lib import disk, folders
    from nodes.lib.control import opening

    if control is None:
        return ALWAYS
    try:
        found = opening.present(control)
    except folders.ModelError as error:
        raise ParamError(str(error), "control") from error
    return disk.identity(found) if found else f"absent {control}"


@node("control.load", fingerprint=identify, title="Load ControlNet")
def load(*, control: Annotated[str, Named("controlnet")] = "") -> ControlNet:
    """Load a ControlNet for Stable Diffusion or Flux, or a T2I adapter.

    Args:
        control: The path of a folder in diffusers' layout or of a ``.safetensors`` file, its name
            in the folder ``controlnet``, or a hub id such as ``owner/name``.
    """
    from nodes.lib.control import opening

    context = current()
    found = opening.find(control, lambda done, all: context.progress(done, all, note="download"))
    options = context.options
    return opening.open_control(found, options.device, options.dtype)


@node("control.kind", title="Set ControlNet kind")
def set_kind(control_net: ControlNet, *, kind: Kind = "canny") -> ControlNet:
    """Say what the picture shows that a ControlNet for several kinds shall follow.

    Args:
        control_net: A union network. Of Stability's for Stable Diffusion 3.5 large, the one for
            edges wants ``canny`` where it comes as a folder.
        kind: Stable Diffusion XL's know openpose, depth, scribble (soft edges too), canny (all
            lines), normal and segment, the larger one tile and repaint too; Flux.1's know canny,
            tile, depth, blur, openpose, gray and low_quality.
    """
    return replace(control_net, kind=kind)


@node("control.apply", title="Apply ControlNet")
def apply(
    positive: Conditioning,
    control_net: ControlNet,
    image: Image,
    negative: Conditioning | None = None,
    vae: Vae | None = None,
    mask: Mask | None = None,
    *,
    strength: Strength = 1.0,
    start: Share = 0.0,
    end: Share = 1.0,
) -> Led:
    """Let a picture lead the network; several in a row add up.

    Args:
        positive: What the picture shall show.
        control_net: What it was trained to follow says what the picture must be: edges, depth …
        image: Its middle is cut to the shape of what is made, and resampled to the nearest pixels.
        negative: Led too, as networks want it with guidance.
        vae: The model's own; networks for Stable Diffusion 3 and Flux read their picture as a
            latent.
        mask: What is painted anew, for networks for inpainting in Stable Diffusion 3.
        strength: 0 leaves everything as it is.
        start: From which share of the way, in the network's time; 0 is pure noise.
        end: To which share; 1 is the finished picture.
    """
    from nodes.lib.control import applying

    lead = applying.control(control_net, image, vae, mask)
    return Led(*applying.applied((positive, negative), lead, strength, (start, end)))
