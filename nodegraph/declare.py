"""Turn a typed function into a node type. The signature is the only declaration."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from nodegraph.errors import NodegraphError
from nodegraph.params import Lazy, Param, describe_param
from nodegraph.sockets import type_text
from nodegraph.spec import Input, NodeSpec, Output

Migration = Callable[[dict[str, Any]], dict[str, Any]]
Fingerprint = Callable[..., str | None]

ALWAYS = None
"""A fingerprint that never matches: the node runs every time."""

COLLECT, COLLECTED = "collect", "collected"


@dataclass(frozen=True)
class NodeType:
    """A specification and, here, the function that runs it.

    Attributes:
        function: Called with the inputs by position and the params by name; for a zone, both its
            nodes hold the one generator function.
        fingerprint: Called with the params that carry no link; what it returns joins the
            signature, ``ALWAYS`` makes the node run every time.
        migrations: From each older version of the params to the next.
    """

    spec: NodeSpec
    function: Callable[..., Any]
    fingerprint: Fingerprint | None = None
    migrations: Mapping[int, Migration] = field(default_factory=dict[int, Migration])


@dataclass(frozen=True, slots=True)
class Traits:
    """What ``@node`` is told beyond the signature."""

    version: int = 1
    effect: bool = False
    fingerprint: Fingerprint | None = None
    migrations: Mapping[int, Migration] = field(default_factory=dict[int, Migration])
    title: str = ""
    independent: bool = False


def describe(type_id: str, function: Callable[..., Any], traits: Traits) -> list[NodeType]:
    """Read a node function: one node type, or the two of a zone when it is a generator.

    Raises:
        TypeError: The signature does not say all that a node type needs.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", type_id):
        raise TypeError(f"{type_id!r} is no type id; write family.name in lower case")
    hints = get_type_hints(function, include_extras=True)
    if "return" not in hints:
        raise TypeError(f"{type_id}: say what it returns, None included")
    doc = inspect.getdoc(function) or ""
    base = NodeSpec(
        id=type_id,
        version=traits.version,
        title=traits.title or type_id.rpartition(".")[2].replace("_", " ").capitalize(),
        summary=doc.partition("\n")[0],
        help=doc,
        inputs=_inputs(function, hints, doc),
        params=_params(function, hints, doc),
        effect=traits.effect,
    )
    result = hints["return"]
    specs = (
        _zone(base, result, traits) if get_origin(result) is Generator else [_with(base, result)]
    )
    return [NodeType(spec, function, traits.fingerprint, traits.migrations) for spec in specs]


def _inputs(function: Callable[..., Any], hints: dict[str, Any], doc: str) -> dict[str, Input]:
    found: dict[str, Input] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY:
            continue
        _check_input(parameter, hints)
        hint = hints[parameter.name]
        lazy = get_origin(hint) is Lazy
        found[parameter.name] = Input(
            name=parameter.name,
            type=type_text(get_args(hint)[0] if lazy else hint),
            optional=parameter.default is not parameter.empty,
            lazy=lazy,
            variadic=parameter.kind is parameter.VAR_POSITIONAL,
            help=_arg_help(doc, parameter.name),
        )
    return found


def _check_input(parameter: inspect.Parameter, hints: dict[str, Any]) -> None:
    name = parameter.name
    if name not in hints:
        raise TypeError(f"say the type of {name!r}")
    if parameter.kind is parameter.VAR_KEYWORD:
        raise TypeError(f"{name!r} takes any keywords; name each")
    if parameter.default not in (parameter.empty, None):
        raise TypeError(
            f"input {name!r} may only have None as its default; make it a parameter, after *"
        )


def _params(function: Callable[..., Any], hints: dict[str, Any], doc: str) -> dict[str, Param]:
    found: dict[str, Param] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not parameter.KEYWORD_ONLY:
            continue
        if parameter.default is parameter.empty:
            raise TypeError(f"parameter {parameter.name!r} needs a default")
        name, default = parameter.name, parameter.default
        if name not in hints:
            raise TypeError(f"say the type of {name!r}")
        param = describe_param(name, hints[name], default, _arg_help(doc, name))
        try:
            found[name] = replace(param, default=param.check(default))
        except NodegraphError as error:
            raise TypeError(f"the default of parameter {name!r} does not fit: {error}") from None
    return found


def _arg_help(doc: str, name: str) -> str:
    """Return an ``Args:`` entry of a Google-style docstring, on one line."""
    entries = {found[1]: found[2] for found in _ENTRY.finditer(doc)}
    return " ".join(entries.get(name, "").split())


_ENTRY = re.compile(r"^ +(\w+): (.*(?:\n {5,}.*)*)", re.MULTILINE)
"""One pattern for all names, so that it is compiled once."""


def _zone(base: NodeSpec, generator: Any, traits: Traits) -> list[NodeSpec]:
    """Split a generator's signature: what it yields is what begin gives, what is sent is end's."""
    yields, sends, returns = get_args(generator)
    for name, taken in base.inputs.items():
        if taken.lazy:
            raise TypeError(f"{base.id}: a zone cannot take the lazy input {name!r}")
    begin_id, end_id = f"{base.id}.begin", f"{base.id}.end"
    item, items = "~Collected", "list[~Collected]"
    sent = {o.name: Input(o.name, o.type) for o in _outputs(sends).values()}
    begin = NodeSpec(
        id=begin_id,
        version=base.version,
        title=f"{base.title} begin",
        summary=base.summary,
        help=base.help,
        inputs=base.inputs,
        params=base.params,
        outputs=_outputs(yields),
        role="begin",
        pair=end_id,
        independent=traits.independent,
    )
    end = NodeSpec(
        id=end_id,
        version=base.version,
        title=f"{base.title} end",
        summary=base.summary,
        help=base.help,
        inputs=sent | {COLLECT: Input(COLLECT, item, optional=True, help="Kept from every turn.")},
        outputs=_outputs(returns) | {COLLECTED: Output(COLLECTED, items)},
        role="end",
        pair=begin_id,
    )
    return [begin, end]


def _with(base: NodeSpec, result: Any) -> NodeSpec:
    return replace(base, outputs=_outputs(result))


def _outputs(result: Any) -> dict[str, Output]:
    """Name the outputs: a NamedTuple's fields, or the one type in snake case."""
    if result is None or result is type(None):
        return {}
    origin, args = get_origin(result), get_args(result)
    if origin is Annotated:
        return _outputs(args[0])
    cls = origin or result
    if isinstance(cls, type) and hasattr(cls, "_fields"):
        fields = get_type_hints(cls, include_extras=True)
        variables: dict[Any, str] = dict(
            zip(getattr(cls, "__parameters__", ()), map(type_text, args), strict=False)
        )
        return {name: _output(name, hint, variables) for name, hint in fields.items()}
    return {name: _output(name, result, {}) for name in [_single_name(result)]}


def _output(name: str, hint: Any, variables: dict[Any, str]) -> Output:
    return Output(name, type_text(hint, variables), optional=type(None) in get_args(hint))


def _single_name(result: Any) -> str:
    if isinstance(result, TypeVar) or get_origin(result) not in (None, list) or result is Any:
        return "value"
    if get_origin(result) is list:
        return "list"
    name = type_text(result)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
