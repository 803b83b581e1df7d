"""Nodes that reckon with latents, and keep them in files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from nodegraph import FilePath, Range, current, node
from nodes.types import Latent, Noise


class Saved(NamedTuple):
    """The files that were written."""

    files: list[Path]


@node("latent.interpolate", title="Interpolate latents")
def interpolate(
    a: Latent,
    b: Latent,
    *,
    amount: Annotated[float, Range(-10.0, 10.0, step=0.05)] = 0.5,
    method: Literal["linear", "spherical"] = "linear",
) -> Latent:
    """Go from one latent to another (latent blend).

    Args:
        a: What 0 gives; its mask stays.
        b: What 1 gives.
        amount: How far to go.
        method: ``linear`` mixes and so weakens, ``spherical`` goes along the arc and keeps the
            strength, as suits noise.
    """
    from nodes.lib.latents import mixing

    return mixing.interpolated(a, b, amount, method)


@node("noise.interpolate", title="Interpolate noise")
def interpolate_noise(
    a: Noise,
    b: Noise,
    *,
    amount: Annotated[float, Range(-10.0, 10.0, step=0.05)] = 0.5,
    method: Literal["linear", "spherical"] = "spherical",
) -> Noise:
    """Go from the noise of one seed to that of another, and so from picture to picture.

    Args:
        a: What 0 gives; samplers that draw on the way go on drawing from its seed.
        b: What 1 gives.
        amount: How far to go.
        method: ``spherical`` keeps the strength that the network expects of noise; ``linear``
            weakens it, halfway by the root of 2.
    """
    from nodes.lib.latents import mixing

    mixed = mixing.interpolated(Latent(a.samples), Latent(b.samples), amount, method)
    return Noise(mixed.samples, a.seed)


@node("latent.calculate", title="Calculate with latents")
def calculate(
    a: Latent,
    b: Latent | None = None,
    *,
    operation: Literal["add", "subtract", "multiply"] = "add",
    amount: Annotated[float, Range(-100.0, 100.0, step=0.1)] = 1.0,
) -> Latent:
    """Add latents, subtract or multiply them (latent add, subtract, multiply).

    Args:
        a: What is changed; its mask stays.
        b: By what; ``multiply`` needs none.
        operation: a + amount * b, a - amount * b, or a * b * amount.
        amount: How much of b, or by how much.
    """
    from nodes.lib.latents import mixing

    return mixing.calculated(a, b, operation, amount)


@node("latent.save", effect=True, title="Save latent")
def save(latent: Latent, *, name: str = "latent") -> Saved:
    """Save latents as a safetensors file, which ComfyUI reads too if it is called .latent.

    Args:
        name: The file is called this, with a number; a / leads into a subfolder.
    """
    from nodes.lib.latents import files as latents_files

    context = current()
    return Saved([latents_files.save(latent, context.options.out, name, context.record)])


@node("latent.load", title="Load latent")
def load(*, path: FilePath = "") -> Latent:
    """Load latents from a safetensors file, or from one of ComfyUI's .latent files.

    Args:
        path: The file.
    """
    from nodes.lib.latents import files as latents_files

    return latents_files.load(current().options.resolve(path))
