"""What is to be known of a graph to follow its run: which zones a node is in, what shows a picture,
and what its values are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodegraph.errors import PlanError
from nodegraph.execution.flatten import flatten
from nodegraph.execution.plan import upstream_order
from nodegraph.execution.zones import assign, pair
from nodegraph.sockets import item_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nodegraph.execution.step import Step
    from nodegraph.graph import Graph

PICTURES = ("Image", "Mask")
"""Types of sockets whose values are pictures as they are; of a node the first counts."""


@dataclass(frozen=True)
class Track:
    """A graph as it was when it was sent off; nodes by path.

    Attributes:
        marks: What each node's values are made of, as a hash that is good for this process.
        zones: Of each node the zones around it, outermost first.
        begins: The zones that have a node as their begin.
        pictures: The output that stands for a node, where one is a picture.
    """

    marks: Mapping[str, int] = field(default_factory=dict[str, int])
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    begins: Mapping[str, str] = field(default_factory=dict[str, str])
    pictures: Mapping[str, str] = field(default_factory=dict[str, str])


def track(graph: Graph) -> Track:
    """Return what is to be known of a graph; nothing of one that could never run."""
    try:
        steps = flatten(graph).nodes
    except PlanError:
        return Track()
    order = _ordered(steps)
    zones = pair(steps)
    assign(steps, order, zones)
    return Track(
        _marks(steps, order),
        {path: tuple(reversed(zones.chain(home)[:-1])) for path, home in zones.home.items()},
        {zone.begin: name for name, zone in zones.all.items()},
        {path: shown for path, step in steps.items() if (shown := _shown(step))},
    )


def marks(graph: Graph) -> Mapping[str, int]:
    """Return what each node's values would be made of now."""
    try:
        steps = flatten(graph).nodes
    except PlanError:
        return {}
    return _marks(steps, _ordered(steps))


def _ordered(steps: Mapping[str, Step]) -> list[str]:
    """Return the paths so that every node comes after what it needs."""
    return [step.path for step in upstream_order(steps, steps)]


def _marks(steps: Mapping[str, Step], order: Iterable[str]) -> dict[str, int]:
    made: dict[str, int] = {}
    for path in order:
        step = steps[path]
        inputs = [
            (name, output, made.get(source, 0))
            for name, sources in step.inputs.items()
            for source, output in sources
        ]
        made[path] = hash((step.node.type, step.node.key, tuple(inputs)))
    return made


def _shown(step: Step) -> str:
    outputs = [(item_of(one.type) or one.type, name) for name, one in step.spec.outputs.items()]
    for kind in PICTURES:
        for type, name in outputs:
            if type == kind:
                return name
    return ""
