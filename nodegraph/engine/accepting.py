"""Jobs enter the queue, move in it, and leave the list; inside a transaction of the writer's."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nodegraph.engine.rows import (
    JobStateError,
    UnknownJobError,
    drop_texts,
    find_job,
    keep_text,
    to_json,
)

if TYPE_CHECKING:
    import sqlite3

    from nodegraph.engine.jobs import Accepted, Job


def accept(db: sqlite3.Connection, jobs: Sequence[Accepted]) -> list[Job]:
    """Append jobs to the queue; one whose request was seen before is the job of then."""
    texts: dict[str, int] = {}
    return [find_job(db, _seen(db, job) or _append(db, job, texts)) for job in jobs]


def _seen(db: sqlite3.Connection, job: Accepted) -> str | None:
    if job.request is None:
        return None
    row = db.execute("SELECT id FROM jobs WHERE request = ?", (job.request,)).fetchone()
    return None if row is None else row[0]


def _append(db: sqlite3.Connection, job: Accepted, texts: dict[str, int]) -> str:
    for text in (job.submitted, job.resolved):
        if text not in texts:
            texts[text] = keep_text(db, text)
    targets = None if job.targets is None else to_json(job.targets)
    values = json.dumps(dict(job.values), ensure_ascii=False)  # as it is looked for
    db.execute(
        "INSERT INTO jobs (id, batch, title, request, device, dtype, priority, position, submitted,"
        ' "values", targets, submitted_text, resolved_text, loads, shape)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT ifnull(max(position), 0) + 1 FROM jobs), ?, ?, ?, ?,"
        " ?, ?, ?)",
        (
            job.id, job.batch, job.title, job.request, job.device, job.dtype, job.priority,
            time.time(), values, targets, texts[job.submitted], texts[job.resolved],
            *job.likeness,
        ),
    )  # fmt: skip
    return job.id


def change(
    db: sqlite3.Connection, id: str, priority: int | None, before: str | None, last: bool
) -> Job:
    """Give a queued job another priority, or another place: before a job, or after all.

    Before another job it takes that one's priority too.

    Raises:
        UnknownJobError: One of the two is not there.
        JobStateError: One of the two is not queued.
    """
    if before is not None and before != id:
        priority, position = _place_before(db, before)
    elif last:
        (position,) = db.execute("SELECT max(position) + 1 FROM jobs").fetchone()
    else:
        position = None
    _queued(db, id)
    db.execute(
        "UPDATE jobs SET priority = ifnull(?, priority), position = ifnull(?, position)"
        " WHERE id = ?",
        (priority, position, id),
    )
    return find_job(db, id)


def _queued(db: sqlite3.Connection, id: str) -> tuple[int, float]:
    row = db.execute("SELECT priority, position, state FROM jobs WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise UnknownJobError(id)
    if row[2] != "queued":
        raise JobStateError(f"job {id} is {row[2]}; only queued jobs have a place in the queue")
    return row[:2]


def _place_before(db: sqlite3.Connection, id: str) -> tuple[int, float]:
    """Return a job's priority and a position right before it, renumbering when there is no room."""
    for _ in range(2):
        priority, position = _queued(db, id)
        (previous,) = db.execute(
            "SELECT max(position) FROM jobs"
            " WHERE state = 'queued' AND priority = ? AND position < ?",
            (priority, position),
        ).fetchone()
        middle = position - 1 if previous is None else (previous + position) / 2
        if previous is None or previous < middle < position:
            return priority, middle
        _renumber(db)
    raise AssertionError("whole numbers have room between them")


def _renumber(db: sqlite3.Connection) -> None:
    db.execute(
        "UPDATE jobs SET position = ranks.position FROM (SELECT number,"
        " row_number() OVER (ORDER BY priority DESC, position, number) AS position FROM jobs"
        " WHERE state IN ('queued', 'running')) AS ranks WHERE jobs.number = ranks.number"
    )


def delete(db: sqlite3.Connection, id: str) -> None:
    """Forget an ended job; its outputs stay in the gallery.

    Raises:
        UnknownJobError: There is none of that id.
        JobStateError: It has not ended.
    """
    state = find_job(db, id).state
    if state in ("queued", "running"):
        raise JobStateError(f"job {id} is {state}; cancel it before deleting it")
    texts = db.execute(
        "DELETE FROM jobs WHERE id = ? RETURNING submitted_text, resolved_text", (id,)
    ).fetchone()
    drop_texts(db, texts)
