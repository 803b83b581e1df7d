"""One graph of theirs, the workflow or a subgraph's definition, as one of ours."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.bringing import view
from nodegraph.comfy.bringing.came import CAME, came
from nodegraph.comfy.bringing.node import GONE, Brought, settled
from nodegraph.comfy.bringing.order import ordered
from nodegraph.comfy.bringing.placeholder import add_placeholder
from nodegraph.comfy.bringing.report import Row
from nodegraph.comfy.classes import table
from nodegraph.comfy.findings import RefusedError
from nodegraph.comfy.here import Ids
from nodegraph.comfy.nearest import Nearest
from nodegraph.comfy.origin import ORIGIN
from nodegraph.comfy.prefix import quotable
from nodegraph.comfy.prompt import PromptNode
from nodegraph.comfy.ui.dynamic import resolved
from nodegraph.comfy.ui.flatten import VIRTUAL
from nodegraph.comfy.ui.model import INPUTS, NOTES, PRIMITIVE, REROUTE
from nodegraph.comfy.ui.resolve import Constant, passing, primitive
from nodegraph.comfy.ui.widgets import values
from nodegraph.comfy.wire import Wire
from nodegraph.edits import RemoveNode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nodegraph.comfy.bringing.bring import Bringer
    from nodegraph.comfy.bringing.report import Mark
    from nodegraph.comfy.classes import ComfyClass
    from nodegraph.comfy.ui.model import Point, Slot, UiGraph, UiNode
    from nodegraph.comfy.ui.promoted import Values
    from nodegraph.graph import Graph

MAX_HOPS = 1000
UNREADY = (KeyError, AttributeError, TypeError, ValueError)
"""What rules raise that get what no prompt has: a guider that no node of ours made."""


@dataclass
class Scope:
    """Carries the nodes of one graph over.

    Attributes:
        bringer: What is known of the whole file.
        ui: Theirs.
        graph: Ours, filled as it goes.
        path: The uses around it, for the report.
        entries: What comes in over a definition's boundary, by number.
        baked: Values that the use around it sets inside.
        wires: What the outputs of each node carry.
        made: Our nodes for each of theirs.
        carried: What the outputs of the nodes that rules made carry.
        links: Where the links of each node come from: a node, and the number of its output.
    """

    bringer: Bringer
    ui: UiGraph
    graph: Graph
    path: tuple[str, ...] = ()
    entries: Sequence[Wire | Constant | None] = ()
    baked: Values = field(default_factory=dict[tuple[str, str], Any])
    wires: dict[str, Sequence[Wire]] = field(default_factory=dict[str, "Sequence[Wire]"])
    made: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    ids: Ids = field(default_factory=Ids)
    links: dict[str, dict[str, list[Any]]] = field(
        default_factory=dict[str, "dict[str, list[Any]]"]
    )
    prompt: dict[str, PromptNode] = field(default_factory=dict[str, PromptNode])
    carried: dict[str, Sequence[Wire]] = field(default_factory=dict[str, "Sequence[Wire]"])
    nearest: Nearest = field(init=False)

    def bring(self) -> None:
        """Carry all nodes over."""
        order, notes = ordered(self.ui)
        self.bringer.note(*notes)
        self.prompt = {node.id: self._as_prompt(node) for node in order}
        known = {name: one for name, one in self.prompt.items() if one.class_type in table()}
        self.nearest = Nearest(known, table(), self.carried)
        quotes = quotable(self.prompt)
        for node in order:
            inner = self.bringer.definitions.get(node.type)
            if inner is not None:
                self.bringer.use(self, node, inner)
            elif node.type not in VIRTUAL:
                self._node(node, quotes)
        self._unread()
        for number, node in enumerate(one for one in order if one.type in NOTES):
            view.put_note(self.graph, node, number)
        view.put_groups(self.graph, self.ui.groups)

    def given(self, node: UiNode) -> dict[str, Any]:
        """Return a node's constants: its own values, what its use sets, what primitives give."""
        found = values(node)
        for (node_id, name), value in self.baked.items():
            if node_id == node.id:
                found[name] = value
        for slot in node.inputs:
            feed, _ = self.feed(slot)
            if isinstance(feed, Constant):
                found[slot.widget or slot.name] = feed.value
        return found

    def feed(self, slot: Slot) -> tuple[Wire | Constant | None, list[Point]]:
        """Return what an input gets by its link, and the points the link is led through."""
        way: list[Point] = []
        for _ in range(MAX_HOPS):
            link = self.ui.source(slot)
            if link is None:
                return None, way
            way = [*link.points, *way]
            if link.source == INPUTS:
                found = self.entries[link.slot] if link.slot < len(self.entries) else None
                return found, way
            node = self.ui.nodes[link.source]
            if node.type == REROUTE and node.inputs:
                way = [*([] if node.pos is None else [node.pos]), *way]
                slot = node.inputs[0]
                continue
            if node.type == PRIMITIVE:
                return self._primitive(node), way
            if node.id in self.bringer.passed and node.mode == "bypass":
                through = passing(node, link.slot)
                if through is None:
                    return None, way
                slot = through
                continue
            carried = self.wires.get(node.id, ())
            return (carried[link.slot] if link.slot < len(carried) else None), way
        return None, way

    def _primitive(self, node: UiNode) -> Constant | None:
        if (node.id, "value") in self.baked:
            return Constant(self.baked[node.id, "value"])
        return primitive(node)

    def _as_prompt(self, node: UiNode) -> PromptNode:
        """Return a node as the API has it, with the links inside this graph."""
        found = {slot.name: self.raw(slot) for slot in node.inputs}
        every = {name: link for name, link in found.items() if link}
        links = {name: link for name, link in every.items() if link[0] != INPUTS}
        self.links[node.id] = every
        return PromptNode(node.id, node.type, {**values(node), **links}, node.title)

    def raw(self, slot: Slot) -> list[Any]:
        """Return where a link comes from, past reroutes: a node, or the boundary, and the number of
        its output; nothing for one from a primitive or from nowhere.
        """
        link = self.ui.source(slot)
        for _ in range(MAX_HOPS):
            source = None if link is None else self.ui.nodes.get(link.source)
            if source is None or source.type != REROUTE or not source.inputs:
                break
            link = self.ui.source(source.inputs[0])
        if link is None or link.slot < 0:
            return []
        node = self.ui.nodes.get(link.source)
        known = link.source == INPUTS if node is None else node.type != PRIMITIVE
        return [link.source, link.slot] if known else []

    def _links(self, node: UiNode, wires: Mapping[str, Wire]) -> dict[str, list[Any]]:
        """Return where a node's links come from; over the boundary only what is no link of ours:
        empty latents, of which there is but a size.
        """
        return {
            name: link
            for name, link in self.links[node.id].items()
            if name in wires and (link[0] != INPUTS or wires[name].source is None)
        }

    def _node(self, node: UiNode, quotes: Mapping[tuple[str, str], str]) -> None:
        given = self.given(node)
        wires: dict[str, Wire] = {}
        ways: dict[str, list[Point]] = {}
        for slot in node.inputs:
            feed, way = self.feed(slot)
            if isinstance(feed, Wire):
                wires[slot.name], ways[slot.name] = feed, way
        entry = table().get(node.type)
        if entry is None:
            self.keep(node, given, wires, ways, f"the class {node.type} is not known here")
        elif entry.unsupported:
            self.keep(node, given, wires, ways, entry.unsupported)
        else:
            self._rule(node, entry, given, wires, ways, quotes)

    def _rule(
        self,
        node: UiNode,
        entry: ComfyClass,
        given: dict[str, Any],
        wires: dict[str, Wire],
        ways: dict[str, list[Point]],
        quotes: Mapping[tuple[str, str], str],
    ) -> None:
        near = partial(self.nearest.model, node.id)
        here: Brought | None = None
        inputs, drawn = self._drawn(entry, given)
        title = "" if node.title in (entry.title, entry.name) else node.title
        try:
            found = settled(entry, inputs, wires, self.bringer.site)
            here = Brought(
                PromptNode(node.id, node.type, {**self.prompt[node.id].inputs, **inputs}, title),
                found,
                self.graph,
                self.bringer.site,
                quotes,
                self.ids,
                entry,
                near,
                t5=self.bringer.t5,
                ways=ways,
            )
            carried = list(entry.rule(here))
            for name in drawn:
                here.approximate(f"of the alternatives in {name} the first is taken, always")
        except (RefusedError, *UNREADY) as error:
            for node_id in here.made if here else ():
                self.graph.apply(RemoveNode(node_id))
            told = isinstance(error, RefusedError)
            why = error.finding.message if told else "what feeds it is not known well enough here"
            self.keep(node, given, wires, ways, why)
            return
        if node.mode != "run" and not here.made:
            self.keep(node, given, wires, ways, "here it is part of what reads it, which runs")
            return
        self.carried[node.id] = carried
        self.wires[node.id] = self._past(node, carried)
        why = tuple(dict.fromkeys(here.notes)) or ((entry.differs,) if entry.differs else ())
        self._finish(node, here.made, "approximate" if why else "exact", why, given)
        if here.made:
            links = self._links(node, wires)
            kept = came(self.graph, here.made, given, links, wires, carried)
            self._keep_origin(here.made[-1], {CAME: kept})
        view.put_node(self.graph, node, here.made)
        view.put_bends(self.graph, here.bends)

    def _drawn(
        self, entry: ComfyClass, given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the values that are there, and of which texts something would be drawn.

        A prompt's texts are as they were sent: nothing is left to draw.
        """
        found = {name: value for name, value in given.items() if value is not None}
        drawn: list[str] = []
        dynamic = (one.name for one in entry.inputs if one.options.get("dynamicPrompts"))
        for name in dynamic if self.bringer.report.kind == "workflow" else ():
            if isinstance(found.get(name), str):
                found[name], several = resolved(found[name])
                drawn += [name] if several else []
        return found, drawn

    def _past(self, node: UiNode, carried: list[Wire]) -> list[Wire]:
        """Return what a node carries; a bypassed one whose latent is only a size passes that on."""
        if node.mode != "bypass":
            return carried
        made: list[Wire] = []
        for number, wire in enumerate(carried):
            slot = passing(node, number)
            feed = None if slot is None else self.feed(slot)[0]
            empty = isinstance(feed, Wire) and feed.source is None and feed is not GONE
            made.append(feed if empty and isinstance(feed, Wire) else wire)
        return made

    def keep(
        self,
        node: UiNode,
        given: dict[str, Any],
        wires: dict[str, Wire],
        ways: dict[str, list[Point]],
        why: str,
    ) -> None:
        """Keep a node that nobody here can run as it came."""
        if node.mode == "bypass":
            self.bringer.passed.add(node.id)
        made, outputs, bends = add_placeholder(self.graph, self.ids, node, given, wires, ways)
        self.wires[node.id] = [Wire((made, name)) for name in outputs]
        self._finish(node, [made], "unsupported", (why,), given)
        self._keep_origin(made, {"links": self._links(node, wires)})
        view.put_node(self.graph, node, [made])
        view.put_bends(self.graph, bends)

    def _keep_origin(self, node_id: str, more: dict[str, Any]) -> None:
        node = self.graph[node_id]
        origin = {**node.extra.get(ORIGIN, {}), **more}
        self.graph.keep(replace(node, extra={**node.extra, ORIGIN: origin}))

    def _finish(
        self,
        node: UiNode,
        made: list[str],
        mark: Mark,
        why: tuple[str, ...],
        given: Mapping[str, Any],
    ) -> None:
        """Write down where our nodes come from, and how near they come."""
        self.made[node.id] = made
        if not made:
            entry = view.vanished(node, ":".join((*self.path, node.id)), given)
            self.bringer.vanished.append({**entry, "links": self.links[node.id]})
        for node_id in made:
            ours = self.graph[node_id]
            origin = {**ours.extra.get(ORIGIN, {}), "id": node.id, "class": node.type, "mark": mark}
            if why:
                origin["why"] = list(why)
            title = ours.title if node_id == made[-1] else ""
            self.graph.keep(
                replace(ours, title=title, mode=node.mode, extra={**ours.extra, ORIGIN: origin})
            )
        self.bringer.row(
            Row(
                ":".join((*self.path, node.id)),
                node.type,
                node.title,
                mark,
                why,
                tuple("/".join((*self.path, one)) for one in made),
            )
        )

    def _unread(self) -> None:
        """Keep what became nothing and feeds nothing: an empty latent that nobody reads."""
        read = {
            link.source
            for node in self.ui.nodes.values()
            for slot in node.inputs
            if (link := self.ui.source(slot))
        }
        read |= {link.source for slot in self.ui.outputs if (link := self.ui.source(slot))}
        for node in list(self.ui.nodes.values()):
            if self.made.get(node.id) == [] and node.id not in read:
                name = ":".join((*self.path, node.id))
                self.bringer.forget(name)
                self.bringer.vanished = [one for one in self.bringer.vanished if one["id"] != name]
                self.keep(node, self.given(node), {}, {}, "nothing reads it")
