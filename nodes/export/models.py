"""Loading, reading texts, drawing noise, decoding and encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.export import written

if TYPE_CHECKING:
    from nodegraph.export import Part

FAMILIES = {"": "", "StableDiffusionPipeline": "", "StableDiffusionXLPipeline": "_xl"}
"""Pipelines that scripts are written for, with the ending of their functions; what is not here yet
is taken for a Stable Diffusion 1.x or 2.x."""


def load(part: Part) -> None:
    """Write ``model.load``: one object of diffusers holds all three of its outputs."""
    from nodes.lib import disk, folders

    name = part.literal("model")
    folder = folders.present(name)
    kind = disk.kind(folder) if folder else ""
    if kind not in FAMILIES:
        known = " and ".join(filter(None, FAMILIES))
        part.refuse(f"{name} is a {kind}, and scripts are written for {known} alone", "model")
    if part.literal("weights") != "as run":
        part.refuse("weights in float8 are not written as Python; load them as run", "weights")
    part.heading()
    here = folders.local(name)
    where = written(name if here is None else str(here.resolve()))
    if name == folders.EMBEDDED:
        part.line("# comes along with nodegraph; any other name or folder does as well")
        where = f'files("nodes") / "{name}"'
    part.bind("family", FAMILIES[kind])
    part.bind("embedded", "yes" if name == folders.EMBEDDED else "")
    variable = part.let(f"load_model{FAMILIES[kind]}({where})", "model")
    for output in ("clip", "vae"):
        part.bind(output, variable)


def encode_text(part: Part) -> None:
    """Write ``text.encode``; for the embedded model in the words that it learnt."""
    from nodes.lib.folders import EMBEDDED, local
    from nodes.lib.vocabulary import simple, vocabulary

    text = "" if part.linked("text") else part.literal("text")
    if "(" in text or ")" in text:
        part.refuse("weights of words cannot be written as Python; take the parentheses out")
    part.heading()
    family = part.beside("clip", "family")
    said = part.value("text")
    if text and part.beside("clip", "embedded"):
        said = written(simple(text, vocabulary(local(EMBEDDED)), ())[0])
    part.let(f"encode_text{family}({part.value('clip')}, {said})")


def noise(part: Part) -> None:
    """Write ``latent.noise``, and its seed, which samplers that draw on the way begin with."""
    part.heading()
    seed = part.writer.name(f"{part.name}_seed")
    part.line(f"{seed} = {part.value('seed')}")
    if part.linked("latent"):
        part.let(f"draw_noise_like({part.value('latent')}, {seed})")
    else:
        size = ", ".join(part.value(name) for name in ("model", "width", "height", "batch_size"))
        part.let(f"draw_noise({size}, {seed})")
    part.bind("seed", seed)


def decode(part: Part) -> None:
    """Write ``vae.decode``."""
    part.heading()
    part.let(f"decode_latent({part.value('vae')}, {part.value('latent')})")


def encode(part: Part) -> None:
    """Write ``vae.encode``."""
    part.heading()
    part.let(f"encode_picture({part.value('vae')}, {part.value('image')})")


def lora(part: Part) -> None:
    """Write ``model.lora``: a copy of the model, so that it can be used without too."""
    from nodes.lib import folders

    if part.value("model") != part.value("clip"):
        part.refuse("its model and clip come from different models; link both to one node")
    path = folders.named("loras", part.literal("lora")).resolve()
    strengths = f"{part.value('strength_model')}, {part.value('strength_clip')}"
    for fact in ("family", "embedded"):
        part.bind(fact, part.beside("model", fact))
    part.heading()
    call = f"with_lora({part.value('model')}, {written(str(path))}, {strengths})"
    part.bind("clip", part.let(call, "model"))
