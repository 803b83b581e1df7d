"""Nodes between pictures and latents."""

from __future__ import annotations

from nodegraph import node
from nodes.types import Image, Latent, Vae


@node("vae.decode", title="VAE decode")
def decode(vae: Vae, latent: Latent) -> Image:
    """Turn latents into pictures."""
    from nodes.lib import autoencoder

    return autoencoder.decode(vae, latent)


@node("vae.encode", title="VAE encode")
def encode(vae: Vae, image: Image) -> Latent:
    """Turn pictures into latents, cropped about the centre to a multiple of 8 pixels."""
    from nodes.lib import autoencoder

    return autoencoder.encode(vae, image)
