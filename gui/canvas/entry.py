"""What is typed into a field, as a value: numbers may be sums, ``512*1.5``."""

from __future__ import annotations

import ast
import json
import operator
from typing import TYPE_CHECKING, Any

from nodegraph.errors import ParamError
from nodegraph.params import RANDOM
from nodegraph.sockets import item_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodegraph.params import Param

Number = int | float

LONGEST = 200
"""Characters of a sum."""

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda one, other: one / other,
    ast.FloorDiv: lambda one, other: one // other,
    ast.Mod: operator.mod,
    ast.Pow: lambda one, other: one**other,
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


def entered(param: Param, text: str) -> Any:
    """Return the value that a text stands for, checked.

    Raises:
        NodegraphError: It stands for none that fits; in a sentence with the remedy.
    """
    return param.check(_read(param, text))


def shown_for_editing(param: Param, value: Any) -> str:
    """Return the text of a value that ``entered`` reads back."""
    if isinstance(value, str) and param.type != "any":
        return value
    if isinstance(value, float):
        return repr(value)
    return str(value) if param.type == "int" else json.dumps(value, ensure_ascii=False)


def _read(param: Param, text: str) -> Any:
    if param.widget == "seed" and text.strip().lower() in (RANDOM, ""):
        return RANDOM
    if param.type == "int":
        value = calculated(text)
        return value if isinstance(value, int) else round(value)
    if param.type == "float":
        return float(calculated(text))
    if param.type == "str":
        return text
    if item_of(param.type) == "str" and not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    return _json(text if item_of(param.type) is None or "[" in text else f"[{text}]")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ParamError(f"{text[:60]!r} is not JSON; write a number, true, or [1, 2]") from None


def calculated(text: str) -> Number:
    """Return the number that a sum comes to; a comma may stand for the point.

    Raises:
        ParamError: It is no sum, or comes to no number that is worth having.
    """
    wrong = ParamError(f"{text[:60]!r} is no number; write one, or a sum such as 512*1.5")
    if len(text) > LONGEST:
        raise wrong
    try:
        value = _value(ast.parse(text.strip().replace(",", "."), mode="eval").body)
    except ZeroDivisionError:
        raise ParamError(f"{text[:60]!r} divides by zero; change what it divides by") from None
    except (SyntaxError, ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        raise wrong from None
    if isinstance(value, float) and abs(value) == float("inf"):
        raise wrong
    return value


def _value(tree: ast.expr) -> Number:
    match tree:
        case ast.Constant(int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op, operand) if type(op) in UNARY:
            return UNARY[type(op)](_value(operand))
        case ast.BinOp(left, op, right) if type(op) in BINARY:
            one, other = _value(left), _value(right)
            if isinstance(op, ast.Pow) and (abs(other) > 64 or abs(one) > 2**64):
                raise ValueError
            value = BINARY[type(op)](one, other)
            if isinstance(value, complex) or abs(value) > 1e40:
                raise ValueError
            return value
        case _:
            raise ValueError
