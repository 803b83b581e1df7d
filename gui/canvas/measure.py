"""Where everything on a node stands: header, sockets, parameters, thumbnail.

A layout depends on the node's type, its width and what is folded away, never on values, so that
nodes of one type share it. All coordinates are scene pixels from the node's top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from nodegraph.sockets import ANY
from nodegraph.spec import Input, NodeSpec, Output

if TYPE_CHECKING:
    from nodegraph.graph import Graph, Node
    from nodegraph.params import Param

WIDTH, NARROWEST = 220, 140
HEADER, ROW, PAD = 28, 24, 8
FIELD, GAP = 24, 4
LINES = 3
"""Lines of a text of several lines that are shown."""

LINE = 16
ADVICE = 52
"""Height that what is said on nodes of unknown type takes."""

INSET = 10
"""Between a field and the node's side."""


@dataclass(frozen=True, slots=True)
class Socket:
    """A socket as it is drawn.

    Attributes:
        param: It is that of a parameter, which any link may drive.
        hollow: It may stay without a link.
    """

    name: str
    type: str
    x: float
    y: float
    param: bool = False
    hollow: bool = False
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as it is drawn: a painted field with its name and value."""

    param: Param
    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point is on it."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


@dataclass(frozen=True, eq=False)
class Layout:
    """Where everything on nodes of one type stands.

    Attributes:
        spec: What is shown; for an unknown type, the sockets its links speak of.
        thumbnail: Top of the picture area; 0 where there is none.
    """

    spec: NodeSpec
    width: float
    height: float
    inputs: dict[str, Socket] = field(default_factory=dict[str, Socket])
    outputs: dict[str, Socket] = field(default_factory=dict[str, Socket])
    fields: dict[str, Field] = field(default_factory=dict[str, Field])
    thumbnail: float = 0.0
    collapsed: bool = False

    @cached_property
    def anchors(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where links of sockets end that the type no longer has: left and right of the header."""
        return (0.0, HEADER / 2), (self.width, HEADER / 2)

    def input_at(self, name: str) -> tuple[float, float]:
        """Return where a link to an input ends."""
        socket = self.inputs.get(name)
        return self.anchors[0] if socket is None else (socket.x, socket.y)

    def output_at(self, name: str) -> tuple[float, float]:
        """Return where a link from an output begins."""
        socket = self.outputs.get(name)
        return self.anchors[1] if socket is None else (socket.x, socket.y)


@dataclass(frozen=True, slots=True)
class Form:
    """What decides a node's layout besides its type.

    Attributes:
        width: Scene pixels, 0 for the usual.
        height: The least it is high; what is left goes to the thumbnail or the last text.
        thumbnail: Height of the picture area, 0 for none.
    """

    width: float = 0.0
    height: float = 0.0
    thumbnail: float = 0.0
    collapsed: bool = False


def layout_of(spec: NodeSpec, form: Form) -> Layout:
    """Return the layout of nodes of a type; those of equal form share one."""
    return _Kept(spec).laid_out(form)


class _Kept:
    """A specification by identity, since it is not hashable and is never copied."""

    __slots__ = ("spec",)

    def __init__(self, spec: NodeSpec) -> None:
        self.spec = spec

    def __hash__(self) -> int:
        return id(self.spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.spec is self.spec

    @lru_cache(maxsize=2048)  # noqa: B019 - the specifications live as long as the catalogue
    def laid_out(self, form: Form) -> Layout:
        return _folded(self.spec, form) if form.collapsed else _open(self.spec, form)


def _folded(spec: NodeSpec, form: Form) -> Layout:
    """Lay out a header alone, with every socket in the middle of its sides."""
    width, middle = max(form.width or WIDTH, NARROWEST), HEADER / 2
    inputs = {name: Socket(name, kind, 0, middle) for name, kind in spec.targets.items()}
    outputs = {
        name: Socket(name, output.type, width, middle) for name, output in spec.outputs.items()
    }
    return Layout(spec, width, HEADER, inputs, outputs, collapsed=True)


def _open(spec: NodeSpec, form: Form) -> Layout:
    width = max(form.width or WIDTH, NARROWEST)
    inputs = {
        one.name: Socket(
            one.name, one.type, 0, _row(index), hollow=one.optional, variadic=one.variadic
        )
        for index, one in enumerate(spec.inputs.values())
    }
    outputs = {
        one.name: Socket(one.name, one.type, width, _row(index), hollow=one.optional)
        for index, one in enumerate(spec.outputs.values())
    }
    rows = max(len(inputs), len(outputs))
    top = (
        (0 if spec.known else ADVICE)
        + HEADER
        + PAD / 2
        + rows * ROW
        + (GAP if rows and spec.params else 0)
    )
    fields, bottom = _fields(spec, width, top, _spare(spec, form, top))
    inputs |= {name: _driven(one) for name, one in fields.items()}
    thumbnail = bottom if form.thumbnail else 0.0
    height = max(bottom + form.thumbnail + PAD - (GAP if fields else PAD / 2), form.height)
    return Layout(spec, width, height, inputs, outputs, fields, thumbnail)


def _row(index: int) -> float:
    return HEADER + PAD / 2 + ROW * index + ROW / 2


def _driven(one: Field) -> Socket:
    return Socket(one.param.name, one.param.type, 0, one.y + FIELD / 2, param=True, hollow=True)


def _fields(
    spec: NodeSpec, width: float, top: float, spare: float
) -> tuple[dict[str, Field], float]:
    """Stack the fields; the last text of several lines takes what height is spare."""
    tall = [name for name, param in spec.params.items() if param.widget == "multiline"]
    fields: dict[str, Field] = {}
    for name, param in spec.params.items():
        height = field_height(param) + (spare if tall and name == tall[-1] else 0.0)
        fields[name] = Field(param, INSET, top, width - 2 * INSET, height)
        top += height + GAP
    return fields, top


def _spare(spec: NodeSpec, form: Form, top: float) -> float:
    used = sum(field_height(param) + GAP for param in spec.params.values())
    return max(form.height - top - used - form.thumbnail - PAD + GAP, 0.0)


def field_height(param: Param) -> float:
    """Return the height of a parameter's field."""
    return LINES * LINE + PAD if param.widget == "multiline" else FIELD


def shown_spec(graph: Graph, node: Node) -> NodeSpec:
    """Return what a node shows: of an unknown type, the sockets that its links speak of."""
    spec = graph.spec_of(node)
    if spec.known:
        return spec
    links = graph.links_of(node.id)
    inputs = sorted({link.input for link in links if link.target == node.id})
    outputs = sorted({link.output for link in links if link.source == node.id})
    return _unknown(spec.id, spec.version, tuple(inputs), tuple(outputs))


@lru_cache(maxsize=512)
def _unknown(
    type_id: str, version: int, inputs: tuple[str, ...], outputs: tuple[str, ...]
) -> NodeSpec:
    return NodeSpec(
        id=type_id,
        version=version,
        title=type_id,
        inputs={name: Input(name, ANY, optional=True) for name in inputs},
        outputs={name: Output(name, ANY) for name in outputs},
        known=False,
    )
