"""Values that the use of a subgraph sets inside: promoted widgets, and those of group nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from nodegraph.comfy.ui.model import INPUTS
from nodegraph.comfy.ui.values import array, name_of, obj, text
from nodegraph.comfy.ui.widgets import assign, names, spread, taken

if TYPE_CHECKING:
    from nodegraph.comfy.ui.model import UiGraph, UiNode

Values: TypeAlias = "dict[tuple[str, str], Any]"
"""By the node inside and the value's name."""


def promoted(use: UiNode, inner: UiGraph) -> Values:
    """Return what a use of a definition sets inside it; what it leaves alone is not there."""
    if use.type.startswith(("workflow/", "workflow>")):
        return _of_group(use, inner)
    listed: Any = use.widgets
    given = cast("list[Any]", listed) if isinstance(listed, list) else []
    proxies = [_proxy(one) for one in array(use.properties.get("proxyWidgets"))]
    own = [slot.name for slot in use.inputs if slot.widget]
    found: Values = {}
    if use.named or isinstance(listed, dict):
        for name, value in (use.named or obj(listed)).items():
            found |= _inside(inner, name, value)
    elif proxies:
        for (node_id, name), value in zip(proxies, given, strict=False):
            if node_id in inner.nodes:
                found[node_id, name] = value
            else:
                found |= _inside(inner, name, value)
    else:
        for name, value in zip(own, given, strict=False):
            found |= _inside(inner, name, value)
    return {key: value for key, value in found.items() if value is not None}


def _proxy(data: Any) -> tuple[str, str]:
    entry = array(data)
    return (name_of(entry[0]), text(entry[1])) if len(entry) > 1 else ("", "")


def _inside(inner: UiGraph, name: str, value: Any) -> Values:
    """Return a value for all that one of a definition's inputs leads to."""
    places = [number for number, slot in enumerate(inner.inputs) if slot.name == name]
    found: Values = {}
    for node in inner.nodes.values():
        for slot in node.inputs:
            link = inner.source(slot)
            if slot.widget and link and link.source == INPUTS and link.slot in places:
                found[node.id, slot.widget] = value
    return found


def _of_group(use: UiNode, inner: UiGraph) -> Values:
    """Deal a group node's values out to its nodes, in their order."""
    given: list[Any] = list(array(use.widgets))
    found: Values = {}
    for node in inner.nodes.values():
        known = names(node.type)
        if node.type == "PrimitiveNode":
            known = [("value", True)]
        if known is None or not given:
            continue
        size = taken(known, given)
        for name, value in assign(known, given[:size]).items():
            found[node.id, name] = value
        given = given[size:]
    return found


def with_values(node: UiNode, changed: dict[str, Any]) -> list[Any]:
    """Return a node's values by position with some of them changed."""
    known = names(node.type) or []
    return spread(known, assign(known, list(array(node.widgets))) | changed)
