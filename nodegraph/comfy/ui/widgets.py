"""A node's values by name: files list them by position, as the class declares them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.classes import table
from nodegraph.comfy.fields import CONVERSIONS
from nodegraph.comfy.ui.values import listing, obj
from nodegraph.comfy.ui.widget_names import listed

if TYPE_CHECKING:
    from nodegraph.comfy.ui.model import UiNode

CONTROLS = ("fixed", "increment", "decrement", "randomize")
"""What follows a seed in the list: how it changes after a run; once it was a boolean."""
SEEDS = ("seed", "noise_seed")
UNNAMED = "widgets_values"
"""Under this stand the values of a class whose names nobody here knows."""

Names = list[tuple[str, bool]]


def values(node: UiNode) -> dict[str, Any]:
    """Return a node's values by name; all of them under one name where the names are unknown."""
    if node.named:
        return {name: _renamed(name, value) for name, value in node.named.items()}
    found, given = obj(node.widgets), listing(node.widgets)
    if found or not given:
        return {name: value for name, value in found.items() if name != "videopreview"}
    known = names(node.type)
    if known is None:
        known = _told(node)
        if len(assign(known, given)) != len(_without_controls(given)):
            return {UNNAMED: given}
    return {name: _renamed(name, value) for name, value in assign(known, given).items()}


def assign(known: Names, given: list[Any]) -> dict[str, Any]:
    """Return values by their names; what follows a seed has none."""
    found: dict[str, Any] = {}
    at = 0
    for name, controlled in known:
        if at >= len(given):
            break
        found[name] = given[at]
        at += 1
        if controlled and at < len(given) and _is_control(given[at]):
            at += 1
    return found


def spread(known: Names, found: dict[str, Any]) -> list[Any]:
    """Return values by position, as the editor saves them; a seed stays as it is after a run."""
    made: list[Any] = []
    for name, controlled in known:
        made += [found.get(name), "fixed"] if controlled else [found.get(name)]
    return made


@cache
def names(class_type: str) -> Names | None:
    """Return the names of a class's values in order; nothing where nobody here knows the class."""
    one = table().get(class_type)
    if one is None:
        return listed().get(class_type)
    fields = [field for field in one.inputs if field.choices or field.type in CONVERSIONS]
    fields.sort(key=lambda field: field.optional)
    return [
        (field.name, bool(field.options.get("control_after_generate")) or field.name in SEEDS)
        for field in fields
    ]


def taken(known: Names, given: list[Any]) -> int:
    """Return how many of the values a class takes, the controls after seeds among them."""
    at = 0
    for _, controlled in known:
        at += 1
        if controlled and at < len(given) and _is_control(given[at]):
            at += 1
    return min(at, len(given))


def _told(node: UiNode) -> Names:
    """Return the names that the node itself tells: newer files have all values among the inputs."""
    return [(slot.widget, slot.widget in SEEDS) for slot in node.inputs if slot.widget]


def _without_controls(given: list[Any]) -> list[Any]:
    return [one for one in given if not (isinstance(one, str) and one in CONTROLS)]


def _is_control(value: Any) -> bool:
    return isinstance(value, bool) or value in CONTROLS


def _renamed(name: str, value: Any) -> Any:
    if name == "sampler_name" and isinstance(value, str):
        return value.removeprefix("sample_")
    return value
