"""Classes that give texts hooks, a mask and a part of the way, singly or both sides at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class
from nodegraph.comfy.fields import among, choice, link, number
from nodegraph.comfy.theirs import Theirs, feed
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.fields import Field
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node

SETTING = "advanced/hooks/cond pair"
PROPERTIES = [
    number("strength", 1.0, 0.0, 10.0, step=0.01),
    choice("set_cond_area", among("default", "mask bounds")),
    link("mask", "MASK", optional=True),
    link("hooks", "HOOKS", optional=True),
    link("timesteps", "TIMESTEPS_RANGE", optional=True),
]
WHOLE = "set_cond_area is always default: the network sees the whole picture."


@comfy_class(
    "ConditioningTimestepsRange",
    title="Timesteps range",
    category="advanced/hooks",
    inputs=[
        number("start_percent", 0.0, 0.0, 1.0, step=0.001),
        number("end_percent", 1.0, 0.0, 1.0, step=0.001),
    ],
    outputs=["TIMESTEPS_RANGE", "TIMESTEPS_RANGE", "TIMESTEPS_RANGE"],
    differs="Only as what sets properties of texts reads it.",
)
def timesteps(here: Here) -> list[Wire]:
    """Give a part of the way, what is before it and what is after."""
    start, end = here["start_percent"], here["end_percent"]
    shares = ((start, end), (0.0, start), (end, 1.0))
    return [Wire(None, {"start": first, "end": last}) for first, last in shares]


def _told(here: Here, before: Wire) -> Wire:
    """Return a text with hooks, a mask and a part of the way, as far as they are given."""
    made, facts = before, before.facts
    if (hooks := here["hooks"]) is not None:
        made = Wire((here.add("hooks.set", conditioning=made, hooks=hooks), "conditioning"), facts)
    if (mask := here["mask"]) is not None:
        named = {"mask": mask, "strength": here["strength"]}
        made = Wire(
            (here.add("conditioning.mask", conditioning=made, **named), "conditioning"), facts
        )
        if here["set_cond_area"] != "default":
            here.approximate("the network sees the whole picture, not the mask's bounds alone")
    if (span := here["timesteps"]) is not None:
        way = {"start": span.facts["start"], "end": span.facts["end"]}
        ranged = here.add("conditioning.timestep_range", conditioning=made, **way)
        made = Wire((ranged, "conditioning"), facts)
    return made


def _joined(here: Here, before: Wire, told: Wire) -> Wire:
    facts = dict(told.facts)
    for name in ("controls", "boxes", "pictures"):
        every = [one for wire in (before, told) for one in wire.facts.get(name, ())]
        facts |= {name: tuple(dict.fromkeys(every))} if every else {}
    made = here.add("conditioning.combine", conditioning=(before, told))
    return Wire((made, "conditioning"), facts)


def _sides(*names: str) -> list[Field]:
    return [link(name, "CONDITIONING") for name in names]


@comfy_class(
    "PairConditioningSetProperties",
    title="Cond pair set properties",
    category=SETTING,
    inputs=[*_sides("positive_NEW", "negative_NEW"), *PROPERTIES],
    outputs=["CONDITIONING", "CONDITIONING"],
    differs=WHOLE,
)
def pair(here: Here) -> list[Wire]:
    """Give both sides of the guidance hooks, a mask and a part of the way."""
    return [_told(here, here[name]) for name in ("positive_NEW", "negative_NEW")]


@comfy_class(
    "PairConditioningSetPropertiesAndCombine",
    title="Cond pair set properties and combine",
    category=SETTING,
    inputs=[*_sides("positive", "negative", "positive_NEW", "negative_NEW"), *PROPERTIES],
    outputs=["CONDITIONING", "CONDITIONING"],
    differs=WHOLE,
)
def pair_combined(here: Here) -> list[Wire]:
    """Give both sides of the guidance more texts, with hooks, a mask and a part of the way."""
    sides = ("positive", "negative")
    return [_joined(here, here[one], _told(here, here[f"{one}_NEW"])) for one in sides]


@comfy_class(
    "PairConditioningCombine",
    title="Cond pair combine",
    category=SETTING,
    inputs=_sides("positive_A", "negative_A", "positive_B", "negative_B"),
    outputs=["CONDITIONING", "CONDITIONING"],
)
def pairs(here: Here) -> list[Wire]:
    """Let texts of two pairs count, side by side."""
    sides = ("positive", "negative")
    return [_joined(here, here[f"{one}_A"], here[f"{one}_B"]) for one in sides]


def _set_back(graph: Graph, node: Node) -> Theirs:
    inputs = {"cond_NEW": feed(graph, node, "conditioning"), "hooks": feed(graph, node, "hooks")}
    inputs |= {"strength": 1.0, "set_cond_area": "default"}
    return Theirs("ConditioningSetProperties", inputs, {"conditioning": 0})


@comfy_class(
    "ConditioningSetProperties",
    title="Cond set properties",
    category="advanced/hooks/cond single",
    inputs=[*_sides("cond_NEW"), *PROPERTIES],
    outputs=["CONDITIONING"],
    differs=WHOLE,
    back=("hooks.set", _set_back),
)
def single(here: Here) -> list[Wire]:
    """Give texts hooks, a mask and a part of the way."""
    return [_told(here, here["cond_NEW"])]


@comfy_class(
    "ConditioningSetPropertiesAndCombine",
    title="Cond set properties and combine",
    category="advanced/hooks/cond single",
    inputs=[*_sides("cond", "cond_NEW"), *PROPERTIES],
    outputs=["CONDITIONING"],
    differs=WHOLE,
)
def single_combined(here: Here) -> list[Wire]:
    """Add texts with hooks, a mask and a part of the way to others."""
    return [_joined(here, here["cond"], _told(here, here["cond_NEW"]))]
