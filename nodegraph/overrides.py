"""Overrides and sweeps: ``node.param=value``, typed by the node's own declaration.

What the workflow's form shows goes by the field's name too: ``prompt=value``; what stands in a
subgraph's definition, and so in every use of it, by ``definition/node.param``.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nodegraph.errors import NodegraphError, OverrideError, did_you_mean
from nodegraph.sockets import item_of

if TYPE_CHECKING:
    from nodegraph.graph import Graph, Node
    from nodegraph.params import Param

MAX_SWEEP = 10_000
RANGE = re.compile(r"(-?\d{1,20})\.\.(-?\d{1,20})(?:\.\.(-?\d{1,20}))?")


def override(graph: Graph, values: Mapping[str, Any]) -> Graph:
    """Return a copy of the graph with parameters set.

    Args:
        values: By ``node.param`` or the name of a field, each already of the parameter's type.

    Raises:
        OverrideError: There is no such node or parameter, or the value does not fit.
    """
    copy = graph.copy()
    for place, value in values.items():
        node, param = find(copy, place)
        try:
            checked = param.check(value)
        except NodegraphError as error:
            raise OverrideError(f"{place}: {error}") from None
        scope, _ = _scope(copy, _place(copy, place))
        scope.put(node.with_param(param.name, checked))
        scope.revision += 1
    return copy


def parse_setting(graph: Graph, text: str) -> tuple[str, Any]:
    """Read ``node.param=value``, the value as its parameter's type wants it.

    Raises:
        OverrideError: It is not of that form, names nothing, or does not fit.
    """
    place, equals, value = text.partition("=")
    if not equals or not place:
        raise OverrideError(f"{text!r} is no setting; write NODE.PARAM=VALUE or NAME=VALUE")
    return named(graph, place), _typed(place, find(graph, place)[1], value)


def parse_sweep(graph: Graph, text: str) -> tuple[str, list[Any]]:
    """Read ``node.param=1..8``, ``=1..9..2`` or ``=a,b,c``.

    Raises:
        OverrideError: It is not of that form, names nothing, or a value does not fit.
    """
    place, equals, values = text.partition("=")
    if not equals or not place or not values:
        raise OverrideError(f"{text!r} is no sweep; write NODE.PARAM=1..8 or NODE.PARAM=a,b,c")
    _, param = find(graph, place)
    bounds = RANGE.fullmatch(values)
    if bounds and param.type in ("int", "float"):
        first, last, step = int(bounds[1]), int(bounds[2]), int(bounds[3] or 1)
        texts = _counted(text, first, last, step)
    else:
        texts = values.split(",")
    return named(graph, place), [_typed(place, param, one.strip()) for one in texts]


def _counted(text: str, first: int, last: int, step: int) -> list[str]:
    if step == 0 or (last - first) * step < 0:
        raise OverrideError(f"{text!r} counts nothing; write FIRST..LAST or FIRST..LAST..STEP")
    numbers = range(first, last + (1 if step > 0 else -1), step)
    if len(numbers) > MAX_SWEEP:
        raise OverrideError(f"{text!r} makes {len(numbers):,} runs; {MAX_SWEEP:,} are allowed")
    return [str(number) for number in numbers]


def grid(sweeps: Sequence[tuple[str, list[Any]]]) -> Iterator[dict[str, Any]]:
    """Yield every combination of the sweeps' values, the last changing fastest.

    Raises:
        OverrideError: There are too many.
    """
    count = 1
    for _, values in sweeps:
        count *= len(values)
    if count > MAX_SWEEP:
        raise OverrideError(f"the sweeps make {count:,} runs; {MAX_SWEEP:,} are allowed")
    places = [place for place, _ in sweeps]
    for values in itertools.product(*(values for _, values in sweeps)):
        yield dict(zip(places, values, strict=True))


def find(graph: Graph, place: str) -> tuple[Node, Param]:
    """Return the node and parameter that a place names, or a field of the form.

    Raises:
        OverrideError: There is none; the nearest name is suggested.
    """
    scope, rest = _scope(graph, _place(graph, place))
    node_id, _, name = rest.rpartition(".")
    if node_id not in scope:
        raise OverrideError(f"there is no node {node_id!r}{did_you_mean(node_id, scope.dag)}")
    spec = scope.spec(node_id)
    if name not in spec.params:
        hint = did_you_mean(name, spec.params)
        known = f"; it has {', '.join(spec.params)}" if spec.params else "; it has none"
        raise OverrideError(f"{node_id} ({spec.id}) has no parameter {name!r}{hint or known}")
    if name in scope.inputs(node_id):
        source, output = scope.inputs(node_id)[name][0]
        raise OverrideError(f"{place} is driven by the link from {source}.{output}; set that one")
    return scope[node_id], spec.params[name]


def named(graph: Graph, place: str) -> str:
    """Return ``node.param`` of what a place or the name of a field of the form means.

    Raises:
        OverrideError: It means nothing.
    """
    find(graph, place)
    return _place(graph, place)


def _scope(graph: Graph, place: str) -> tuple[Graph, str]:
    """Return the graph that a place is in, the definition's where it names one, and the rest."""
    name, slash, rest = place.rpartition("/")
    if not slash:
        return graph, place
    if name not in graph.subgraphs:
        raise OverrideError(f"there is no subgraph {name!r}{did_you_mean(name, graph.subgraphs)}")
    return graph.subgraphs[name], rest


def _place(graph: Graph, place: str) -> str:
    """Return ``node.param``, of the name of a field too."""
    if "." in place:
        return place
    fields = {field.name: field for field in graph.form}
    if place not in fields:
        hint = did_you_mean(place, fields)
        known = f"it has {', '.join(fields)}" if fields else "write NODE.PARAM"
        raise OverrideError(f"the form has no {place!r}{hint or f'; {known}'}")
    return f"{fields[place].node}.{fields[place].param}"


def drawn(before: Graph, after: Graph) -> dict[str, Any]:
    """Return the parameters that differ between two graphs of the same nodes."""
    if before is after:
        return {}
    scopes = [("", before, after)]
    scopes += [(f"{name}/", one, after.subgraphs[name]) for name, one in before.subgraphs.items()]
    return {
        f"{prefix}{node.id}.{name}": value
        for prefix, old, new in scopes
        for node in new
        for name, value in node.params.items()
        if value != old[node.id].params.get(name)
    }


def _typed(place: str, param: Param, text: str) -> Any:
    """Read a text as the parameter's type; text itself needs no quotes."""
    try:
        return param.check(_value(param, text))
    except NodegraphError as error:
        raise OverrideError(f"{place}: {error}") from None


def _value(param: Param, text: str) -> Any:
    if param.type == "str" or param.choices or text == "random":
        return text
    if param.type == "bool":
        return {
            "true": True,
            "yes": True,
            "on": True,
            "false": False,
            "no": False,
            "off": False,
        }.get(text.lower(), text)
    try:
        return json.loads(text, parse_constant=lambda name: name)
    except (ValueError, RecursionError):
        if item_of(param.type) is not None:
            return [_number(one) for one in text.split(",")]
        return text


def _number(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=lambda name: name)
    except (ValueError, RecursionError):
        return text
