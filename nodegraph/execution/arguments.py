"""What passes between a node's function and the run, checked at the sockets."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast, get_args, get_origin, get_type_hints

from nodegraph.declare import COLLECT
from nodegraph.execution.wiring import fetch

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodegraph.execution.step import Results, Step, Values
    from nodegraph.execution.wiring import Wiring


def pack(step: Step, value: Any, count: int | None = None) -> Values:
    """Return what a node returned as one value an output.

    Args:
        count: How many of the outputs it is for; all by default.

    Raises:
        TypeError: It is not what the node declares.
    """
    names = step.spec.names if count is None else step.spec.names[:count]
    if getattr(value, "_fields", None) == names:
        values: Values = tuple(value)
    elif len(names) == 1:
        values = (value,)
    elif not names and value is None:
        values = ()
    else:
        raise TypeError(f"it returned {type(value).__name__}, not {', '.join(names) or 'nothing'}")
    for given, classes in zip(values, step.spec.classes, strict=False):
        if classes is not None and not isinstance(given, classes):
            _wrong_class(step, values)
    return values


def _wrong_class(step: Step, values: Values) -> None:
    for name, given, classes in zip(step.spec.names, values, step.spec.classes, strict=False):
        if classes is not None and not isinstance(given, classes):
            declared = step.spec.outputs[name].type
            optional = step.spec.outputs[name].optional and given is None
            if not optional:
                raise TypeError(f"{name} is declared {declared}, but is {type(given).__name__}")


def sent(end: Step, results: Results, collected: list[Any]) -> Any:
    """Return what a zone's end sends back into its generator, and keep what it collects."""
    wiring = cast("Wiring", end.wiring)  # no end is wired plainly, since collecting is optional
    values = {socket.name: fetch(results, socket.reads[0]) for socket in wiring.linked}
    if COLLECT in values:
        collected.append(values.pop(COLLECT))
    names = [name for name in end.spec.inputs if name != COLLECT]
    record = sent_class(end.type.function)
    if record is not None:
        return record(**values)
    return values.get(names[0]) if names else None


@cache
def sent_class(function: Callable[..., Any]) -> type | None:
    """Return the NamedTuple that a zone's generator is sent, if it is one."""
    hint = get_args(get_type_hints(function)["return"])[1]
    cls = get_origin(hint) or hint
    return cls if hasattr(cls, "_fields") else None
