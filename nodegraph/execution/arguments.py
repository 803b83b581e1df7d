"""A step: one node made ready to be called many times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args, get_origin, get_type_hints

from nodegraph.declare import COLLECT
from nodegraph.errors import NodegraphError, ParamError
from nodegraph.params import Lazy, Param
from nodegraph.sockets import converter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.declare import NodeType
    from nodegraph.execution.flatten import FlatNode
    from nodegraph.execution.plan import Block
    from nodegraph.graph import Node
    from nodegraph.registry import Registry

Values = tuple[Any, ...]


class Read(NamedTuple):
    """Where a value comes from: a step's index, an output's index, and how it is converted."""

    step: int
    output: int
    convert: Callable[[Any], Any] | None = None


class Socket(NamedTuple):
    """A linked input: its reads, and how they are handed over."""

    name: str
    reads: tuple[Read, ...]
    lazy: bool
    variadic: bool


class Step:
    """One node, with everything a run needs looked up.

    Attributes:
        index: Its place in the plan's list of steps.
        node: As it was when its params were last taken.
        key: Type, version and params that no link drives, as bytes.
        constants: Those params by name.
        sockets: The inputs in the function's order; ``None`` where an optional one has no link.
        driven: Params that links drive.
        needs: The indices of the steps whose values it always reads.
        simple: Plain reads alone, so that calling it needs no thought.
        fingerprinted: Its signature depends on more than the graph.
        block, position: Where it stands in the plan; for a zone's two nodes, where the zone does.
    """

    __slots__ = (
        "block", "constants", "driven", "fingerprinted", "function", "index", "key",
        "needs", "node", "path", "place", "position", "reads", "simple", "sockets",
        "spec", "type",
    )  # fmt: skip

    def __init__(self, index: int, node: FlatNode, node_type: NodeType) -> None:
        self.index, self.path, self.place = index, node.path, node.place
        self.type, self.spec, self.function = node_type, node.spec, node_type.function
        self.position = 0
        self.block: Block
        self.fingerprinted = node_type.fingerprint is not None or bool(node.spec.file_params)
        self.sockets: list[Socket | None] = []
        self.driven: list[tuple[Param, Read]] = []
        self.take(node.node)
        self.reads: tuple[tuple[str, Read], ...] = ()
        self.needs: tuple[int, ...] = ()
        self.simple = True

    def take(self, node: Node) -> None:
        """Take the params of the node as they are now, but for those that links drive."""
        self.node = node
        self.constants: Mapping[str, Any] = node.params
        self.key = node.key
        if self.driven:
            names = {param.name for param, _ in self.driven}
            kept = {name: value for name, value in node.params.items() if name not in names}
            self.constants, self.key = kept, replace(node, params=kept).key

    def call(self, results: list[Values | None], ready: frozenset[str]) -> Any:
        """Call the function with the values its inputs have.

        Args:
            results: Each step's values, by index.
            ready: The lazy inputs whose branch has run.
        """
        if self.simple:
            return self.function(
                *[results[read[0]][read[1]] for _, read in self.reads],  # type: ignore[index]
                **self.constants,
            )
        params: dict[str, Any] = dict(self.constants)
        for param, read in self.driven:
            params[param.name] = self._driven(param, fetch(results, read))
        return self.function(*self.arguments(results, ready), **params)

    def arguments(self, results: list[Values | None], ready: frozenset[str]) -> list[Any]:
        """Return the positional arguments."""
        arguments: list[Any] = []
        for socket in self.sockets:
            if socket is None:
                arguments.append(None)
            elif socket.lazy:
                arguments.append(_lazy(socket, results, ready))
            elif socket.variadic:
                arguments += [fetch(results, read) for read in socket.reads]
            else:
                arguments.append(fetch(results, socket.reads[0]))
        return arguments

    def _driven(self, param: Param, value: Any) -> Any:
        try:
            return param.check(value)
        except NodegraphError as error:
            raise ParamError(f"{param.name}: {error}") from None


def fetch(results: list[Values | None], read: Read) -> Any:
    """Return the value a read finds, converted as its link asks."""
    value = cast("Values", results[read.step])[read.output]
    return value if read.convert is None else read.convert(value)


def _lazy(socket: Socket, results: list[Values | None], ready: frozenset[str]) -> Lazy[Any]:
    if socket.name in ready:
        return Lazy(socket.name, fetch(results, socket.reads[0]), ready=True)
    return Lazy(socket.name)


def pack(step: Step, value: Any, count: int | None = None) -> Values:
    """Return what a node returned as one value an output.

    Args:
        count: How many of the outputs it is for; all by default.

    Raises:
        TypeError: It is not what the node declares.
    """
    names = step.spec.names if count is None else step.spec.names[:count]
    if getattr(value, "_fields", None) == names:
        values: Values = tuple(value)
    elif len(names) == 1:
        values = (value,)
    elif not names and value is None:
        values = ()
    else:
        raise TypeError(f"it returned {type(value).__name__}, not {', '.join(names) or 'nothing'}")
    for given, classes in zip(values, step.spec.classes, strict=False):
        if classes is not None and not isinstance(given, classes):
            _wrong_class(step, values)
    return values


def _wrong_class(step: Step, values: Values) -> None:
    for name, given, classes in zip(step.spec.names, values, step.spec.classes, strict=False):
        if classes is not None and not isinstance(given, classes):
            declared = step.spec.outputs[name].type
            optional = step.spec.outputs[name].optional and given is None
            if not optional:
                raise TypeError(f"{name} is declared {declared}, but is {type(given).__name__}")


def sent(end: Step, results: list[Values | None], collected: list[Any]) -> Any:
    """Return what a zone's end sends back into its generator, and keep what it collects."""
    values: dict[str, Any] = {}
    for socket in end.sockets:
        if socket is not None:
            values[socket.name] = fetch(results, socket.reads[0])
    if COLLECT in values:
        collected.append(values.pop(COLLECT))
    names = [name for name in end.spec.inputs if name != COLLECT]
    record = sent_class(end.function)
    if record is not None:
        return record(**values)
    return values.get(names[0]) if names else None


