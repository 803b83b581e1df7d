"""The node library: one family a file. Importing it registers the node types, and no torch."""

from nodes import flow, image, latent, model, pipeline, sampling, text, vae, value

__all__ = ["flow", "image", "latent", "model", "pipeline", "sampling", "text", "vae", "value"]
