"""What a job is, to everybody who asks: frozen data, JSON by way of pydantic's ``TypeAdapter``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nodegraph.engine.jobstate import JobState  # noqa: TC001 - pydantic reads it
from nodegraph.engine.likeness import PLAIN, Likeness


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed: a sentence with the remedy, and the node to blame where there is one."""

    message: str
    node: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a node took, over all its turns.

    Attributes:
        seconds: Wall time; 0 when cached.
        turns: How often it ran.
    """

    seconds: float
    turns: int = 1
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a job saved.

    Attributes:
        id: Of the gallery's index.
        job: The job's id; empty when the file was found on the disk.
        node: The node that saved it.
        name: Its path under the folder of outputs, with ``/``.
        size: Bytes.
        width, height: Pixels; 0 when it is no picture.
        created: Seconds since 1970.
    """

    id: int
    job: str
    node: str
    name: str
    size: int
    width: int
    height: int
    created: float


@dataclass(frozen=True, slots=True)
class Job:
    """One run of one workflow, as the list of jobs shows it.

    Attributes:
        id: 32 hexadecimal digits.
        number: The how manieth job this engine accepted, from 1.
        batch: The jobs of one submission share it: a sweep's, for example.
        title: What the client calls it; the workflow's file name, for example.
        values: What overrides, the sweep and the random seeds set, by ``node.param``.
        targets: The nodes to run up to; ``None`` for every effect.
        device: Where it is to run: ``auto``, or a name such as ``cuda:1``.
        dtype: ``auto``, ``float32``, ``float16`` or ``bfloat16``.
        priority: Higher runs first.
        position: Order among those of one priority, lower first.
        submitted, started, finished: Seconds since 1970.
        attempts: How often it was begun.
        note: Why it was begun again, where it was.
        skipped: Targets that could not run, and why.
        timings: By node; of a finished job.
        worker: Who runs it, or ran it last.
    """

    id: str
    number: int
    batch: str
    title: str
    state: JobState
    submitted: float
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    targets: tuple[str, ...] | None = None
    device: str = "auto"
    dtype: str = "auto"
    priority: int = 0
    position: float = 0.0
    started: float | None = None
    finished: float | None = None
    attempts: int = 0
    note: str = ""
    error: Failure | None = None
    skipped: Mapping[str, str] = field(default_factory=dict[str, str])
    timings: Mapping[str, Timing] = field(default_factory=dict[str, Timing])
    outputs: tuple[Output, ...] = ()
    worker: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job about to enter the queue: all checked, its seeds drawn.

    Attributes:
        submitted: The workflow as it came, as text of its file.
        resolved: The workflow as it will run.
        request: The client's id of the submission, with the job's place in it; never taken twice.
        likeness: What it has in common with other jobs.
    """

    id: str
    batch: str
    title: str
    submitted: str
    resolved: str
    values: Mapping[str, Any]
    targets: tuple[str, ...] | None = None
    device: str = "auto"
    dtype: str = "auto"
    priority: int = 0
    request: str | None = None
    likeness: Likeness = PLAIN


@dataclass(frozen=True, slots=True)
class Saved:
    """A file of a job's, about to enter the gallery.

    Attributes:
        path: Under the folder of the attempt, with ``/``.
        width, height: Pixels; 0 when it is no picture.
        created: Seconds since 1970.
    """

    node: str
    path: str
    size: int
    width: int
    height: int
    created: float


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some of the jobs that fit a question; ``total`` is how many there are."""

    jobs: tuple[Job, ...]
    total: int


@dataclass(frozen=True, slots=True)
class OutputPage:
    """Some of the outputs that fit a question; ``total`` is how many there are."""

    outputs: tuple[Output, ...]
    total: int
