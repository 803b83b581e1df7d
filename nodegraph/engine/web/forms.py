"""Between JSON and dataclasses: what comes is checked, what goes is written."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, get_origin

from nodegraph import jsontext
from nodegraph.errors import Problem, ProblemsError

if TYPE_CHECKING:
    from multidict import MultiMapping
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails


class FormError(ProblemsError):
    """A request is not of the form that its route wants."""


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what reads and writes a type."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


@cache
def form(kind: Any) -> TypeAdapter[Any]:
    """Return what reads a dataclass and refuses keys that it does not have."""
    kind.__pydantic_config__ = {"extra": "forbid"}
    return adapter(kind)


def write(kind: Any, value: Any) -> bytes:
    """Return a value as JSON."""
    return adapter(kind).dump_json(value)


def read_body(kind: Any, data: bytes) -> Any:
    """Return a body as a dataclass.

    Raises:
        WorkflowError: It is no JSON, or JSON with something in it that means nothing.
        FormError: It is JSON of another form.
    """
    return _check(kind, jsontext.parse(data or b"{}"))


def read_query(kind: Any, query: MultiMapping[str]) -> Any:
    """Return a query as a dataclass; what may be several is given apart or with commas.

    Raises:
        FormError: It has other keys, or values that do not fit.
    """
    several = {field.name for field in fields(kind) if get_origin(field.type) is tuple}
    found: dict[str, Any] = {}
    for key in query:
        values = query.getall(key)
        found[key] = ",".join(values).split(",") if key in several else values[-1]
    return _check(kind, found)


def _check(kind: Any, data: Any) -> Any:
    from pydantic import ValidationError

    try:
        return form(kind).validate_python(data)
    except ValidationError as error:
        raise FormError([_problem(detail) for detail in error.errors()]) from None


def _problem(detail: ErrorDetails) -> Problem:
    """Return one of pydantic's findings; its path begins with the name of the entry."""
    from nodegraph.reader import explain_form

    found = explain_form(detail)
    path, message = found.path.removeprefix("$."), found.message
    if detail["type"] == "unexpected_keyword_argument":
        message = "no such entry is known here; remove it"
    elif detail["type"] == "value_error":
        message = str(detail.get("ctx", {})["error"])
    return Problem(path, message)
