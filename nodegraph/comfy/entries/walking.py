"""What the sampling classes share: noise, guidance and the walk from the one to the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.entries.latent import empty_back
from nodegraph.comfy.here import SIZES
from nodegraph.comfy.theirs import Feed, Theirs, feed, given
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node


@dataclass(frozen=True)
class Walk:
    """What a sampling class is given.

    Attributes:
        silent: No noise is added.
    """

    model: Wire
    latent: Wire
    sampler: Wire
    schedule: Wire
    seed: Any
    silent: bool = False


def noise(here: Here, found: Walk) -> Wire:
    """Add what a walk starts from."""
    latent = found.latent
    if found.silent:
        return Wire((here.add("latent.no_noise", latent=latent, seed=found.seed), "noise"))
    size = {"latent": latent if latent.source else latent.facts.get("like")}
    if size["latent"] is None:
        size = {name: latent.facts.get(name) for name in SIZES}
    made = here.add("latent.noise", model=found.model, seed=found.seed, **size)
    return Wire((made, "noise"))


def start(here: Here, found: Walk) -> Walk:
    """Return the walk with the latent it begins at: its mask read as time, where that is asked."""
    latent = found.latent
    if found.silent and latent.source is None and "like" not in latent.facts:
        latent = Wire(here.real("latent_image", latent), latent.facts)
    if latent.source and found.model.facts.get("gradual") and latent.facts.get("masked"):
        changed = here.add("inpaint.differential", latent=latent)
        latent = Wire((changed, "latent"), latent.facts)
    return replace(found, latent=latent)


def led(here: Here) -> Wire:
    """Return the negative text, led by what leads the positive by the old ControlNetApply."""
    negative = here["negative"]
    for one in here["positive"].facts.get("controls", ()):
        if one in negative.facts.get("controls", ()):
            continue
        made = here.add(
            "control.apply",
            positive=negative,
            control_net=one.control_net,
            image=one.image,
            strength=one.strength,
        )
        negative = Wire((made, "positive"), negative.facts)
    if "boxes" not in negative.facts:
        for one in here["positive"].facts.get("boxes", ()):
            made = here.add("gligen.text_box", conditioning=negative, **one.settings)
            negative = Wire((made, "conditioning"), negative.facts)
    return negative


def seeded(here: Here, seed: Any) -> None:
    """Let the noise on pictures that the texts tell of be the sampler's."""
    for side in ("positive", "negative"):
        for made in here[side].facts.get("pictures", ()):
            known = made in here.graph and "seed" not in here.graph.inputs(made)
            if known and not here.graph[made].params.get("seed"):
                here.lead(made, "seed", seed)


def texts_guider(here: Here, model: Wire, texts: Mapping[str, Any]) -> Wire:
    """Add a guider by two texts, projected where the model asks.

    What ComfyUI projects it adds to the estimate with the text once more than the paper: its scale
    is one less than ours.
    """
    found = model.facts.get("projected")
    if found is None:
        return Wire((here.add("guider.cfg", model=model, **texts), "guider"))
    cfg = here.constant("cfg")
    if cfg == 1:
        here.approximate("at a cfg of 1 APG does nothing here")
        return Wire((here.add("guider.cfg", model=model, **texts), "guider"))
    made = here.add("guider.projected", model=model, **{**texts, "cfg": cfg + 1}, **found)
    return Wire((made, "guider"))


def guided(here: Here, guider: Wire, model: Wire) -> Wire:
    """Return a guider changed as the model asks: rescaled, perturbed."""
    for type_id, params in model.facts.get("guiding", ()):
        made = here.add(type_id, guider=guider, **params)
        guider = Wire((made, "guider"), guider.facts)
    return Wire(guider.source, {**guider.facts, "model": model})


def walk(here: Here, found: Walk, *, parts: bool = False) -> list[Wire]:
    """Add what walks down a schedule with classifier-free guidance.

    Args:
        parts: The last estimate is wanted too.
    """
    found = start(here, found)
    seeded(here, found.seed)
    texts = {"positive": here["positive"], "negative": led(here), "cfg": here["cfg"]}
    if parts or any(found.model.facts.get(one) for one in ("guiding", "projected")):
        guider = texts_guider(here, found.model, texts)
        return walk_guided(here, found, guided(here, guider, found.model))
    made = here.add(
        "sampling.sample",
        model=found.model,
        latent=found.latent if found.latent.source else None,
        sampler=found.sampler,
        schedule=found.schedule,
        noise=noise(here, found),
        **texts,
    )
    return [Wire((made, "latent"), _known(found.latent))]


def walk_guided(here: Here, found: Walk, guider: Wire) -> list[Wire]:
    """Add what walks down a schedule by a guider; the latent and the last estimate."""
    made = here.add(
        "sampling.sample_guided",
        guider=guider,
        latent=found.latent if found.latent.source else None,
        sampler=found.sampler,
        schedule=found.schedule,
        noise=noise(here, found),
    )
    return [Wire((made, output), _known(found.latent)) for output in ("latent", "denoised")]


def _known(latent: Wire) -> dict[str, Any]:
    return {name: latent.facts[name] for name in (*SIZES, "masked") if name in latent.facts}


# The way back


