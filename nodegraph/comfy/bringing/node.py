"""One node of theirs while it is carried over: a rule may ask the same as when a prompt runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from nodegraph.comfy.fields import CONVERSIONS
from nodegraph.comfy.findings import refuse
from nodegraph.comfy.here import Here
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.comfy.classes import ComfyClass
    from nodegraph.comfy.fields import Field
    from nodegraph.comfy.site import Site
    from nodegraph.comfy.ui.model import Point

GONE = Wire(None)
"""What an input gets that needs a link and has none: ours stays without, too."""


@dataclass
class Brought(Here):
    """A ``Here`` whose inputs may be without links, and which remembers the way of each.

    Attributes:
        ways: By input, the points its link is led through.
        bends: By input of ours: ``node.input.index``.
    """

    ways: Mapping[str, list[Point]] = field(default_factory=dict[str, "list[Point]"])
    bends: dict[str, list[Point]] = field(default_factory=dict[str, "list[Point]"])

    def add(self, type_id: str, **settings: Any) -> str:
        """Add a node of ours; see ``Here.add``."""
        kept = {name: _there(value) for name, value in settings.items()}
        made = super().add(type_id, **kept)
        for name, value in kept.items():
            for index, wire in enumerate(_several(value)):
                points = self._way(wire)
                if points:
                    self.bends[f"{made}.{name}.{index}"] = points
        return made

    def _way(self, wire: Any) -> list[Point]:
        same = (name for name, value in self.values.items() if value is wire)
        name = next(same, "") if isinstance(wire, Wire) else ""
        return self.ways.get(name, [])


def _several(value: Any) -> tuple[Any, ...]:
    return cast("tuple[Any, ...]", value) if isinstance(value, tuple) else (value,)


def _there(value: Any) -> Any:
    if value is GONE:
        return None
    if isinstance(value, tuple):
        return tuple(one for one in _several(value) if one is not GONE)
    return value


def settled(
    entry: ComfyClass, given: Mapping[str, Any], wires: Mapping[str, Wire], site: Site
) -> dict[str, Any]:
    """Return a node's inputs as its rule gets them: checked constants, and wires.

    Raises:
        RefusedError: A value does not fit.
    """
    return {one.name: _settled(one, given, wires, site) for one in entry.inputs}


def _settled(one: Field, given: Mapping[str, Any], wires: Mapping[str, Wire], site: Site) -> Any:
    if one.name in wires:
        return wires[one.name]
    if one.choices is None and one.type not in CONVERSIONS:
        return one.usual if one.optional else GONE
    if given.get(one.name) is not None:
        return one.check(given[one.name], site)
    if one.usual is None and not one.optional:
        raise refuse("required_input_missing", f"{one.name} has no value", one.name)
    return one.usual
