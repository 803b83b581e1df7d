"""What becomes of a job; inside a transaction of the writer's.

queued ── take ──> running ── end ──> done, failed, cancelled
   │  ^               │
   │  └── requeue ────┘   twice at most, then failed; cancelled when that was asked for
   └── cancel ──> cancelled
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from nodegraph.engine.choosing import Waiting, first, of_one_priority
from nodegraph.engine.jobs import Failure, Job, Saved
from nodegraph.engine.naming import name_outputs, share_outputs
from nodegraph.engine.rows import JobStateError, failure_json, find_job, to_json

if TYPE_CHECKING:
    import sqlite3

    from nodegraph.engine.messages import Finished

Choose: TypeAlias = Callable[[Sequence[Waiting]], Sequence[Waiting]]

LIVES = 2
"""How often a job is queued again after what killed its worker or its engine."""

ORDER = "priority DESC, position, number"


def take(
    db: sqlite3.Connection, device: str, worker: str = "", choose: Choose = first, look: int = 1
) -> list[Job]:
    """Make the next jobs that may run on a device the running ones.

    Args:
        worker: Who will run them.
        choose: Chooses among the first of those that wait, which are of one priority.
        look: Among how many.
    """
    rows = db.execute(
        "SELECT id, loads, shape, interruptions, priority FROM jobs WHERE state = 'queued'"
        f" AND device IN ('auto', ?, ?) ORDER BY {ORDER} LIMIT ?",
        (device, device.partition(":")[0], look),
    ).fetchall()
    if not rows:
        return []
    ids = [job.id for job in choose(of_one_priority(rows))]
    db.executemany(
        "UPDATE jobs SET state = 'running', started = ?, attempts = attempts + 1, worker = ?"
        " WHERE id = ?",
        [(time.time(), worker, id) for id in ids],
    )
    return [find_job(db, id) for id in ids]


def end(db: sqlite3.Connection, id: str, finished: Finished, files: Sequence[Saved]) -> Job:
    """End a running job, and name its files in the gallery.

    Raises:
        UnknownJobError: There is none of that id.
        JobStateError: It is not running.
    """
    job = _running(db, id)
    name_outputs(db, job, files)
    share_outputs(db, job, finished.kept)
    _close(db, id, finished.state, finished.error, finished.skipped, finished.timings)
    return find_job(db, id)


def _running(db: sqlite3.Connection, id: str) -> Job:
    job = find_job(db, id)
    if job.state != "running":
        raise JobStateError(f"job {id} is {job.state}, not running")
    return job


def _close(
    db: sqlite3.Connection,
    id: str,
    state: str,
    error: Failure | None = None,
    skipped: Mapping[str, str] | None = None,
    timings: Mapping[str, Any] | None = None,
) -> None:
    db.execute(
        "UPDATE jobs SET state = ?, finished = ?, error = ?, skipped = ?, timings = ? WHERE id = ?",
        (
            state, time.time(), failure_json(error), to_json(dict(skipped or {})),
            to_json(dict(timings or {})), id,
        ),
    )  # fmt: skip


def requeue(db: sqlite3.Connection, id: str, reason: str, counted: bool) -> Job:
    """Queue a running job again at its old place; or end it, where that was enough.

    Raises:
        UnknownJobError: There is none of that id.
        JobStateError: It is not running.
    """
    _running(db, id)
    interruptions, cancelling = db.execute(
        "SELECT interruptions, cancelling FROM jobs WHERE id = ?", (id,)
    ).fetchone()
    if cancelling:
        _close(db, id, "cancelled")
    elif counted and interruptions >= LIVES:
        _close(db, id, "failed", Failure(f"{reason}; it was begun {LIVES + 1} times"))
    else:
        db.execute(
            "UPDATE jobs SET state = 'queued', started = NULL, note = ?,"
            " interruptions = interruptions + ? WHERE id = ?",
            (reason, counted, id),
        )
    return find_job(db, id)


def recover(db: sqlite3.Connection, reason: str) -> list[Job]:
    """Queue again what ran when the engine ended."""
    rows = db.execute("SELECT id FROM jobs WHERE state = 'running'").fetchall()
    return [requeue(db, id, reason, True) for (id,) in rows]


def cancel(db: sqlite3.Connection, ids: Sequence[str] | None) -> list[Job]:
    """Cancel jobs, or all; return those that changed: now cancelled, or running and to be ended.

    A running one keeps the wish, so that it does not begin again after a crash.

    Raises:
        UnknownJobError: One is not there; then none is cancelled.
    """
    if ids is None:
        rows = db.execute(
            "SELECT id FROM jobs WHERE state IN ('queued', 'running') ORDER BY number"
        ).fetchall()
        ids = [id for (id,) in rows]
    changed = [job for job in (find_job(db, id) for id in ids) if job.finished is None]
    for job in changed:
        if job.state == "queued":
            _close(db, job.id, "cancelled")
        else:
            db.execute("UPDATE jobs SET cancelling = 1 WHERE id = ?", (job.id,))
    return [find_job(db, job.id) for job in changed]


def refuse(db: sqlite3.Connection, devices: Sequence[str]) -> list[Job]:
    """Fail the queued jobs whose device is none of those there are."""
    known = {"auto", *devices, *(device.partition(":")[0] for device in devices)}
    marks = ",".join("?" * len(known))
    rows = db.execute(
        f"SELECT id, device FROM jobs WHERE state = 'queued' AND device NOT IN ({marks})",
        list(known),
    ).fetchall()
    for id, device in rows:
        message = f"there is no device {device} here; choose auto, or one of {', '.join(devices)}"
        _close(db, id, "failed", Failure(message))
    return [find_job(db, id) for id, _ in rows]
