"""From the graph people draw to the one that runs: subgraphs opened, mute and bypass carried out.

The result names nodes by path (``outer/inner``) and links them straight to what makes the value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nodegraph.core_nodes import INPUT, OUTPUT
from nodegraph.errors import PlanError, Problem
from nodegraph.execution.step import Inputs, Scope, Step
from nodegraph.graph import MAX_NODES, SUBGRAPH, Graph, Mode, Node, Source
from nodegraph.sockets import fits
from nodegraph.spec import NodeSpec
from nodegraph.subgraphs import boundary, repeated

NOWHERE: Source = ("", "")
"""What a bypassed node passes on when none of its inputs fits: the link is as if not there."""


@dataclass
class Flat:
    """The graph that runs.

    Attributes:
        nodes: By path, in the order of the graph.
        asleep: Nodes that do not run, and why in a few words: ``it is muted``.
        repeated: Inputs or outputs of one name, which leave open what is meant; by place.
    """

    nodes: dict[str, Step] = field(default_factory=dict[str, Step])
    asleep: dict[str, str] = field(default_factory=dict[str, str])
    repeated: dict[str, Problem] = field(default_factory=dict[str, Problem])


def flatten(graph: Graph) -> Flat:
    """Open all subgraphs and carry out the modes; links end at what makes the value.

    Raises:
        PlanError: The subgraphs open into too many nodes.
    """
    maker = _Flattener()
    maker.scope(Scope(), graph)
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
        self.pending: list[tuple[Scope, Graph]] = []
        self.opened = False

    def scope(self, scope: Scope, graph: Graph) -> None:
        """Take in the nodes of one graph: the document, or one use of a definition."""
        nodes, prefix, specs = list(graph), scope.prefix, dict[str, NodeSpec]()
        modes = _zone_modes(nodes)
        for node in nodes:
            if node.type not in specs:
                specs[node.type] = graph.spec_of(node)
            mode = modes.get(node.zone, node.mode) if node.zone else node.mode
            inputs = graph.inputs(node.id)
            if prefix:
                inputs = _behind(prefix, inputs)
            step = Step(prefix + node.id, node, specs[node.type], scope, inputs)
            if mode != "run" or node.type.startswith(SUBGRAPH):
                self._special(graph, step, mode)
            elif prefix and node.type in (INPUT, OUTPUT):
                self._boundary(step)
            else:
                self.flat.nodes[step.path] = step
        if INPUT in specs or OUTPUT in specs:
            problems = [_repeated(scope, *pair) for pair in repeated(graph)]
            self.flat.repeated |= {problem.path: problem for problem in problems}

    def check_size(self) -> None:
        """Refuse to open definitions that use each other so often that no memory holds them."""
        if len(self.flat.nodes) + len(self.through) > MAX_NODES:
            message = f"the subgraphs open into more than {MAX_NODES:,} nodes; use them less often"
            raise PlanError([Problem("$.subgraphs", message)])

    def _special(self, graph: Graph, step: Step, mode: Mode) -> None:
        if mode == "mute":
            if _leads_out(step):
                self.through[_outside(step)] = (step.path, "")
            self.flat.asleep[step.path] = "it is muted"
        elif _leads_out(step):
            self._boundary(step)
        elif mode == "bypass":
            self._bypass(graph, step)
        else:
            self._use(graph, step)

    def _boundary(self, step: Step) -> None:
        """Link an output inside a subgraph to its use; give an input what its use has set."""
        if _leads_out(step):
            self.through[_outside(step)] = step.inputs.get("value", [NOWHERE])[0]
        elif (step.path, "value") not in self.through:
            if step.path in self.constants:
                step.node = step.node.with_param("default", self.constants[step.path])
            self.flat.nodes[step.path] = step

    def _bypass(self, graph: Graph, step: Step) -> None:
        if step.spec.role == "begin":
            self.flat.asleep[step.path] = "its zone is bypassed"
            return
        if step.spec.role == "end":
            node = step.node
            begin = next((n for n in graph if n.zone == node.zone and n.id != node.id), None)
            if begin is not None:
                inputs = _behind(step.scope.prefix, graph.inputs(begin.id))
                self._pass(step, graph.spec_of(begin), inputs)
                return
        self._pass(step, step.spec, step.inputs)

    def _pass(self, step: Step, taken: NodeSpec, inputs: Inputs) -> None:
        """Give each output the first input of exactly its type, else the first that fits."""
        for name, output in step.spec.outputs.items():
            linked = [
                (socket.type, inputs[n][0]) for n, socket in taken.inputs.items() if n in inputs
            ]
            same = [source for kind, source in linked if kind == output.type]
            fitting = [source for kind, source in linked if fits(kind, output.type)]
            self.through[step.path, name] = (same or fitting or [NOWHERE])[0]
        if not step.spec.known:
            self.flat.asleep[step.path] = "it is bypassed, and its type is unknown here"

    def _use(self, graph: Graph, step: Step) -> None:
        path, name = step.path, step.node.type.removeprefix(SUBGRAPH)
        definition = graph.subgraphs.get(name)
        if definition is None:
            self.flat.nodes[path] = step
            return
        for inner in boundary(definition, INPUT):
            socket = inner.params["name"]
            if socket in step.inputs:
                self.through[f"{path}/{inner.id}", "value"] = step.inputs[socket][0]
            elif inner.params["default"] is None:
                self.through[f"{path}/{inner.id}", "value"] = NOWHERE
            elif socket in step.node.params:
                self.constants[f"{path}/{inner.id}"] = step.node.params[socket]
        self.opened = True
        self.pending.append((Scope(f"{path}/", f"$.subgraphs.{name}"), definition))

    def resolve(self) -> None:
        """Follow every link to what makes its value, and put to sleep what follows a sleeper."""
        if not self.through and not self.flat.asleep and not self.opened:
            return
        for step in self.flat.nodes.values():
            self._resolve_step(step)
        self._sleep()

    def _resolve_step(self, step: Step) -> None:
        resolved: Inputs = {}
        for name, sources in step.inputs.items():
            origins = [origin for origin in map(self._origin, sources) if self._exists(origin[0])]
            if origins:
                resolved[name] = origins
        step.inputs = resolved

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
        for step in self.flat.nodes.values():
            for sources in step.inputs.values():
                for source, _ in sources:
                    followers.setdefault(source, []).append(step.path)
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


def _behind(prefix: str, inputs: Inputs) -> Inputs:
    """Return the inputs of a node inside a subgraph, by path."""
    return {
        name: [(prefix + source, output) for source, output in sources]
        for name, sources in inputs.items()
    }


def _leads_out(step: Step) -> bool:
    """Tell whether a node is an output of the subgraph it is in."""
    return bool(step.scope.prefix) and step.node.type == OUTPUT


def _outside(step: Step) -> Source:
    """Return the socket of the use that an output node inside it feeds."""
    return step.path.rpartition("/")[0], step.node.params["name"]


def _repeated(scope: Scope, node: Node, other: Node) -> Problem:
    kind, name = node.type.removeprefix("graph."), node.params["name"]
    path = scope.prefix + node.id
    message = (
        f"{path} is an {kind} named {name!r}, as {scope.prefix}{other.id} is already; "
        "give one of them another name"
    )
    return Problem(f"{scope.place}.nodes.{node.id}.params.name", message, path, "name")


def _zone_modes(nodes: list[Node]) -> dict[str, Mode]:
    """A mode on either end of a zone is one on the zone; mute is the stronger."""
    modes: dict[str, Mode] = {}
    for node in nodes:
        if node.zone and node.mode != "run" and modes.get(node.zone) != "mute":
            modes[node.zone] = node.mode
    return modes
