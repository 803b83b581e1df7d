"""What a node type is, as plain data: all that the editor, the file and the checks need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from nodegraph.params import Param
from nodegraph.sockets import checker, has_variable

Role = Literal["node", "begin", "end"]


@dataclass(frozen=True, slots=True)
class Input:
    """An input socket.

    Attributes:
        type: Canonical type text, see ``nodegraph.sockets``.
        optional: It may stay without a link.
        lazy: Its branch runs only when the node asks for it.
        variadic: It takes any number of links, in order.
    """

    name: str
    type: str
    optional: bool = False
    lazy: bool = False
    variadic: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """An output socket; an optional one may give ``None``."""

    name: str
    type: str
    optional: bool = False


@dataclass(frozen=True)
class NodeSpec:
    """A node type as data.

    Attributes:
        id: ``family.name``; permanent, since files contain it.
        version: Raised when the meaning of its params changes; old ones are migrated.
        summary: The docstring's first line, the tooltip.
        effect: It acts on the world (saves, shows), so it is what a run is for.
        role: ``begin`` and ``end`` are the two nodes of a zone.
        pair: For a zone node, the type id of the other one.
        independent: No turn of the zone depends on another, so that each is cached by itself.
        known: False for a placeholder, whose type nobody here knows.
    """

    id: str
    version: int = 1
    title: str = ""
    summary: str = ""
    help: str = ""
    inputs: Mapping[str, Input] = field(default_factory=dict[str, Input])
    params: Mapping[str, Param] = field(default_factory=dict[str, Param])
    outputs: Mapping[str, Output] = field(default_factory=dict[str, Output])
    effect: bool = False
    role: Role = "node"
    pair: str = ""
    independent: bool = False
    known: bool = True

    @cached_property
    def category(self) -> str:
        """The family: what stands before the first dot."""
        return self.id.partition(".")[0]

    @cached_property
    def targets(self) -> dict[str, str]:
        """Everything a link may end at, with its type; a parameter may be driven by a link."""
        inputs = {name: socket.type for name, socket in self.inputs.items()}
        return inputs | {name: param.type for name, param in self.params.items()}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the outputs."""
        return tuple(self.outputs)

    @cached_property
    def classes(self) -> tuple[tuple[type, ...] | None, ...]:
        """For each output the classes its value may be of; ``None`` where anything goes."""
        return tuple(checker(output.type) for output in self.outputs.values())

    @cached_property
    def plain(self) -> bool:
        """Whether every input takes one value, always, as soon as it is there."""
        return not any(s.lazy or s.variadic or s.optional for s in self.inputs.values())

    @cached_property
    def generic(self) -> bool:
        """Whether any socket mentions a type variable."""
        outputs = (output.type for output in self.outputs.values())
        return any(has_variable(text) for text in (*self.targets.values(), *outputs))

    @cached_property
    def file_params(self) -> tuple[str, ...]:
        """The parameters that name a file or folder the node reads."""
        found = self.params.items()
        return tuple(n for n, param in found if param.names_file or param.widget == "folder")

    def variadic(self, name: str) -> bool:
        """Tell whether an input takes several links; a placeholder's never refuses one."""
        return name in self.inputs and self.inputs[name].variadic


def placeholder(type_id: str, version: int) -> NodeSpec:
    """Return the specification of a type nobody here knows: it takes and gives anything."""
    return NodeSpec(
        id=type_id,
        version=version,
        title=type_id,
        summary=f"Unknown node type {type_id!r}: kept as it is, but it cannot run here.",
        known=False,
    )


def complete(spec: NodeSpec, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the params with what was left out at its default; a placeholder's are left alone."""
    if not spec.known:
        return dict(params)
    return {name: params.get(name, param.default) for name, param in spec.params.items()}
