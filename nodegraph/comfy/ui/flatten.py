"""From the editor's format to a prompt: what the editor itself would send to its server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.ui.model import INPUTS, NOTES, PRIMITIVE, REROUTE
from nodegraph.comfy.ui.promoted import promoted
from nodegraph.comfy.ui.resolve import Constant, End, Opened
from nodegraph.comfy.ui.widgets import UNNAMED, values

if TYPE_CHECKING:
    from nodegraph.comfy.ui.model import UiNode, UiWorkflow
    from nodegraph.comfy.ui.resolve import Place

VIRTUAL = (*NOTES, REROUTE, PRIMITIVE)
"""Classes that only the editor knows."""


def flatten(workflow: UiWorkflow) -> dict[str, Any]:
    """Return a workflow in API format.

    Nodes in subgraphs are called ``use:node``. Muted nodes are not there, nor links from them;
    bypassed ones pass on what fits. A link counts before the value it replaces.
    """
    return _Flattener(Opened(workflow)).flatten()


@dataclass
class _Flattener:
    opened: Opened

    def flatten(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for place in self.opened.places():
            node = self.opened.node(place)
            if node.type not in VIRTUAL and self.opened.modes(place) == {"run"}:
                made[":".join(place)] = self._node(place, node)
        for entry in made.values():
            entry["inputs"] = {
                name: value
                for name, value in entry["inputs"].items()
                if not isinstance(value, Link) or value[0] in made
            }
        return made

    def _node(self, place: Place, node: UiNode) -> dict[str, Any]:
        inputs = {name: quoted(value) for name, value in values(node).items() if name != UNNAMED}
        inputs |= {name: quoted(value) for name, value in self._set(place).items()}
        for slot in node.inputs:
            found = self.opened.feed(place, slot)
            name = slot.widget or slot.name
            if isinstance(found, End):
                inputs[slot.name] = Link([":".join(found.place), found.slot])
            elif isinstance(found, Constant):
                inputs[name] = quoted(found.value)
        entry: dict[str, Any] = {"inputs": inputs, "class_type": node.type}
        return entry | ({"_meta": {"title": node.title}} if node.title else {})

    def _set(self, place: Place) -> dict[str, Any]:
        """Return the values that the uses around a node set in it, the outer before the inner."""
        inner = self.opened.inside(place[:-1]) if len(place) > 1 else None
        if inner is None:
            return {}
        use, node = place[:-1], self.opened.node(place)
        given = promoted(self.opened.node(use), inner)
        found = {name: value for (node_id, name), value in given.items() if node_id == node.id}
        outer = self._set(use)
        for slot in node.inputs if outer else ():
            link = inner.source(slot)
            if link and link.source == INPUTS and link.slot < len(inner.inputs):
                name = inner.inputs[link.slot].name
                if name in outer:
                    found[slot.widget or slot.name] = outer[name]
        return found


class Link(list[Any]):
    """A link, as opposed to a value that is a list."""


def quoted(value: Any) -> Any:
    """Return a constant as the API format has it: a list is no link."""
    given: Any = value
    return {"__value__": given} if isinstance(value, list) else given
