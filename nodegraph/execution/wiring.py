"""From links between sockets to reads by index, and how the values reach a node's function."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from nodegraph.errors import NodegraphError, ParamError
from nodegraph.execution.step import Read
from nodegraph.params import Lazy, Param
from nodegraph.sockets import converter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.execution.step import Results, Step, Values
    from nodegraph.graph import Node, Source


class Socket(NamedTuple):
    """A linked input: its reads, and how they are handed over.

    Attributes:
        perhaps: What feeds it, where that may be nothing and the input needs a value.
    """

    name: str
    reads: tuple[Read, ...]
    lazy: bool
    variadic: bool
    perhaps: str = ""


@dataclass(eq=False)
class Wiring:
    """How a step gets its values where they are not just one an input, taken as it is.

    Attributes:
        sockets: The inputs in the function's order; ``None`` where an optional one has no link.
        driven: Params that links drive.
    """

    sockets: list[Socket | None] = field(default_factory=list["Socket | None"])
    driven: list[tuple[Param, Read]] = field(default_factory=list["tuple[Param, Read]"])

    @property
    def linked(self) -> list[Socket]:
        """The inputs that have a link."""
        return [socket for socket in self.sockets if socket is not None]

    @property
    def reads(self) -> tuple[Read, ...]:
        """Every value that may be read."""
        taken = [read for socket in self.linked for read in socket.reads]
        return (*taken, *[read for _, read in self.driven])

    @cached_property
    def needs(self) -> list[int]:
        """The indices of the steps whose values are always read."""
        taken = [read[0] for socket in self.linked if not socket.lazy for read in socket.reads]
        return taken + [read[0] for _, read in self.driven]

    @property
    def names(self) -> frozenset[str]:
        """The params that links drive."""
        return frozenset(param.name for param, _ in self.driven)

    def branch(self, name: str) -> list[int]:
        """Return the indices of the steps that feed an input."""
        return [read[0] for socket in self.linked if socket.name == name for read in socket.reads]

    def undriven(self, node: Node) -> Node:
        """Return the node with those params alone that no link drives."""
        if not self.driven:
            return node
        names = self.names
        kept = {name: value for name, value in node.params.items() if name not in names}
        return replace(node, params=kept)

    def call(self, step: Step, results: Results, ready: frozenset[str]) -> Any:
        """Call the step's function with the values its inputs have.

        Args:
            ready: The lazy inputs whose branch has run.
        """
        params: dict[str, Any] = dict(step.constants)
        for param, read in self.driven:
            params[param.name] = _driven(param, fetch(results, read))
        return step.type.function(*self._arguments(results, ready), **params)

    def _arguments(self, results: Results, ready: frozenset[str]) -> list[Any]:
        arguments: list[Any] = []
        for socket in self.sockets:
            if socket is None:
                arguments.append(None)
            elif socket.lazy:
                arguments.append(_lazy(socket, results, ready))
            elif socket.variadic:
                arguments += [fetch(results, read) for read in socket.reads]
            else:
                arguments.append(_present(socket, fetch(results, socket.reads[0])))
        return arguments


def _present(socket: Socket, value: Any) -> Any:
    if value is None and socket.perhaps:
        raise ParamError(
            f"{socket.name} is empty, since {socket.perhaps} gave nothing; link another output, or "
            "make that node give one"
        )
    return value


def _driven(param: Param, value: Any) -> Any:
    try:
        return param.check(value)
    except NodegraphError as error:
        raise ParamError(f"{param.name}: {error}") from None


def _lazy(socket: Socket, results: Results, ready: frozenset[str]) -> Lazy[Any]:
    if socket.name in ready:
        return Lazy(socket.name, fetch(results, socket.reads[0]), ready=True)
    return Lazy(socket.name)


def fetch(results: Results, read: Read) -> Any:
    """Return the value a read finds, converted as its link asks."""
    source, output, _, convert = read
    value = cast("Values", results[source])[output]
    return value if convert is None else convert(value)


def wire(step: Step, steps: Mapping[str, Step]) -> None:
    """Turn a step's inputs into reads, and take its params.

    Args:
        steps: By path; those that it reads have their index already.
    """
    if not _wire_plainly(step, steps):
        step.wiring = _wiring(step, steps)
        step.reads = step.wiring.reads
    step.inputs = NO_INPUTS
    step.take(step.node)


NO_INPUTS: dict[str, Any] = {}


def _wire_plainly(step: Step, steps: Mapping[str, Step]) -> bool:
    """Wire a step whose inputs are all there and taken as they are; most are of this kind."""
    sockets, inputs = step.spec.inputs, step.inputs
    if not step.spec.plain or len(inputs) != len(sockets):  # none is missing where all must be
        return False
    reads: list[Read] = []
    for name, socket in sockets.items():
        source, output = inputs[name][0]
        read = _read(steps[source], output, name, socket.type)
        if read[3] is not None or steps[source].spec.outputs[output].optional:
            return False
        reads.append(read)
    step.reads = tuple(reads)
    return True


def _wiring(step: Step, steps: Mapping[str, Step]) -> Wiring:
    wiring = Wiring()
    for name, socket in step.spec.inputs.items():
        found = tuple(
            _read(steps[source], output, name, socket.type)
            for source, output in step.inputs.get(name, ())
        )
        if found:
            perhaps = "" if socket.optional else _perhaps(step.inputs[name][0], steps)
            wiring.sockets.append(Socket(name, found, socket.lazy, socket.variadic, perhaps))
        elif not socket.variadic:
            wiring.sockets.append(None)
    for name, param in step.spec.params.items():
        if name in step.inputs:
            source, output = step.inputs[name][0]
            wiring.driven.append((param, _read(steps[source], output, name, param.type)))
    return wiring


def _perhaps(source: Source, steps: Mapping[str, Step]) -> str:
    path, output = source
    return f"{path}.{output}" if steps[path].spec.outputs[output].optional else ""


def _read(source: Step, output: str, name: str, wanted: str) -> Read:
    outputs = source.spec.outputs
    position = 0 if len(outputs) == 1 else source.spec.names.index(output)
    given = outputs[output].type
    convert = None if given == wanted else converter(given, wanted)
    return source.index, position, mark(name, position), convert


@cache
def mark(name: str, position: int) -> bytes:
    """Return what a signature says of a link beside its source: the input and the output."""
    return b"%b\0%d\0" % (name.encode(), position)