def begun(graph: Graph, noise: Node, latent: Feed | None) -> Feed | Theirs | None:
    """Return the latent that a walk begins at; an empty one has the noise's size."""
    sized = feed(graph, noise, "latent")
    if latent is None and sized is not None:
        return None
    return empty_back(graph, noise) if latent is None else latent


def _texts(graph: Graph, node: Node) -> dict[str, Any]:
    """Return both texts and the scale; without a negative text one that is never evaluated."""
    positive, negative = feed(graph, node, "positive"), feed(graph, node, "negative")
    cfg = given(graph, node, "cfg") if negative else 1.0
    return {"positive": positive, "negative": negative or positive, "cfg": cfg}


def _linked(graph: Graph, node: Node, name: str) -> Node | None:
    found = feed(graph, node, name)
    return graph[found.source[0]] if found else None


def _steps(graph: Graph, schedule: Node, names: Sequence[str]) -> dict[str, Any]:
    return {name: given(graph, schedule, name) for name in names}


def ksampler_back(graph: Graph, node: Node, extra: Sequence[str]) -> Theirs | None:
    """Return a KSampler for a closed sampler with its sampler, schedule and noise."""
    parts = [_linked(graph, node, name) for name in ("sampler", "schedule", "noise")]
    if None in parts:
        return None
    sampler, schedule, drawn = (one for one in parts if one is not None)
    latent = begun(graph, drawn, feed(graph, node, "latent"))
    kinds = (sampler.type, schedule.type, drawn.type)
    plain = kinds == ("sampling.sampler", "sampling.schedule", "latent.noise")
    if not plain or latent is None or not _usual(graph, sampler, schedule, extra):
        return None
    if _linked(graph, schedule, "model") != _linked(graph, node, "model"):
        return None
    inputs = {
        "model": feed(graph, node, "model"),
        "seed": given(graph, drawn, "seed"),
        **_steps(graph, schedule, ("steps", "scheduler", "denoise")),
        "sampler_name": given(graph, sampler, "sampler_name"),
        **_texts(graph, node),
        "latent_image": latent,
    }
    return _theirs("KSampler", inputs, sampler, schedule, drawn)


def _usual(graph: Graph, sampler: Node, schedule: Node, extra: Sequence[str]) -> bool:
    """Tell whether a schedule drops a level exactly where KSampler drops it."""
    name = given(graph, sampler, "sampler_name")
    return given(graph, schedule, "discard_penultimate") == (name in extra)


def _theirs(name: str, inputs: dict[str, Any], *parts: Node) -> Theirs:
    return Theirs(name, inputs, {"latent": 0}, frozenset(one.id for one in parts))


def advanced_back(graph: Graph, node: Node, extra: Sequence[str]) -> Theirs | None:
    """Return a KSamplerAdvanced for a closed sampler that walks a part of a schedule."""
    parts = [_linked(graph, node, name) for name in ("sampler", "schedule", "noise")]
    if None in parts:
        return None
    sampler, cut, drawn = (one for one in parts if one is not None)
    whole = _linked(graph, cut, "schedule") if cut.type == "schedule.slice" else cut
    latent = begun(graph, drawn, feed(graph, node, "latent"))
    if whole is None or latent is None or not _plain(graph, sampler, whole, drawn, extra):
        return None
    sliced = cut is not whole
    silent = drawn.type == "latent.no_noise"
    leftover = sliced and given(graph, cut, "leftover")
    inputs = {
        "model": feed(graph, node, "model"),
        "add_noise": "disable" if silent else "enable",
        "noise_seed": given(graph, drawn, "seed"),
        **_steps(graph, whole, ("steps", "scheduler")),
        "sampler_name": given(graph, sampler, "sampler_name"),
        **_texts(graph, node),
        "latent_image": latent,
        "start_at_step": given(graph, cut, "start_step") if sliced else 0,
        "end_at_step": given(graph, cut, "end_step") if sliced else 10000,
        "return_with_leftover_noise": "enable" if leftover else "disable",
    }
    return _theirs("KSamplerAdvanced", inputs, sampler, cut, whole, drawn)


def _plain(graph: Graph, sampler: Node, schedule: Node, drawn: Node, extra: Sequence[str]) -> bool:
    kinds = sampler.type == "sampling.sampler" and schedule.type == "sampling.schedule"
    drawn_so = drawn.type in ("latent.noise", "latent.no_noise")
    if not (kinds and drawn_so) or isinstance(given(graph, schedule, "denoise"), Feed):
        return False
    return given(graph, schedule, "denoise") == 1 and _usual(graph, sampler, schedule, extra)


def custom_back(graph: Graph, node: Node) -> Theirs | None:
    """Return a SamplerCustom for a closed sampler with whatever sampler and schedule."""
    drawn = _linked(graph, node, "noise")
    latent = begun(graph, drawn, feed(graph, node, "latent")) if drawn else None
    if drawn is None or latent is None or drawn.type not in ("latent.noise", "latent.no_noise"):
        return None
    inputs = {
        "model": feed(graph, node, "model"),
        "add_noise": drawn.type == "latent.noise",
        "noise_seed": given(graph, drawn, "seed"),
        **_texts(graph, node),
        "sampler": feed(graph, node, "sampler"),
        "sigmas": feed(graph, node, "schedule"),
        "latent_image": latent,
    }
    return _theirs("SamplerCustom", inputs, drawn)
