"""From the graph people draw to the one that runs: subgraphs opened, mute and bypass carried out.

The result names nodes by path (``outer/inner``) and links them straight to what makes the value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodegraph.core_nodes import INPUT, OUTPUT
from nodegraph.errors import PlanError, Problem
from nodegraph.graph import MAX_NODES, SUBGRAPH, Graph, Mode, Node, Source
from nodegraph.sockets import fits
from nodegraph.subgraphs import boundary, repeated

if TYPE_CHECKING:
    from nodegraph.spec import NodeSpec

NOWHERE: Source = ("", "")
"""What a bypassed node passes on when none of its inputs fits: the link is as if not there."""


class FlatNode:
    """A node that may run.

    Attributes:
        path: Its id, behind those of the subgraphs around it.
        place: Where it stands in the file, ``$.nodes.noise``.
        inputs: For each linked input the outputs that feed it, by path.
        zone: The zone's id behind the subgraphs around it, for a begin or an end.
    """

    __slots__ = ("inputs", "node", "path", "place", "spec", "zone")

    def __init__(self, path: str, place: str, node: Node, spec: NodeSpec, zone: str) -> None:
        self.path, self.place, self.node, self.spec, self.zone = path, place, node, spec, zone
        self.inputs: dict[str, list[Source]] = {}


@dataclass
class Flat:
    """The graph that runs.

    Attributes:
        nodes: By path, in the order of the graph.
        asleep: Nodes that do not run, and why in a few words: ``it is muted``.
        repeated: Inputs or outputs of one name, which leave open what is meant; by place.
    """

    nodes: dict[str, FlatNode] = field(default_factory=dict[str, FlatNode])
    asleep: dict[str, str] = field(default_factory=dict[str, str])
    repeated: dict[str, Problem] = field(default_factory=dict[str, Problem])


def flatten(graph: Graph) -> Flat:
    """Open all subgraphs and carry out the modes; links end at what makes the value.

    Raises:
        PlanError: The subgraphs open into too many nodes.
    """
    maker = _Flattener()
    maker.scope("", "$", graph)
    while maker.pending:
        maker.scope(*maker.pending.pop())
        maker.check_size()
    maker.resolve()
    return maker.flat


class _Flattener:
    def __init__(self) -> None:
        self.flat = Flat()
        self.through: dict[Source, Source] = {}
        self.constants: dict[str, Any] = {}
        self.pending: list[tuple[str, str, Graph]] = []
        self.opened = False

    def scope(self, prefix: str, place: str, graph: Graph) -> None:
        """Take in the nodes of one graph: the document, or one use of a definition."""
        modes = _zone_modes(graph)
        for node, other in repeated(graph):
            problem = _repeated(prefix, place, node, other)
            self.flat.repeated[problem.path] = problem
        for node in graph:
            mode = modes.get(node.zone, node.mode) if node.zone else node.mode
            path = prefix + node.id
            spec = graph.spec_of(node)
            inputs = graph.inputs(node.id)
            if prefix:
                inputs = {
                    name: [(prefix + source, output) for source, output in sources]
                    for name, sources in inputs.items()
                }
            if mode == "run" and (path, "value") in self.through:
                continue
            leads_out = bool(prefix) and node.type == OUTPUT
            if mode == "run" and not leads_out and not node.type.startswith(SUBGRAPH):
                zone = prefix + node.zone if node.zone else ""
                flat = FlatNode(path, f"{place}.nodes.{node.id}", self._own(path, node), spec, zone)
                flat.inputs = inputs
                self.flat.nodes[path] = flat
            else:
                self._special(graph, node, mode, path, spec, inputs)

    def check_size(self) -> None:
        """Refuse to open definitions that use each other so often that no memory holds them."""
        if len(self.flat.nodes) + len(self.through) > MAX_NODES:
            message = f"the subgraphs open into more than {MAX_NODES:,} nodes; use them less often"
            raise PlanError([Problem("$.subgraphs", message)])

    def _own(self, path: str, node: Node) -> Node:
        """Give an input node inside a subgraph the value its use has set."""
        if path not in self.constants:
            return node
        return node.with_param("default", self.constants[path])

    def _special(
        self,
        graph: Graph,
        node: Node,
        mode: Mode,
        path: str,
        spec: NodeSpec,
        inputs: dict[str, list[Source]],
    ) -> None:
        if node.type == OUTPUT and "/" in path:
            sources = inputs.get("value", [NOWHERE])
            self.through[_outside(path, node)] = (path, "") if mode == "mute" else sources[0]
        if mode == "mute":
            self.flat.asleep[path] = "it is muted"
        elif node.type == OUTPUT and "/" in path:
            return
        elif mode == "bypass":
            self._bypass(graph, node, path, spec, inputs)
        else:
            self._use(graph, node, path, inputs)

    def _bypass(
        self,
        graph: Graph,
        node: Node,
        path: str,
        spec: NodeSpec,
        inputs: dict[str, list[Source]],
    ) -> None:
        if spec.role == "begin":
            self.flat.asleep[path] = "its zone is bypassed"
            return
        if spec.role == "end":
            begin = next((n for n in graph if n.zone == node.zone and n.id != node.id), None)
            prefix = path.removesuffix(node.id)
            if begin is not None:
                spec_in, raw = graph.spec_of(begin), graph.inputs(begin.id)
                inputs = {n: [(prefix + s, o) for s, o in raw[n]] for n in raw}
                self._pass(path, spec, spec_in, inputs)
                return
        self._pass(path, spec, spec, inputs)

    def _pass(
        self, path: str, spec: NodeSpec, taken: NodeSpec, inputs: dict[str, list[Source]]
    ) -> None:
        """Give each output the first input of exactly its type, else the first that fits."""
        for name, output in spec.outputs.items():
            linked = [
                (socket.type, inputs[n][0]) for n, socket in taken.inputs.items() if n in inputs
            ]
            same = [source for kind, source in linked if kind == output.type]
            fitting = [source for kind, source in linked if fits(kind, output.type)]
            self.through[path, name] = (same or fitting or [NOWHERE])[0]
        if not spec.known:
            self.flat.asleep[path] = "it is bypassed, and its type is unknown here"

    def _use(self, graph: Graph, node: Node, path: str, inputs: dict[str, list[Source]]) -> None:
        name = node.type.removeprefix(SUBGRAPH)
        definition = graph.subgraphs.get(name)
        if definition is None:
            spec = graph.spec_of(node)
            self.flat.nodes[path] = FlatNode(path, f"$.nodes.{node.id}", node, spec, "")
            return
        for inner in boundary(definition, INPUT):
            socket = inner.params["name"]
            if socket in inputs:
                self.through[f"{path}/{inner.id}", "value"] = inputs[socket][0]
            elif inner.params["default"] is None:
                self.through[f"{path}/{inner.id}", "value"] = NOWHERE
            elif socket in node.params:
                self.constants[f"{path}/{inner.id}"] = node.params[socket]
        self.opened = True
        self.pending.append((f"{path}/", f"$.subgraphs.{name}", definition))

    def resolve(self) -> None:
        """Follow every link to what makes its value, and put to sleep what follows a sleeper."""
        if not self.through and not self.flat.asleep and not self.opened:
            return
        for node in self.flat.nodes.values():
            self._resolve_node(node)
        self._sleep()

    def _resolve_node(self, node: FlatNode) -> None:
        resolved: dict[str, list[Source]] = {}
        for name, sources in node.inputs.items():
            origins = [origin for origin in map(self._origin, sources) if self._exists(origin[0])]
            if origins:
                resolved[name] = origins
        node.inputs = resolved

    def _exists(self, path: str) -> bool:
        """Tell a node from ``NOWHERE``, and from an output that its subgraph has no more."""
        return path in self.flat.nodes or path in self.flat.asleep

    def _origin(self, source: Source) -> Source:
        for _ in range(len(self.through) + 1):
            if source not in self.through:
                return source
            source = self.through[source]
        return NOWHERE

    def _sleep(self) -> None:
        """Everything after a muted node sleeps too, and leaves the graph that runs."""
        followers: dict[str, list[str]] = {}
        for node in self.flat.nodes.values():
            for sources in node.inputs.values():
                for source, _ in sources:
                    followers.setdefault(source, []).append(node.path)
        stack = list(self.flat.asleep)
        while stack:
            path = stack.pop()
            root = self.flat.asleep[path]
            reason = root if root.startswith("it follows") else f"it follows {path}: {root}"
            for follower in followers.get(path, ()):
                if follower not in self.flat.asleep:
                    self.flat.asleep[follower] = reason
                    stack.append(follower)
        for path in self.flat.asleep:
            self.flat.nodes.pop(path, None)


def _outside(path: str, node: Node) -> Source:
    """Return the socket of the use that an output node inside it feeds."""
    return path.rpartition("/")[0], node.params["name"]


def _repeated(prefix: str, place: str, node: Node, other: Node) -> Problem:
    kind, name = node.type.removeprefix("graph."), node.params["name"]
    message = (
        f"{prefix}{node.id} is an {kind} named {name!r}, as {prefix}{other.id} is already; "
        "give one of them another name"
    )
    return Problem(f"{place}.nodes.{node.id}.params.name", message, prefix + node.id, "name")


def _zone_modes(graph: Graph) -> dict[str, Mode]:
    """A mode on either end of a zone is one on the zone; mute is the stronger."""
    modes: dict[str, Mode] = {}
    for node in graph:
        if node.zone and node.mode != "run" and modes.get(node.zone) != "mute":
            modes[node.zone] = node.mode
    return modes
