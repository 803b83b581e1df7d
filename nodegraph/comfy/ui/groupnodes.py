"""Legacy group nodes, turned into what newer files have: the definition of a subgraph.

A group's inputs are those of its nodes that no link inside feeds; its outputs those that lead out;
its widgets those of its nodes, in order.
"""

from __future__ import annotations

from typing import Any

from nodegraph.comfy.ui.values import array, index, obj, text


def definitions_of(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a subgraph's definition, as JSON data, for a group node's."""
    nodes = [dict(obj(one)) for one in array(body.get("nodes"))]
    links = [found for one in array(body.get("links")) if (found := _inner(one, len(nodes)))]
    made = _Boundary(nodes, links, obj(body.get("config")), array(body.get("external")))
    for number, node in enumerate(nodes):
        node["id"] = number
        node["inputs"] = [dict(obj(slot)) | {"link": None} for slot in array(node.get("inputs"))]
    made.lead_in()
    made.lead_out()
    for link in made.links:
        target: int = link["target_id"]
        slots: list[Any] = nodes[target]["inputs"] if target >= 0 else []
        if link["target_slot"] < len(slots):
            slots[link["target_slot"]]["link"] = link["id"]
    return {
        "name": name,
        "nodes": nodes,
        "links": made.links,
        "inputs": made.inputs,
        "outputs": made.outputs,
    }


def _inner(data: Any, count: int) -> tuple[int, int, int, int, str] | None:
    """Return a link inside a group: nodes by their places in its list."""
    match array(data):
        case [source, slot, target, target_slot, *rest]:
            ends = index(source), index(slot), index(target), index(target_slot)
            if min(ends) < 0 or max(ends[0], ends[2]) >= count:
                return None
            kind = text(rest[1]) if len(rest) > 1 else ""
            return (*ends, kind or "*")
        case _:
            return None


class _Boundary:
    """Finds what a group takes and gives."""

    def __init__(
        self,
        nodes: list[dict[str, Any]],
        links: list[tuple[int, int, int, int, str]],
        config: dict[str, Any],
        external: list[Any],
    ) -> None:
        self.nodes, self.config = nodes, config
        self.external = {tuple(array(one)[:2]) for one in external}
        self.fed = {(target, slot) for _, _, target, slot, _ in links}
        self.used = {(source, slot) for source, slot, *_ in links}
        self.inputs: list[dict[str, Any]] = []
        self.outputs: list[dict[str, Any]] = []
        self.links: list[dict[str, Any]] = []
        for source, slot, target, target_slot, kind in links:
            self._add(source, slot, target, target_slot, kind)

    def lead_in(self) -> None:
        for number, node in enumerate(self.nodes):
            for place, slot in enumerate(map(obj, array(node.get("inputs")))):
                if (number, place) in self.fed or not self._shown(number, "input", slot):
                    continue
                name = self._name(number, "input", text(slot.get("name")), node, self.inputs)
                self._add(-10, len(self.inputs), number, place, text(slot.get("type")))
                self.inputs.append({"name": name, "type": slot.get("type")})

    def lead_out(self) -> None:
        for number, node in enumerate(self.nodes):
            for place, slot in enumerate(map(obj, array(node.get("outputs")))):
                hidden = (number, place) in self.used and (number, place) not in self.external
                if hidden or not self._shown(number, "output", {"name": str(place)}):
                    continue
                given = text(slot.get("name"))
                name = self._name(number, "output", given, node, self.outputs, str(place))
                self._add(number, place, -20, len(self.outputs), text(slot.get("type")))
                self.outputs.append({"name": name, "type": slot.get("type")})

    def _add(self, source: int, slot: int, target: int, target_slot: int, kind: str) -> None:
        self.links.append(
            {
                "id": len(self.links) + 1,
                "origin_id": source,
                "origin_slot": slot,
                "target_id": target,
                "target_slot": target_slot,
                "type": kind,
            }
        )

    def _said(self, number: int, side: str, key: str) -> dict[str, Any]:
        return obj(obj(obj(self.config.get(str(number))).get(side)).get(key))

    def _shown(self, number: int, side: str, slot: dict[str, Any]) -> bool:
        return self._said(number, side, text(slot.get("name"))).get("visible") is not False

    def _name(
        self,
        number: int,
        side: str,
        given: str,
        node: dict[str, Any],
        taken: list[dict[str, Any]],
        key: str = "",
    ) -> str:
        said = text(self._said(number, side, key or given).get("name")) or given
        names = {one["name"] for one in taken}
        if said not in names:
            return said
        longer = f"{text(node.get('title')) or text(node.get('type'))} {said}"
        return longer if longer not in names else f"{longer} {len(names)}"
