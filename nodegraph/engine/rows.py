"""From rows of the tables to the data that everybody sees, and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from nodegraph.engine.jobs import Failure, Job, Output, Timing
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    import sqlite3

COLUMNS = (
    "id", "number", "batch", "title", "state", "submitted", "values", "targets", "device", "dtype",
    "priority", "position", "started", "finished", "attempts", "note", "error", "skipped",
    "worker",
)  # fmt: skip
JOB = ", ".join(f'"{name}"' for name in COLUMNS)
OUTPUT = "id, job, node, name, size, width, height, created"
_OF_OUTPUTS = ", ".join(f"outputs.{name}" for name in OUTPUT.split(", "))


class UnknownJobError(NodegraphError):
    """There is no such job."""

    def __init__(self, id: str) -> None:
        super().__init__(f"there is no job {id!r}; it may have been deleted")


class JobStateError(NodegraphError):
    """The job is in a state that does not allow it."""


def to_json(data: Any) -> str:
    """Return data as short JSON; whatever a text holds, it can be stored."""
    return json.dumps(data, separators=(",", ":"))


def failure_json(failure: Failure | None) -> str | None:
    """Return a failure as JSON, or nothing when there is none."""
    return None if failure is None else to_json(asdict(failure))


def job_of(row: tuple[Any, ...]) -> Job:
    """Return the job of a row of the columns ``JOB``: slim, without timings and outputs."""
    fields = dict(zip(COLUMNS, row, strict=True))
    for name in ("values", "targets", "error", "skipped"):
        fields[name] = None if fields[name] is None else json.loads(fields[name])
    if fields["targets"] is not None:
        fields["targets"] = tuple(fields["targets"])
    if fields["error"] is not None:
        fields["error"] = Failure(**fields["error"])
    return Job(**fields)


def output_of(row: tuple[Any, ...]) -> Output:
    """Return the output of a row of the columns ``OUTPUT``."""
    return Output(*row)


def find_job(db: sqlite3.Connection, id: str) -> Job:
    """Return a job with its timings and outputs.

    Raises:
        UnknownJobError: There is none of that id.
    """
    row = db.execute(f"SELECT {JOB}, timings FROM jobs WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise UnknownJobError(id)
    timings: Mapping[str, Any] = json.loads(row[-1])
    found = {node: Timing(**timing) for node, timing in timings.items()}
    (job,) = with_outputs(db, [replace(job_of(row[:-1]), timings=found)])
    return job


def with_outputs(db: sqlite3.Connection, jobs: Iterable[Job]) -> list[Job]:
    """Return the jobs with their outputs; those that they share with earlier jobs first."""
    jobs = list(jobs)
    marks, ids = ",".join("?" * len(jobs)), [job.id for job in jobs]
    outputs: dict[str, list[Output]] = {}
    for job, node, *row in db.execute(
        f"SELECT shared.job, shared.node, {_OF_OUTPUTS} FROM shared JOIN outputs ON id = output"
        f" WHERE shared.job IN ({marks}) ORDER BY id",
        ids,
    ):
        outputs.setdefault(job, []).append(replace(output_of(tuple(row)), node=node))
    for row in db.execute(f"SELECT {OUTPUT} FROM outputs WHERE job IN ({marks}) ORDER BY id", ids):
        outputs.setdefault(output_of(row).job, []).append(output_of(row))
    return [replace(job, outputs=tuple(outputs.get(job.id, ()))) for job in jobs]


def keep_text(db: sqlite3.Connection, text: str) -> int:
    """Return where a text is kept; the same text is kept once."""
    data = text.encode()
    digest = blake2b(data, digest_size=16).digest()
    row = db.execute("SELECT id FROM texts WHERE hash = ?", (digest,)).fetchone()
    if row is not None:
        return row[0]
    body = zlib.compress(data, 1)
    added = db.execute("INSERT INTO texts (hash, body) VALUES (?, ?)", (digest, body))
    assert added.lastrowid is not None
    return added.lastrowid


def read_texts(db: sqlite3.Connection, id: str) -> tuple[str, str]:
    """Return the submitted and the resolved workflow of a job.

    Raises:
        UnknownJobError: There is none of that id.
    """
    row = db.execute(
        "SELECT a.body, b.body FROM jobs JOIN texts a ON a.id = submitted_text "
        "JOIN texts b ON b.id = resolved_text WHERE jobs.id = ?",
        (id,),
    ).fetchone()
    if row is None:
        raise UnknownJobError(id)
    submitted, resolved = (zlib.decompress(body).decode() for body in row)
    return submitted, resolved


def drop_texts(db: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Forget those texts that no job has any more."""
    for id in set(ids):
        db.execute(
            "DELETE FROM texts WHERE id = ?1"
            " AND NOT EXISTS (SELECT 1 FROM jobs WHERE submitted_text = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM jobs WHERE resolved_text = ?1)",
            (id,),
        )