@cache
def sent_class(function: Callable[..., Any]) -> type | None:
    """Return the NamedTuple that a zone's generator is sent, if it is one."""
    hint = get_args(get_type_hints(function)["return"])[1]
    cls = get_origin(hint) or hint
    return cls if hasattr(cls, "_fields") else None


def make_step(index: int, node: FlatNode, registry: Registry, steps: Mapping[str, Step]) -> Step:
    """Return the step of a node whose sources are steps already."""
    step = Step(index, node, registry[node.spec.id])
    if not node.inputs:
        step.sockets = [None for socket in node.spec.inputs.values() if not socket.variadic]
        step.simple = not step.sockets
        return step
    if not (node.spec.plain and _link_plainly(step, node, steps)):
        _link(step, node, steps)
    return step


def _link_plainly(step: Step, node: FlatNode, steps: Mapping[str, Step]) -> bool:
    """Link a node whose inputs are all there and taken as they are; most nodes are of this kind."""
    if node.inputs.keys() != node.spec.inputs.keys():
        return False
    reads = [
        (name, _read(steps[source], output, socket.type))
        for name, socket in node.spec.inputs.items()
        for source, output in node.inputs[name]
    ]
    if any(read.convert for _, read in reads):
        return False
    step.reads = tuple(reads)
    step.needs = tuple([read.step for _, read in reads])
    return True


def _link(step: Step, node: FlatNode, steps: Mapping[str, Step]) -> None:
    reads: list[tuple[str, Read]] = []
    for name, socket in node.spec.inputs.items():
        if name not in node.inputs:
            if not socket.variadic:
                step.sockets.append(None)
                step.simple = False
            continue
        found = tuple(_read(steps[s], output, socket.type) for s, output in node.inputs[name])
        step.sockets.append(Socket(name, found, socket.lazy, socket.variadic))
        reads += [(name, read) for read in found]
        if socket.lazy or any(read.convert for read in found):
            step.simple = False
    for name, param in node.spec.params.items():
        if name in node.inputs:
            source, output = node.inputs[name][0]
            step.driven.append((param, _read(steps[source], output, param.type)))
            reads.append((name, step.driven[-1][1]))
    if step.driven:
        step.simple = False
        step.take(node.node)
    step.reads = tuple(reads)
    lazy = {socket.name for socket in step.sockets if socket is not None and socket.lazy}
    step.needs = tuple(read.step for name, read in reads if name not in lazy)


def _read(source: Step, output: str, target: str) -> Read:
    outputs = source.spec.outputs
    position = 0 if len(outputs) == 1 else source.spec.names.index(output)
    return Read(source.index, position, converter(outputs[output].type, target))
