"""Which types may be linked.

A socket's type is its canonical text, so that specifications are plain data: ``Latent``,
``list[Image]``, ``float | int``, ``any``, and ``~T`` for a type variable (sockets of one node
that carry the same variable agree). The core knows identity, unions, lists, any, variables and
two conversions: an int is taken where a float is wanted, and a single value where a list is.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin

ANY = "any"
SIMPLE = {int: "int", float: "float", str: "str", bool: "bool", bytes: "bytes"}
MAX_TYPE_TEXT = 200


@dataclass(frozen=True, slots=True)
class SocketStyle:
    """How sockets of a type look, and which module can store its values.

    Attributes:
        color: ``#rrggbb``.
        shape: ``circle``, ``square``, ``diamond`` …, so that color is not the only sign.
        codec: Dotted path of a module with ``dump(value) -> bytes`` and ``load(bytes)``, for the
            disk tier of the cache; empty when values of the type are not worth storing.
    """

    color: str = "#9a9a9a"
    shape: str = "circle"
    codec: str = ""


STYLES: dict[str, SocketStyle] = {
    "int": SocketStyle("#5ba469", "diamond"),
    "float": SocketStyle("#7fb7be", "diamond"),
    "str": SocketStyle("#d9a441", "square"),
    "bool": SocketStyle("#b07aa1", "diamond"),
    "path": SocketStyle("#a0855b", "square"),
    ANY: SocketStyle("#c8c8c8", "circle"),
}


CLASSES: dict[str, type] = {name: cls for cls, name in SIMPLE.items()}


def socket(*, color: str, shape: str = "circle", codec: str = "") -> Callable[[type], type]:
    """Declare a class as a socket type under its own name.

    Raises:
        TypeError: Another class already has that name.
    """

    def declare(cls: type) -> type:
        other = CLASSES.setdefault(cls.__name__, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two socket types are named {cls.__name__}: {other} and {cls}")
        CLASSES[cls.__name__] = cls
        STYLES[cls.__name__] = SocketStyle(color, shape, codec)
        return cls

    return declare


def type_text(hint: Any, variables: Mapping[Any, str] | None = None) -> str:
    """Return the canonical text of a Python type hint; ``None`` in a union only means optional."""
    bound = variables or {}
    if hint is Any:
        return ANY
    if isinstance(hint, TypeVar):
        return bound.get(hint, f"~{hint.__name__}")
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return union_text([type_text(arg, bound) for arg in args if arg is not type(None)])
    if origin is list:
        return f"list[{type_text(args[0], bound)}]"
    if str(origin) == "typing.Literal" or getattr(origin, "_name", "") == "Literal":
        return "str"
    if hasattr(hint, "__metadata__"):
        return type_text(args[0], bound)
    return _class_text(hint)


def _class_text(hint: Any) -> str:
    if hint in SIMPLE:
        return SIMPLE[hint]
    if hint is list:
        return f"list[{ANY}]"
    if isinstance(hint, type):
        return "path" if hint.__module__.startswith("pathlib") else hint.__name__
    raise TypeError(f"{hint!r} cannot be a socket type; use a class, list[T], a union or Any")


def union_text(options: list[str]) -> str:
    """Return the canonical union: flattened, sorted, without repeats."""
    flat = sorted({part for option in options for part in union_parts(option)})
    if ANY in flat:
        return ANY
    return " | ".join(flat)


@lru_cache(maxsize=4096)
def union_parts(text: str) -> tuple[str, ...]:
    """Split a union at its top level; any other type is its own single part."""
    parts: list[str] = []
    depth = start = 0
    for position, char in enumerate(text):
        depth += (char == "[") - (char == "]")
        if char == "|" and depth == 0:
            parts.append(text[start:position].strip())
            start = position + 1
    parts.append(text[start:].strip())
    return tuple(parts)


def item_of(text: str) -> str | None:
    """Return ``T`` of ``list[T]``, and ``None`` for every other type."""
    single = text.startswith("list[") and text.endswith("]") and len(union_parts(text)) == 1
    return text[5:-1] if single else None


@lru_cache(maxsize=4096)
def has_variable(text: str) -> bool:
    """Tell whether a type mentions a type variable."""
    return "~" in text


@lru_cache(maxsize=16384)
def fits(source: str, target: str) -> bool:
    """Tell whether a link may carry ``source`` into ``target``; of unions any overlap is enough."""
    if source == target or ANY in (source, target):
        return True
    sources, targets = union_parts(source), union_parts(target)
    if len(sources) > 1 or len(targets) > 1:
        return any(fits(one, other) for one in sources for other in targets)
    if source.startswith("~") or target.startswith("~"):
        return True
    return _fits_single(source, target)


def _fits_single(source: str, target: str) -> bool:
    source_item, target_item = item_of(source), item_of(target)
    if target_item is not None:
        return fits(source if source_item is None else source_item, target_item)
    return (source, target) == ("int", "float")


def substitute(text: str, bindings: Mapping[str, str]) -> str:
    """Replace the variables that are bound; unbound ones stay."""
    if not bindings or "~" not in text:
        return text
    parts = union_parts(text)
    if len(parts) > 1:
        return union_text([substitute(part, bindings) for part in parts])
    item = item_of(text)
    if item is not None:
        return f"list[{substitute(item, bindings)}]"
    return bindings.get(text, text)


def bind(source: str, target: str, bindings: dict[str, str]) -> bool:
    """Unify a link's source with a target that may hold variables; ``bindings`` grows.

    Returns:
        Whether the two agree, given what was bound before. ``int`` and ``float`` agree on
        ``float``, whichever comes first.
    """
    if "~" not in target:
        return fits(source, target)
    target_item, source_item = item_of(target), item_of(source)
    if target_item is not None:
        return bind(source if source_item is None else source_item, target_item, bindings)
    if _open(target) != "variable" or source == ANY or source.startswith("~"):
        return fits(source, substitute(target, bindings))
    joint = _joint(bindings.get(target, source), source)
    if joint is not None:
        bindings[target] = joint
    return joint is not None


def _joint(one: str, other: str) -> str | None:
    """Return the type on which two that are given the same variable agree, if they do."""
    one_item, other_item = item_of(one), item_of(other)
    if one_item is not None and other_item is not None:
        inner = _joint(one_item, other_item)
        return None if inner is None else f"list[{inner}]"
    if {one, other} == {"int", "float"}:
        return "float"
    if _open(one) or _open(other):
        return union_text([one, other]) if fits(one, other) else None
    return one if one == other else None


def _open(text: str) -> Literal["", "any", "variable", "union"]:
    """Tell why the type does not say which of several a value is, where it does not."""
    if len(union_parts(text)) > 1:
        return "union"
    if text == ANY:
        return "any"
    return "variable" if text.startswith("~") else ""


@lru_cache(maxsize=4096)
def converter(source: str, target: str) -> Callable[[Any], Any] | None:
    """Return the conversion a link from ``source`` to ``target`` needs, or ``None``.

    Where the source's type leaves open what the value is, the value itself decides.
    """
    item, source_item = item_of(target), item_of(source)
    if item is None:
        if target == "float" and _open(source):
            return _float
        return float if (source, target) == ("int", "float") else None
    if source_item is not None:
        return _each(converter(source_item, item))
    inner = converter(source, item)
    if _open(source):
        return _listed if inner is None else lambda value: [inner(one) for one in _listed(value)]
    return lambda value: [value if inner is None else inner(value)]


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _each(convert: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    return None if convert is None else lambda values: [convert(value) for value in values]


def _float(value: Any) -> Any:
    return float(value) if type(value) is int else value


@lru_cache(maxsize=4096)
def checker(text: str) -> tuple[type, ...] | None:
    """Return the classes an output of this type may be of; ``None`` when anything goes."""
    classes: list[type] = []
    for part in union_parts(text):
        cls = list if item_of(part) is not None else CLASSES.get(part)
        if part == "path" or cls is None:
            return None
        classes += [cls, int] if cls is float else [cls]
    return tuple(classes)


def style(text: str) -> SocketStyle:
    """Return how sockets of a type are drawn; lists, and unions of lists, as their items are."""
    found = {_innermost(part) for part in union_parts(text)}
    return STYLES.get(found.pop() if len(found) == 1 else text, SocketStyle())


def _innermost(text: str) -> str:
    item = item_of(text)
    return text if item is None else _innermost(item)
