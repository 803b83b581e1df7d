"""JSON text in and out: reading that nothing can surprise, writing that is always the same."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NoReturn, cast

from nodegraph.errors import Problem, WorkflowError

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 64
LINE = 96

_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF = "the text holds half a character (a lone surrogate); retype it"


class _Repeated(str):
    """The name of a key that stands twice in one object."""

    __slots__ = ()


class _NotFinite(str):
    """Stands for NaN or Infinity until its path is known."""

    __slots__ = ()


def parse(text: str | bytes, *, finite: bool = True) -> Any:
    """Parse JSON strictly.

    Args:
        finite: Whether NaN and Infinity are wrong; other programs write them.

    Raises:
        WorkflowError: Not UTF-8, not JSON, too large, too deep, a key twice, or a NaN; every
            problem with its path.
    """
    if len(text) > MAX_BYTES:
        _refuse(f"it has {len(text):,} bytes, more than the {MAX_BYTES:,} a workflow may have")
    if isinstance(text, bytes):
        text = _decode(text)
    _check_depth(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_NotFinite if finite else float
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        _refuse(f"it is not JSON: {error.msg} at {place}; mend it there, or open another file")
    except (ValueError, RecursionError) as error:
        _refuse(f"it is not JSON that can be read: {error}")
    problems: list[Problem] = []
    _walk(value, "$", problems, finite)
    if problems:
        raise WorkflowError(problems)
    return value


def _refuse(message: str) -> NoReturn:
    raise WorkflowError([Problem("$", message)])


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"it is not text in UTF-8 (byte {error.start}); save it as UTF-8")


def _check_depth(text: str) -> None:
    depth = 0
    for token in _STRUCTURE.finditer(text):
        char = token[0]
        depth += (char in "[{") - (char in "]}")
        if depth > MAX_DEPTH:
            _refuse(
                f"it is nested more than {MAX_DEPTH} levels deep; flatten it, or open another file"
            )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            result[_Repeated(f"{key}\0twice")] = value
        else:
            result[key] = value
    return result


def _walk(value: Any, path: str, problems: list[Problem], finite: bool) -> None:
    """Collect repeated keys and numbers that are none; at most ``MAX_DEPTH`` calls deep."""
    if finite and isinstance(value, (_NotFinite, float)) and _not_finite(value):
        problems.append(Problem(path, "it is no finite number; write one such as 7.5"))
    elif isinstance(value, str) and _broken(value):
        problems.append(Problem(path, _HALF))
    elif isinstance(value, dict):
        items = cast("dict[str, Any]", value)
        for key, item in items.items():
            if _broken(key):
                problems.append(Problem(join(path, key), _HALF))
            elif isinstance(key, _Repeated):
                name = key.partition("\0")[0]
                problems.append(Problem(join(path, name), "the key stands twice; keep one"))
            else:
                _walk(item, join(path, key), problems, finite)
    elif isinstance(value, list):
        entries = cast("list[Any]", value)
        for index, item in enumerate(entries):
            _walk(item, f"{path}[{index}]", problems, finite)


def _broken(text: str) -> bool:
    return not text.isascii() and _SURROGATE.search(text) is not None


def _not_finite(value: Any) -> bool:
    return isinstance(value, _NotFinite) or value - value != 0.0


def join(path: str, key: str) -> str:
    """Return the path of a key: ``$.nodes.noise``, or ``$["odd key"]``."""
    return path + _step(key)


@lru_cache(maxsize=4096)
def _step(key: str) -> str:
    return f".{key}" if re.fullmatch(r"[\w-]+", key) else f"[{json.dumps(key)}]"


def dumps(value: Any) -> str:
    """Return JSON for people: two spaces a level, short things on one line, newline at the end.

    The same value always gives the same text; the caller orders the keys.
    """
    return _pretty(value, "", 0) + "\n"


def _pretty(value: Any, indent: str, used: int) -> str:
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if not isinstance(value, (dict, list)) or not value:
        return flat
    if len(indent) >= 4 and len(indent) + used + len(flat) <= LINE:
        return flat
    inner = indent + "  "
    if isinstance(value, list):
        entries = cast("list[Any]", value)
        lines = [inner + _pretty(item, inner, 1) for item in entries]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]"
    items = cast("dict[str, Any]", value)
    lines: list[str] = []
    for key, item in items.items():
        name = json.dumps(key, ensure_ascii=False) + ": "
        lines.append(inner + name + _pretty(item, inner, len(name) + 1))
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
