"""What a run tells its listeners: frozen data, JSON both ways; previews travel as bytes beside."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, cast


@dataclass(slots=True, frozen=True)
class RunStarted:
    """A run begins; ``nodes`` are the ids that may run, in order."""

    run: str
    nodes: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(slots=True, frozen=True)
class NodeStarted:
    """A node begins; inside zones ``turn`` has the index of each zone around it."""

    run: str
    node: str
    turn: tuple[int, ...] = ()


@dataclass(slots=True, frozen=True)
class Progress:
    """Work inside a node or zone: ``step`` of ``total`` is done.

    Attributes:
        preview: An encoded picture (JPEG or WebP), or nothing.
        note: A few words, such as ``downloading``.
    """

    run: str
    node: str
    step: int
    total: int
    preview: bytes = b""
    note: str = ""


@dataclass(slots=True, frozen=True)
class Noted:
    """A node says something about how it works that a user may want to know afterwards."""

    run: str
    node: str
    message: str


@dataclass(slots=True, frozen=True)
class FileSaved:
    """An effect wrote a file.

    Attributes:
        new: It was written in this run; else it was there, and what it would say is the same.
    """

    run: str
    node: str
    path: str
    new: bool = True


@dataclass(slots=True, frozen=True)
class NodeFinished:
    """A node is done.

    Attributes:
        seconds: Wall time; 0 when cached.
        cached: The value was there already.
        size: Bytes of its outputs, as far as known.
    """

    run: str
    node: str
    seconds: float
    cached: bool = False
    size: int = 0
    turn: tuple[int, ...] = ()


@dataclass(slots=True, frozen=True)
class NodeFailed:
    """A node raised; the run ends."""

    run: str
    node: str
    type: str
    message: str


@dataclass(slots=True, frozen=True)
class TargetSkipped:
    """A target cannot run, for the reason given, while others can."""

    run: str
    node: str
    message: str


@dataclass(slots=True, frozen=True)
class RunFinished:
    """All targets are done."""

    run: str
    seconds: float
    files: tuple[str, ...]


@dataclass(slots=True, frozen=True)
class RunCancelled:
    """The run was cancelled; what had finished stays cached."""

    run: str


Event: TypeAlias = (
    RunStarted
    | NodeStarted
    | Progress
    | Noted
    | FileSaved
    | NodeFinished
    | NodeFailed
    | TargetSkipped
    | RunFinished
    | RunCancelled
)
Listener: TypeAlias = Callable[[Event], None]


def to_json(event: Event) -> dict[str, Any]:
    """Return an event as JSON data: ``event`` names it, a preview becomes base64."""
    data = {name: getattr(event, name) for name in event.__dataclass_fields__}
    if "preview" in data:
        data["preview"] = base64.b64encode(data["preview"]).decode()
    return {"event": type(event).__name__} | data


def from_json(data: dict[str, Any]) -> Event:
    """Return the event that ``to_json`` wrote."""
    fields = dict(data)
    cls = _BY_NAME[fields.pop("event")]
    if "preview" in fields:
        fields["preview"] = base64.b64decode(fields["preview"])
    for name, value in fields.items():
        fields[name] = tuple(cast("list[Any]", value)) if isinstance(value, list) else value
    return cls(**fields)


_BY_NAME: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        RunStarted,
        NodeStarted,
        Progress,
        Noted,
        FileSaved,
        NodeFinished,
        NodeFailed,
        TargetSkipped,
        RunFinished,
        RunCancelled,
    )
}
