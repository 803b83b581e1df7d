"""A step: one node of the graph that runs.

``flatten`` makes it, ``plan`` numbers it and turns what feeds it into reads by index, a run calls
it. A large graph is many of these, so that a step has no object of its own which it does not need.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nodegraph.declare import NodeType
    from nodegraph.execution.blocks import Block, Loop
    from nodegraph.execution.wiring import Wiring
    from nodegraph.graph import Node, Source
    from nodegraph.spec import NodeSpec

Inputs: TypeAlias = "dict[str, list[Source]]"
"""For each linked input the outputs that feed it, by path."""

Values: TypeAlias = tuple[Any, ...]
Results: TypeAlias = "list[Values | None]"
"""Each step's values, by index; ``None`` where there are none."""

Read: TypeAlias = tuple[int, int, bytes, "Callable[[Any], Any] | None"]
"""Where a value comes from: the index of a step, the index of its output, what a signature says
of the link, and how the value is converted. A bare tuple, since there is one for every link."""


class Scope(NamedTuple):
    """Where nodes stand: in the document, or in one use of a subgraph.

    Attributes:
        prefix: Stands before their ids in a path, ``outer/``.
        place: The graph they are in, in the file: ``$`` or ``$.subgraphs.NAME``.
    """

    prefix: str = ""
    place: str = "$"


class Step:
    """One node of the graph that runs.

    Attributes:
        path: Its id, behind those of the subgraphs around it.
        node: As it was when its params were last taken.
        inputs: What feeds it; empty once there are reads.

        index: Its place in the plan's list of steps.
        type: What is installed here under the specification's id.
        key: Type, version and params that no link drives, as bytes.
        constants: Those params by name.
        reads: Every value it may read, in the function's order; then those that drive params.
        wiring: How it gets its values where calling it needs thought; of most steps none.

        block: The body of the zone it runs in; none at the top level. A zone's two nodes run where
            the zone does.
        loop: The zone whose begin, end or body it is, innermost; none at the top level.
        position: Its place in the block; for a zone's two nodes, the zone's.
        frees: The indices of the steps whose values nobody reads after it.
    """

    __slots__ = (
        "block", "constants", "frees", "index", "inputs", "key", "loop", "node", "path",
        "position", "reads", "scope", "spec", "type", "wiring",
    )  # fmt: skip

    index: int
    position: int
    type: NodeType
    key: bytes
    constants: Mapping[str, Any]
    reads: tuple[Read, ...]

    def __init__(self, path: str, node: Node, spec: NodeSpec, scope: Scope, inputs: Inputs) -> None:
        self.path, self.node, self.spec, self.scope, self.inputs = path, node, spec, scope, inputs
        self.wiring: Wiring | None = None
        self.block: Block | None = None
        self.loop: Loop | None = None
        self.frees: tuple[int, ...] = ()

    @property
    def place(self) -> str:
        """Where it stands in the file, ``$.nodes.noise``."""
        return f"{self.scope.place}.nodes.{self.node.id}"

    @property
    def zone(self) -> str:
        """The zone's id behind the subgraphs around it, for a begin or an end."""
        return self.scope.prefix + self.node.zone if self.node.zone else ""

    @property
    def fingerprinted(self) -> bool:
        """Whether its signature depends on more than the graph: files, time, randomness."""
        return self.type.fingerprint is not None or bool(self.spec.file_params)

    @property
    def needs(self) -> Sequence[int]:
        """The indices of the steps whose values it always reads."""
        return [read[0] for read in self.reads] if self.wiring is None else self.wiring.needs

    def take(self, node: Node) -> None:
        """Take the params of the node as they are now, but for those that links drive."""
        self.node = node
        if self.wiring is not None:
            node = self.wiring.undriven(node)
        self.constants, self.key = node.params, node.key

    def call(self, results: Results, ready: Mapping[int, frozenset[str]]) -> Any:
        """Call the function with the values its inputs have.

        Args:
            ready: The lazy inputs whose branch has run, by the index of their step.
        """
        if self.wiring is not None:
            return self.wiring.call(self, results, ready.get(self.index, frozenset()))
        return self.type.function(
            *[results[source][output] for source, output, _, _ in self.reads],  # type: ignore[index]
            **self.constants,
        )
