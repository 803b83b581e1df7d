"""Classes that make latents, from nothing or from pictures, and pictures from latents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class
from nodegraph.comfy.fields import integer, link
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here

CELL = 8
"""Pixels a latent cell is wide; ComfyUI rounds down to it."""


@comfy_class(
    "EmptyLatentImage",
    title="Empty latent",
    category="latent",
    inputs=[
        integer("width", 512, 16, 16384, step=8),
        integer("height", 512, 16, 16384, step=8),
        integer("batch_size", 1, 1, 4096),
    ],
    outputs=["LATENT"],
)
def empty_latent_image(here: Here) -> list[Wire]:
    """Give the size of pictures that begin as noise alone."""
    sides = {name: here[name] // CELL * CELL for name in ("width", "height")}
    return [Wire(None, {**sides, "batch_size": here["batch_size"]})]


@comfy_class(
    "VAEDecode",
    title="VAE decode",
    category="latent",
    inputs=[link("samples", "LATENT"), link("vae", "VAE")],
    outputs=["IMAGE"],
)
def vae_decode(here: Here) -> list[Wire]:
    """Turn latents into pictures."""
    made = here.add("vae.decode", vae=here["vae"], latent=here["samples"])
    return [Wire((made, "image"), here["samples"].facts)]


@comfy_class(
    "VAEEncode",
    title="VAE encode",
    category="latent",
    inputs=[link("pixels", "IMAGE"), link("vae", "VAE")],
    outputs=["LATENT"],
)
def vae_encode(here: Here) -> list[Wire]:
    """Turn pictures into latents, cropped about the centre to a multiple of 8 pixels."""
    made = here.add("vae.encode", vae=here["vae"], image=here["pixels"])
    return [Wire((made, "latent"), here["pixels"].facts)]
