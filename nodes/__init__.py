"""The node library: one family a file. Importing it registers the node types, and no torch."""

from nodes import (
    arrange,
    audio,
    conditioning,
    flow,
    forward,
    image,
    inside,
    latent,
    model,
    pipeline,
    plot,
    sampling,
    text,
    vae,
    value,
    video,
)

__all__ = [
    "arrange",
    "audio",
    "conditioning",
    "flow",
    "forward",
    "image",
    "inside",
    "latent",
    "model",
    "pipeline",
    "plot",
    "sampling",
    "text",
    "vae",
    "value",
    "video",
]
