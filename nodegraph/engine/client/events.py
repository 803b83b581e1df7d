"""What an engine tells while jobs run; frozen data."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import TypeAdapter

from nodegraph.engine.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTH = struct.Struct(">I")
_JOB = TypeAdapter(Job)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a client has heard: the engine's life and the number of the last event."""

    epoch: str
    number: int


@dataclass(frozen=True, slots=True)
class Connected:
    """The engine talks to us.

    Attributes:
        anew: What was before is not known, or not any more: ask for the state of what you show.
    """

    position: Position
    anew: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """The line broke; it is tried again after some seconds."""

    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job is in another state or place."""

    job: Job


@dataclass(frozen=True, slots=True)
class Told:
    """A run tells of itself; as of ``nodegraph.execution.events.to_json``."""

    job: str
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a node is at, as a WebP or JPEG."""

    job: str
    node: str
    picture: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """Anything else: ``workers`` are others, the list of ``jobs`` or of ``outputs`` changed."""

    kind: str
    data: Mapping[str, Any]


Event: TypeAlias = Connected | Lost | JobChanged | Told | Preview | Notice


def read_text(data: dict[str, Any]) -> Event:
    """Return the event of a text frame."""
    if data["type"] == "job":
        return JobChanged(_JOB.validate_python(data["job"]))
    if data["type"] == "event":
        return Told(data["job"], data["event"])
    return Notice(data["type"], data)


def read_bytes(data: bytes) -> Preview:
    """Return the preview of a binary frame."""
    (length,) = _LENGTH.unpack_from(data)
    start = _LENGTH.size + length
    head = json.loads(data[_LENGTH.size : start])
    return Preview(head["job"], head["node"], data[start:])
