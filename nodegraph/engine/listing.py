"""Pages of jobs and of outputs, for as long as lists may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from nodegraph.engine.jobs import JobPage, OutputPage
from nodegraph.engine.rows import JOB, OUTPUT, job_of, output_of, with_outputs
from nodegraph.engine.states import ORDER

if TYPE_CHECKING:
    import sqlite3

    from nodegraph.engine.jobstate import JobState

Order: TypeAlias = Literal["newest", "queue"]
ORDERS: dict[Order, str] = {
    "newest": "number DESC",
    "queue": f"state = 'running' DESC, {ORDER}",
}


def list_jobs(
    db: sqlite3.Connection,
    states: Sequence[JobState],
    batch: str,
    text: str,
    order: Order,
    limit: int,
    offset: int,
) -> JobPage:
    """Return a page of the jobs that fit: slim, with their outputs, without timings."""
    conditions, fits = ["1"], list[str]()
    if states:
        conditions.append(f"state IN ({','.join('?' * len(states))})")
        fits += states
    if batch:
        conditions.append("batch = ?")
        fits.append(batch)
    if text:
        conditions.append("(id = ? OR title LIKE ? ESCAPE '~' OR \"values\" LIKE ? ESCAPE '~')")
        fits += [text, _like(text), _like(text)]
    where = f"FROM jobs WHERE {' AND '.join(conditions)}"
    (total,) = db.execute(f"SELECT count(*) {where}", fits).fetchone()
    rows = db.execute(
        f"SELECT {JOB} {where} ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?", [*fits, limit, offset]
    )
    return JobPage(tuple(with_outputs(db, map(job_of, rows))), total)


def _like(text: str) -> str:
    escaped = "".join(f"~{char}" if char in "~%_" else char for char in text)
    return f"%{escaped}%"


def list_outputs(
    db: sqlite3.Connection, job: str, text: str, limit: int, offset: int
) -> OutputPage:
    """Return a page of the outputs that fit, newest first."""
    conditions, fits = ["1"], list[str]()
    if job:
        conditions.append("(job = ? OR id IN (SELECT output FROM shared WHERE job = ?))")
        fits += [job, job]
    if text:
        conditions.append("name LIKE ? ESCAPE '~'")
        fits.append(_like(text))
    where = f"FROM outputs WHERE {' AND '.join(conditions)}"
    (total,) = db.execute(f"SELECT count(*) {where}", fits).fetchone()
    rows = db.execute(
        f"SELECT {OUTPUT} {where} ORDER BY id DESC LIMIT ? OFFSET ?", [*fits, limit, offset]
    )
    return OutputPage(tuple(map(output_of, rows)), total)


def count_jobs(db: sqlite3.Connection) -> dict[JobState, int]:
    """Return how many jobs there are, by state."""
    return dict(db.execute("SELECT state, count(*) FROM jobs GROUP BY state").fetchall())
