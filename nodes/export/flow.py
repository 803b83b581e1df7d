"""Loops, and lists to go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodegraph.export import Part


def list_of(part: Part) -> None:
    """Write ``value.list``."""
    part.heading()
    part.let(f"[{', '.join(part.values('items'))}]")


def range_of(part: Part) -> None:
    """Write ``value.range``."""
    start, stop, step = (part.value(name) for name in ("start", "stop", "step"))
    part.heading()
    part.let(f"list(range({start}, {stop}, {step}))")


def for_each(part: Part) -> None:
    """Write the zone ``flow.for_each``: its body in a loop, what it gives in a list."""
    end = part.zone_end
    part.heading()
    results = end.let("[]", "list")
    collected = _collected(end)
    index, item = (part.writer.name(f"{part.name}_{name}") for name in ("index", "item"))
    part.bind("index", index)
    part.bind("item", item)
    with part.block(f"for {index}, {item} in enumerate({part.value('items')}):"):
        _turn(part, end, collected)
        part.line(f"{results}.append({end.value('value')})")


def repeat(part: Part) -> None:
    """Write the zone ``flow.repeat``: its body in a loop that carries one value."""
    end = part.zone_end
    part.heading()
    value = part.let(part.value("value"), "value")
    collected = _collected(end)
    index = part.writer.name(f"{part.name}_index")
    part.bind("index", index)
    with part.block(f"for {index} in range({part.value('times')}):"):
        _turn(part, end, collected)
        part.line(f"{value} = {end.value('value')}")
    end.bind("value", value)


def _collected(end: Part) -> str:
    return end.let("[]", "collected") if end.linked("collect") else ""


def _turn(part: Part, end: Part, collected: str) -> None:
    for inner in part.body:
        part.writer.write(inner)
    if collected:
        part.line(f"{collected}.append({end.value('collect')})")
