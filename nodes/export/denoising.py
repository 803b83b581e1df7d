"""The denoising loop, open or closed: a function that denoises, and a sampler that calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodegraph.export import Part

PLAIN = ("euler", "heun", "dpm_2", "dpmpp_2m", "res_multistep")
DRAWING = ("euler_ancestral", "dpm_2_ancestral", "dpmpp_2s_ancestral", "ddpm", "lcm")
"""Samplers that draw noise on the way, so that they take a seed."""

SAMPLERS = {**{name: name for name in (*PLAIN, *DRAWING)}, "ddim": "euler"}
"""The script's function for each."""

INSIDE = ("sampling.predict", "sampling.guidance", "sampling.step")
"""What may stand in a loop: x is in the network's units there, which other nodes do not know."""


def sampler(part: Part) -> None:
    """Write ``sampling.sampler``: nothing but a function's name."""
    part.bind("sampler", part.among("sampler_name", SAMPLERS, "sampler"))


def predict(part: Part) -> None:
    """Write ``sampling.predict``, in a loop."""
    if part.writer.depth == 0 or part.value("x") != "x":
        part.refuse("an estimate of anything but a denoising loop's x cannot be written as Python")
    names = ["model", "x", "sigma", "positive", *["negative"] * part.linked("negative")]
    values = ", ".join(part.value(name) for name in names)
    call = f"predict{part.beside('model', 'family')}({values})"
    first = part.writer.name(f"{part.name}_positive")
    second = part.writer.name(f"{part.name}_negative")
    part.line(f"{first}, {second} = {call}")
    part.bind("positive", first)
    part.bind("negative", second)


def guidance(part: Part) -> None:
    """Write ``sampling.guidance``, in a loop."""
    negative = part.value("negative") if part.linked("negative") else None
    part.let(f"guide({part.value('positive')}, {negative}, {part.value('cfg')})")


def step(part: Part) -> None:
    """Write ``sampling.step``: the estimate is what the sampler is told."""
    if part.linked("x") and part.value("x") != "x":
        part.refuse("a step from another x than the turn's cannot be written; unlink its x")
    part.bind("x", part.value("denoised"))


def loop(part: Part) -> None:
    """Write the denoise zone: its body as a function of x and sigma, then the sampler's loop."""
    end = part.zone_end
    for inner in part.body:
        if inner.type not in INSIDE:
            inner.refuse(
                f"{inner.type} in a denoising loop cannot be written as Python; take it out"
            )
    for name in ("x", "sigma"):
        part.bind(name, name)
    part.bind("solver", "solver")
    part.heading(gap=2)
    function = part.writer.name(f"{part.name}_turn")
    with part.block(f"def {function}(x, sigma):"):
        for inner in part.body:
            part.writer.write(inner)
        part.line(f"return {end.value('latent')}")
    _walk(part, function, end)


def sample(part: Part) -> None:
    """Write ``sampling.sample``: the same loop, closed."""
    part.heading(gap=2)
    model, positive, cfg = (part.value(name) for name in ("model", "positive", "cfg"))
    unguided = not part.linked("negative") or cfg == "1.0"
    negative = "" if unguided else f", {part.value('negative')}"
    function = part.writer.name(f"{part.name}_turn")
    with part.block(f"def {function}(x, sigma):"):
        call = f"predict{part.beside('model', 'family')}({model}, x, sigma, {positive}{negative})"
        part.line(f"return {call}[0]" if unguided else f"return guide(*{call}, {cfg})")
    _walk(part, function, part)


def _walk(part: Part, function: str, ending: Part) -> None:
    """Write the call of the sampler, from noise to a latent as the VAE emits it."""
    model, noise, schedule = (part.value(name) for name in ("model", "noise", "schedule"))
    latent = f", {part.value('latent')}" if part.linked("latent") else ""
    name = part.value("sampler")
    seed = f", {_seed(part)}" if name in DRAWING else ""
    start = f"noised({model}, {noise}, {schedule}{latent})"
    part.gap(2)
    inside = part.writer.name(f"{part.name}_x")
    part.line(f"{inside} = {name}({function}, {start}, {schedule}{seed})")
    ending.let(f"{inside} / {model}.vae.config.scaling_factor", "latent")


def _seed(part: Part) -> str:
    """Return what the seed of the noise is called."""
    return part.beside("noise", "seed")
