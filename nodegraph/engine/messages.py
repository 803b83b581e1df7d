"""What server and worker say to each other: frozen data, as bytes without pickle.

A message is a length, JSON, and then the binary parts one after another; on the pipe one
``send_bytes`` each.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from nodegraph.engine.jobs import Failure

if TYPE_CHECKING:
    from nodegraph.engine.jobstate import JobState


@dataclass(frozen=True, slots=True)
class Start:
    """Run a job. The worker is idle.

    Attributes:
        job: Its id.
        workflow: The resolved workflow, as text of its file.
        out: The folder for what it saves: its own, empty, made by the server.
        base: Where relative paths of the workflow are looked for first.
        readable: The folders it may read files from; ``None`` allows every one.
        together: How many jobs are run together, this and those that are told right after it.
    """

    job: str
    workflow: str
    targets: tuple[str, ...] | None
    device: str
    dtype: str
    out: str
    base: str
    readable: tuple[str, ...] | None = None
    together: int = 1


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the job within one evaluation of the network; nothing happens when it is over."""

    job: str


@dataclass(frozen=True, slots=True)
class Free:
    """Let go of memory as soon as no job runs: the values kept, or the models, or both."""

    values: bool = True
    models: bool = True


@dataclass(frozen=True, slots=True)
class Published:
    """What a job saved is in the gallery now; said before the next job begins.

    Attributes:
        places: Where the files are, by where they were saved.
    """

    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """Describe a value of a job that has run here; answered between two nodes, or at once.

    Attributes:
        request: Comes back in the answer.
        workflow: The job's resolved workflow, to find a node's value by its signature.
        turn: The turn of each zone around the node, outermost first; empty outside of zones.
        picture: The longer side of the picture wanted, in pixels; 0 for none.
        item: Of a list or a batch only this item, of the lists in it this one, and so on.
        decoded: The picture shall be the one that a latent stands for.
        data: The numbers are wanted, and no picture.
        window: Of the numbers only those of an area: left, top, width, height; empty for all.
        about: The description is wanted too.
    """

    request: int
    job: str
    workflow: str
    device: str
    dtype: str
    base: str
    node: str
    output: str
    turn: tuple[int, ...] = ()
    picture: int = 0
    item: tuple[int, ...] = ()
    decoded: bool = False
    data: bool = False
    window: tuple[int, ...] = ()
    about: bool = True


@dataclass(frozen=True, slots=True)
class Turns:
    """Tell which values of a job's zones are kept."""

    request: int
    job: str


@dataclass(frozen=True, slots=True)
class ListModels:
    """Tell which models are on this machine."""

    request: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded what computes, and waits for jobs.

    Attributes:
        device: The one it computes on: ``cpu``, ``cuda:0``.
        devices: All there are that jobs may run on, its own among them.
        about: By name: the device's name, its bytes in all.
        name: What it is called; nothing where its device's name says enough.
    """

    device: str
    devices: tuple[str, ...]
    about: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])
    name: str = ""


@dataclass(frozen=True, slots=True)
class Beat:
    """Sent once a second by a thread of its own: the process lives, and this is its memory.

    Attributes:
        memory: ``process`` (bytes resident), ``values`` (bytes cached), and of a GPU ``free`` and
            ``total``.
    """

    memory: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Events:
    """What the run tells, in order; a few at a time.

    Attributes:
        events: As of ``nodegraph.execution.events.to_json``, previews left out.
        previews: Encoded pictures; an event with one has its index as ``preview``, others -1.
    """

    job: str
    events: tuple[Mapping[str, Any], ...]
    previews: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """A job is over; the worker is idle again.

    Attributes:
        state: ``done``, ``failed`` or ``cancelled``.
        files: What was saved: the node, and the path under the job's folder, with ``/``.
        timings: By node, as ``Timing``.
        kept: What an earlier job saved, and this one would have again: the node, and where it is.
    """

    job: str
    state: JobState
    error: Failure | None = None
    files: tuple[tuple[str, str], ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict[str, str])
    timings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """To ``Look``, ``Turns`` or ``ListModels``.

    Attributes:
        data: What was asked for; ``{"error": sentence}`` when it is not there any more.
        picture: An encoded picture, or the numbers in NumPy's format, or nothing.
    """

    request: int
    data: Mapping[str, Any]
    picture: bytes = b""


ToWorker: TypeAlias = Start | Cancel | Free | Published | Look | Turns | ListModels
FromWorker: TypeAlias = Ready | Beat | Events | Finished | Answer
Message: TypeAlias = ToWorker | FromWorker

_LENGTH = struct.Struct(">I")
_HEAD = b'{"message":"'
_BY_NAME: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        Start, Cancel, Free, Published, Look, Turns, ListModels, Ready, Beat, Events, Finished,
        Answer,
    )
}  # fmt: skip


def encode(message: Message) -> bytes:
    """Return a message as bytes; what a pack put into it that is not JSON becomes its text."""
    data = {name: getattr(message, name) for name in message.__dataclass_fields__}
    parts: list[bytes] = []
    if isinstance(message, Events):
        parts = list(data.pop("previews"))
    elif isinstance(message, Answer):
        parts = [data.pop("picture")]
    head = {"message": type(message).__name__, "parts": [len(part) for part in parts], **data}
    text = json.dumps(head, separators=(",", ":"), default=_plain).encode()
    return b"".join([_LENGTH.pack(len(text)), text, *parts])


def kind_of(data: bytes) -> str:
    """Return the name of an encoded message's class, without reading it."""
    begin = _LENGTH.size + len(_HEAD)
    return data[begin : data.index(b'"', begin)].decode()


def _plain(value: Any) -> Any:
    """Return as JSON data what is none by itself; what it cannot be, as text."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    return asdict(value) if isinstance(value, Failure) else str(value)


def decode(data: bytes) -> Message:
    """Return the message that ``encode`` wrote."""
    (length,) = _LENGTH.unpack_from(data)
    start = _LENGTH.size + length
    head: dict[str, Any] = json.loads(data[_LENGTH.size : start])
    parts: list[bytes] = []
    for size in head.pop("parts"):
        parts.append(data[start : start + size])
        start += size
    cls = _BY_NAME[head.pop("message")]
    if cls is Events:
        return Events(head["job"], tuple(head["events"]), tuple(parts))
    if cls is Answer:
        return Answer(head["request"], head["data"], parts[0])
    return cls(**{name: _value(name, value) for name, value in head.items()})


def _value(name: str, value: Any) -> Any:
    if name == "error" and value is not None:
        return Failure(**value)
    if not isinstance(value, list):
        return value
    entries = cast("list[Any]", value)
    return tuple(tuple(entry) for entry in entries) if name in ("files", "kept") else tuple(entries)
