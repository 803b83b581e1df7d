"""Making a subgraph of a selection: one step, and what crosses its edge becomes its sockets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gui.canvas.measure import WIDTH
from gui.document.placing import change, counted, entry, link_key, place
from gui.document.seeds import LOCKED, locked
from gui.scope.region import BESIDE, corner, region
from gui.scope.whole import check_whole
from nodegraph.core_nodes import INPUT, OUTPUT
from nodegraph.edits import AddNode, Batch, Connect, RemoveNode
from nodegraph.errors import GraphError
from nodegraph.form import followed
from nodegraph.graph import SUBGRAPH, Graph, Link, Node
from nodegraph.linking import output_type
from nodegraph.sockets import ANY, has_variable
from nodegraph.subgraph_edits import SetSubgraph
from nodegraph.subgraphs import PARAM_TYPES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from nodegraph.edits import Edit
    from nodegraph.form import Place
    from nodegraph.graph import Source

STEP = 180
"""From one node of the boundary to the next, in scene pixels: they are a little less high."""


def made(graph: Graph, selected: Iterable[str], name: str = "") -> tuple[Batch, str]:
    """Return the edit that puts nodes into a subgraph, and the id of the node that uses it.

    Inputs and outputs of the graph itself stay where they are. The nodes keep ids and places. Their
    parameters that are in the form become the subgraph's, which the form shows in their stead.

    Args:
        graph: A document's, or one of its definitions.
        selected: The nodes.
        name: What the definition is called; a free name by default.

    Raises:
        GraphError: The nodes cannot be taken out as one, in a sentence.
    """
    chosen = {one for one in selected if graph[one].type not in (INPUT, OUTPUT)}
    if not chosen:
        raise GraphError("no nodes are selected; select those to put into a subgraph first")
    check_whole(graph, chosen)
    maker = _Maker(graph, chosen)
    name = free_name(graph, name or "subgraph")
    use = graph.free_id(name)
    x, y = corner(graph, chosen, WIDTH)
    edits: list[Edit] = [SetSubgraph(name, maker.definition())]
    edits += [RemoveNode(node_id) for node_id in sorted(chosen)]
    edits += [
        AddNode(Node(use, SUBGRAPH + name)),
        change(graph, "nodes", use, **maker.seen((x, y))),
    ]
    edits += [Connect(link) for link in maker.outside(use)]
    form = followed(graph, maker.shown(use))
    edits += [] if form is None else [form]
    return Batch(tuple(edits), f"Make a subgraph of {counted(len(chosen), 'node')}"), use


def free_name(graph: Graph, stem: str) -> str:
    """Return the name itself, or the first of ``name_2``, ``name_3`` … that is free."""
    stem = re.sub(r"_\d+$", "", stem) or "subgraph"
    free, number = stem, 2
    while free in graph.subgraphs:
        free, number = f"{stem[:56]}_{number}", number + 1
    return free


class _Maker:
    def __init__(self, graph: Graph, chosen: Collection[str]) -> None:
        self.graph, self.chosen = graph, chosen
        links = {link for one in chosen for link in graph.links_of(one)}
        ordered = sorted(links, key=self._order)
        self.inner = [x for x in ordered if x.source in chosen and x.target in chosen]
        self.entering = [link for link in ordered if link.source not in chosen]
        self.leaving = [link for link in ordered if link.target not in chosen]
        into = [((link.source, link.output), link.input) for link in self.entering]
        out = [((link.source, link.output), link.output) for link in self.leaving]
        self.inputs, self.outputs = _named(into), _named(out)
        self.params = self._published()

    def definition(self) -> Graph:
        """Return what is defined: the nodes as they are, and the boundary."""
        made = Graph(self.graph.catalogue, self.graph.subgraphs)
        view: dict[str, Any] = {}
        for node in self.graph:
            if node.id in self.chosen:
                made.keep(node)
                view[node.id] = dict(entry(self.graph, "nodes", node.id))
        made.view = {"nodes": view, "links": self._bends()}
        for link in self.inner:
            _link(made, link)
        self._add_inputs(made)
        self._add_params(made)
        self._add_outputs(made)
        return made

    def outside(self, use: str) -> list[Link]:
        """Return the links from and to the node that takes the place of the nodes."""
        into = [Link(*source, use, name) for source, name in self.inputs.items()]
        return into + [
            Link(use, self.outputs[link.source, link.output], link.target, link.input, link.index)
            for link in self.leaving
        ]

    def shown(self, use: str) -> dict[Place, Place]:
        """Return where the parameters that are in the form are set from now on."""
        ways = {place: (use, name) for place, name in self.params.items()}
        for source, name in self.inputs.items():
            links = [x for x in self.entering if (x.source, x.output) == source]
            if self._asked(source, links)[1] is not None:
                ways |= {(link.target, link.input): (use, name) for link in links}
        return ways

    def seen(self, pos: tuple[int, int]) -> dict[str, Any]:
        """Return how the use stands, and which of its seeds are locked as they were."""
        kept = [name for (node, param), name in self.params.items()
                if param in locked(self.graph, node)]  # fmt: skip
        return {"pos": [*pos], LOCKED: sorted(kept) or None}

    def _published(self) -> dict[Place, str]:
        """Return a name for each parameter that is in the form and that no link drives."""
        names: dict[Place, str] = {}
        for field in self.graph.form:
            place = field.node, field.param
            if field.node in self.chosen and place not in names and self._free(*place):
                names[place] = free_among({*self.inputs.values(), *names.values()}, field.param)
        return names

    def _free(self, node_id: str, param: str) -> bool:
        """Tell whether a parameter has a value of its own."""
        value = self.graph[node_id].params.get(param)
        return value is not None and param not in self.graph.inputs(node_id)

    def _add_params(self, made: Graph) -> None:
        """Add an input for each published parameter, below those that links enter by."""
        left, top, *_ = region(self.graph, self.chosen)
        for order, ((node_id, param), name) in enumerate(self.params.items(), len(self.inputs)):
            known = self.graph.spec(node_id).params.get(param)
            kind = known.type if known is not None and known.type in PARAM_TYPES else ANY
            value = self.graph[node_id].params[param]
            params = {"name": name, "type": kind, "default": value, "order": order}
            node = boundary_node(made, INPUT, params)
            put_at(made, node.id, left - BESIDE - WIDTH, top + order * STEP)
            _link(made, Link(node.id, "value", node_id, param))

    def _order(self, link: Link) -> tuple[Any, ...]:
        """Return where a link stands among others: by the node it enters or leaves, downwards."""
        inside = link.target if link.target in self.chosen else link.source
        spec, pos = self.graph.spec(inside), place(self.graph, inside).pos or (0.0, 0.0)
        names = [*spec.targets] if inside == link.target else [*spec.outputs]
        socket = link.input if inside == link.target else link.output
        row = names.index(socket) if socket in names else len(names)
        return pos[1], pos[0], inside, row, link.index, link.target, link.input

    def _bends(self) -> dict[str, Any]:
        keys = map(link_key, self.inner)
        return {key: dict(found) for key in keys if (found := entry(self.graph, "links", key))}

    def _add_inputs(self, made: Graph) -> None:
        left, top, *_ = region(self.graph, self.chosen)
        for order, (source, name) in enumerate(self.inputs.items()):
            links = [x for x in self.entering if (x.source, x.output) == source]
            kind, default = self._asked(source, links)
            params = {"name": name, "type": kind, "default": default, "order": order}
            node = boundary_node(made, INPUT, params)
            put_at(made, node.id, left - BESIDE - WIDTH, top + order * STEP)
            for link in links:
                _link(made, Link(node.id, "value", link.target, link.input, link.index))

    def _add_outputs(self, made: Graph) -> None:
        _, top, right, _ = region(self.graph, self.chosen)
        for order, (source, name) in enumerate(self.outputs.items()):
            node = boundary_node(made, OUTPUT, {"name": name, "order": order})
            put_at(made, node.id, right + BESIDE, top + order * STEP)
            _link(made, Link(*source, node.id, "value"))

    def _asked(self, source: Source, links: list[Link]) -> tuple[str, Any]:
        """Return the type of an input, and its default where parameters alone take it."""
        specs = [self.graph.spec(link.target) for link in links]
        kinds = {
            spec.targets.get(link.input, "any") for spec, link in zip(specs, links, strict=True)
        }
        kind = kinds.pop() if len(kinds) == 1 else output_type(self.graph, source)
        kind = output_type(self.graph, source) if has_variable(kind) else kind
        values = [
            self.graph[link.target].params[link.input]
            for spec, link in zip(specs, links, strict=True)
            if link.input in spec.params
        ]
        plain = len(values) == len(links) and kind in PARAM_TYPES
        return ("any" if has_variable(kind) else kind), (values[0] if plain else None)


def boundary_node(made: Graph, kind: str, params: dict[str, Any]) -> Node:
    """Add an input or output node to a graph that nobody else has yet, and return it."""
    stem = re.sub(r"\W", "_", f"{kind.removeprefix('graph.')}_{params['name']}")[:50]
    node = Node(made.free_id(stem), kind, params=params)
    made.put(node)
    return node


def put_at(made: Graph, node_id: str, x: float, y: float) -> None:
    """Say where a node stands, in a graph that nobody else has yet."""
    made.view.setdefault("nodes", {})[node_id] = {"pos": [round(x), round(y)]}


def free_among(taken: Collection[str], wanted: str) -> str:
    """Return a name itself, or the first of ``name_2``, ``name_3`` … that is not taken."""
    number, name = 2, wanted
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def _named(sockets: list[tuple[Source, str]]) -> dict[Source, str]:
    """Return a name of its own for each source: of the first socket it is linked to."""
    names: dict[Source, str] = {}
    for source, wanted in sockets:
        if source not in names:
            names[source] = free_among(names.values(), wanted)
    return names


def _link(made: Graph, link: Link) -> None:
    made.dag.add_edge(link.source, link.target, (link.output, link.input, link.index))
