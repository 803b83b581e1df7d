"""Parameters: what a node's settings may be, and the check every value passes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar, cast, get_args, get_origin

from nodegraph.errors import ParamError, UnknownChoiceError
from nodegraph.sockets import item_of, type_text

T = TypeVar("T")

Widget = Literal["", "multiline", "file", "mask", "folder", "model", "seed"]
RANDOM = "random"
MAX_SEED = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Range:
    """Inclusive bounds of a numeric parameter, and the step of its editor."""

    low: int | float
    high: int | float
    step: int | float = 1


@dataclass(frozen=True, slots=True)
class Edited:
    """Says by which widget a parameter is edited."""

    widget: Widget


@dataclass(frozen=True, slots=True)
class Named:
    """Says of which kind the files of weights are that a parameter names: a key of
    ``nodegraph.places.KINDS``. The editor offers those in the folders for models.
    """

    kind: str


Multiline = Annotated[str, Edited("multiline")]
FilePath = Annotated[str, Edited("file")]
MaskPath = Annotated[str, Edited("mask")]
"""A file that holds a mask, white where it is 1; the editor has it painted by hand."""

FolderPath = Annotated[str, Edited("folder")]
Seed = Annotated[int, Range(0, MAX_SEED), Edited("seed")]
"""A seed; a file may say ``"random"``, which becomes a number when the run is queued."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a node type.

    Attributes:
        name: As in the signature and in the file.
        type: ``int``, ``float``, ``str``, ``bool``, a list of one of these, or ``any`` (JSON).
        default: Used when nothing is set.
        range: Inclusive bounds of a number, or of each item of a list.
        choices: The only values allowed; empty when any will do.
        widget: How it is edited; ``seed`` also allows ``"random"``.
        help: From the docstring's ``Args:``.
        kind: Of which kind the files are that it names by name or path; empty where it names none.
    """

    name: str
    type: str
    default: Any
    range: Range | None = None
    choices: tuple[str, ...] = ()
    widget: Widget = ""
    help: str = ""
    kind: str = ""

    @property
    def names_file(self) -> bool:
        """Whether its value is a file's path."""
        return self.widget in ("file", "mask")

    def check(self, value: Any) -> Any:
        """Return the value in its canonical form.

        Raises:
            ParamError: It does not fit; the sentence says what would.
            UnknownChoiceError: It is none of the choices.
        """
        if self.widget == "seed" and value == RANDOM:
            return RANDOM
        if self.choices:
            if value not in self.choices:
                raise UnknownChoiceError(self.name, str(value), self.choices)
            return value
        item = item_of(self.type)
        if item is None:
            return self._check_one(self.type, value)
        if not isinstance(value, (list, tuple)):
            raise ParamError(f"{_shown(value)} is not a list; write [{_shown(value)}]")
        return [self._check_one(item, one) for one in cast("list[Any]", value)]

    def _check_one(self, kind: str, value: Any) -> Any:
        checked = _CHECKS[kind](value)
        if self.range is not None and not self.range.low <= checked <= self.range.high:
            low, high = (_number(kind, bound) for bound in (self.range.low, self.range.high))
            side = f"below {low}" if checked < self.range.low else f"above {high}"
            raise ParamError(f"{_shown(value)} is {side}; use {low} to {high}")
        return checked


def _number(kind: str, bound: float) -> str:
    return str(int(bound)) if kind == "int" else f"{bound:g}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParamError(f"{_shown(value)} is not a whole number; write one such as 20")
    return value


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ParamError(f"{_shown(value)} is not a number; write one such as 7.5")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ParamError(f"{_shown(value)} is not a finite number; write one such as 7.5")
    return number


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise ParamError(f'{_shown(value)} is not text; write it in quotes, "like this"')
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ParamError("the text holds half a character (a lone surrogate); retype it") from None
    return value


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ParamError(f"{_shown(value)} is neither true nor false")
    return value


def _json(value: Any) -> Any:
    return check_json(value)


def check_json(value: Any, depth: int = 0) -> Any:
    """Return a value that is plain JSON.

    Raises:
        ParamError: It holds a NaN, another kind of object, or more than 50 levels.
    """
    if depth > 50:
        raise ParamError("it is nested more than 50 levels deep; flatten it")
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, str):
        return _str(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (list, tuple)):
        return [check_json(item, depth + 1) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        items = cast("dict[Any, Any]", value).items()
        return {_str(key): check_json(item, depth + 1) for key, item in items}
    raise ParamError(
        f"{_shown(value)} is not JSON; use numbers, text, true, false, lists or objects"
    )


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "int": _int,
    "float": _float,
    "str": _str,
    "bool": _bool,
    "any": _json,
}


def describe_param(name: str, hint: Any, default: Any, help_text: str) -> Param:
    """Read one keyword-only argument of a node function.

    Raises:
        TypeError: Its type cannot be a parameter.
    """
    base, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    choices = get_args(base) if get_origin(base) is Literal else ()
    kind = type_text(base)
    if (item_of(kind) or kind) not in _CHECKS:
        raise TypeError(
            f"parameter {name!r} is {kind}; use int, float, str, bool or a list of them"
        )
    named = next((extra for extra in extras if isinstance(extra, Named)), Named(""))
    usual = Edited("model" if named.kind else "")
    return Param(
        name=name,
        type=kind,
        default=list(cast("Any", default)) if isinstance(default, tuple) else default,
        range=next((extra for extra in extras if isinstance(extra, Range)), None),
        choices=tuple(str(choice) for choice in choices),
        widget=next((extra for extra in extras if isinstance(extra, Edited)), usual).widget,
        help=help_text,
        kind=named.kind,
    )


class Lazy(Generic[T]):
    """An input that runs only when asked for.

    A node declares ``if_true: Lazy[T]`` and calls ``if_true.get()``. Where the value is not there
    yet, the call ends the node, the executor runs that branch, and calls the node again: so a
    node with lazy inputs asks before it does anything dear.
    """

    __slots__ = ("_name", "_ready", "_value")

    def __init__(self, name: str, value: Any = None, *, ready: bool = False) -> None:
        self._name, self._value, self._ready = name, value, ready

    def get(self) -> T:
        """Return the value, once its branch has run."""
        if not self._ready:
            raise NeededError(self._name)
        return self._value


class NeededError(Exception):
    """A lazy input is wanted; the executor runs its branch and calls the node again."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
