"""Names in the gallery: each is given once, numbers go on, and none is used again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from nodegraph.engine.jobs import Job, Saved

NUMBERED = re.compile(r"(?P<stem>.*)_(?P<number>\d{5,})(?P<suffix>\.[^/.]*)?", re.DOTALL)
SUFFIX = re.compile(r"(?P<stem>.*?[^/])(?P<suffix>\.[^/.]*)?", re.DOTALL)


def name_outputs(db: sqlite3.Connection, job: Job, files: Sequence[Saved]) -> None:
    """Put a job's files into the index, each under a name of its own."""
    for file in files:
        db.execute(
            "INSERT INTO outputs (job, node, name, source, size, width, height, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                job.id, file.node, free_name(db, file.path), source(job, file.path), file.size,
                file.width, file.height, file.created,
            ),
        )  # fmt: skip


def share_outputs(db: sqlite3.Connection, job: Job, kept: Sequence[tuple[str, str]]) -> None:
    """Count files of earlier jobs among a job's outputs too, by node and name: it would have saved
    the same again.
    """
    db.executemany(
        "INSERT OR IGNORE INTO shared SELECT ?, ?, id FROM outputs WHERE name = ?",
        [(job.id, node, name) for node, name in kept],
    )


def attempt(job: Job) -> str:
    """Return the name of the folder that this attempt at a job saves into."""
    return f"{job.id}-{job.attempts}"


def source(job: Job, path: str) -> str:
    """Return where a job saved a file, under the folder of work."""
    return f"{attempt(job)}/{path}"


def free_name(db: sqlite3.Connection, wanted: str) -> str:
    """Return a name nothing had before: the wanted one with the number that comes next.

    A name that carries no number keeps it off as long as nothing has it.
    """
    numbered = NUMBERED.fullmatch(wanted)
    if numbered is None and not _taken(db, wanted):
        return wanted
    found = numbered or SUFFIX.fullmatch(wanted)
    assert found is not None
    stem, suffix = found["stem"], found["suffix"] or ""
    while True:
        name = f"{stem}_{_next(db, stem, suffix):05d}{suffix}"
        if not _taken(db, name):
            return name


def _taken(db: sqlite3.Connection, name: str) -> bool:
    return db.execute("SELECT 1 FROM outputs WHERE name = ?", (name,)).fetchone() is not None


def _next(db: sqlite3.Connection, stem: str, suffix: str) -> int:
    (number,) = db.execute(
        "INSERT INTO counters VALUES (?, 1) ON CONFLICT DO UPDATE SET last = last + 1"
        " RETURNING last",
        (f"{stem}_*{suffix}",),
    ).fetchone()
    return number


def count_names(db: sqlite3.Connection, names: Iterable[str]) -> None:
    """Let the numbers go on after those of files that are there already."""
    for name in names:
        numbered = NUMBERED.fullmatch(name)
        if numbered is not None and len(numbered["number"]) < 16:
            pattern = f"{numbered['stem']}_*{numbered['suffix'] or ''}"
            db.execute(
                "INSERT INTO counters VALUES (?1, ?2) ON CONFLICT DO UPDATE"
                " SET last = max(last, ?2)",
                (pattern, int(numbered["number"])),
            )
