"""The engine's SQLite file: its tables, and how one of an older Nodegraph becomes one of ours."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from nodegraph.storage import StorageError

if TYPE_CHECKING:
    from pathlib import Path

STEPS = (
    """
    CREATE TABLE texts (
        id INTEGER PRIMARY KEY,
        hash BLOB NOT NULL UNIQUE,
        body BLOB NOT NULL
    );
    CREATE TABLE jobs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        batch TEXT NOT NULL,
        title TEXT NOT NULL,
        request TEXT UNIQUE,
        state TEXT NOT NULL DEFAULT 'queued',
        device TEXT NOT NULL,
        dtype TEXT NOT NULL,
        priority INTEGER NOT NULL,
        position REAL NOT NULL,
        submitted REAL NOT NULL,
        started REAL,
        finished REAL,
        attempts INTEGER NOT NULL DEFAULT 0,
        interruptions INTEGER NOT NULL DEFAULT 0,
        cancelling INTEGER NOT NULL DEFAULT 0,
        note TEXT NOT NULL DEFAULT '',
        "values" TEXT NOT NULL,
        targets TEXT,
        error TEXT,
        skipped TEXT NOT NULL DEFAULT '{}',
        submitted_text INTEGER NOT NULL REFERENCES texts,
        resolved_text INTEGER NOT NULL REFERENCES texts,
        timings TEXT NOT NULL DEFAULT '{}'
    );
    CREATE INDEX jobs_queued ON jobs (priority DESC, position) WHERE state = 'queued';
    CREATE INDEX jobs_state ON jobs (state);
    CREATE INDEX jobs_batch ON jobs (batch);
    CREATE INDEX jobs_position ON jobs (position);
    CREATE INDEX jobs_submitted_text ON jobs (submitted_text);
    CREATE INDEX jobs_resolved_text ON jobs (resolved_text);
    CREATE TABLE outputs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job TEXT NOT NULL,
        node TEXT NOT NULL,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        source TEXT NOT NULL,
        size INTEGER NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        created REAL NOT NULL
    );
    CREATE INDEX outputs_job ON outputs (job);
    CREATE TABLE counters (
        pattern TEXT PRIMARY KEY COLLATE NOCASE,
        last INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE shared (
        job TEXT NOT NULL,
        node TEXT NOT NULL,
        output INTEGER NOT NULL REFERENCES outputs,
        PRIMARY KEY (job, node, output)
    ) WITHOUT ROWID;
    CREATE INDEX shared_output ON shared (output);
    CREATE TRIGGER output_gone AFTER DELETE ON outputs
        BEGIN DELETE FROM shared WHERE output = old.id; END;
    CREATE TRIGGER job_gone AFTER DELETE ON jobs
        BEGIN DELETE FROM shared WHERE job = old.id; END;
    """,
    """
    ALTER TABLE jobs ADD COLUMN worker TEXT NOT NULL DEFAULT '';
    ALTER TABLE jobs ADD COLUMN loads TEXT NOT NULL DEFAULT '';
    ALTER TABLE jobs ADD COLUMN shape TEXT NOT NULL DEFAULT '';
    """,
)
"""Step n makes version n + 1 of version n; a step that was released is never changed."""


def open_writer(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Open the file to write, made or brought up to date first; and whether it was made now.

    Raises:
        StorageError: It is of a newer Nodegraph, no database, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise _refusal(path, error) from error
    try:
        return db, _prepare(db, path)
    except sqlite3.Error as error:
        db.close()
        raise _refusal(path, error) from error
    except StorageError:
        db.close()
        raise


def _refusal(path: Path, error: Exception) -> StorageError:
    return StorageError(
        f"cannot use {path}: {error}; choose another --data folder, or move the file away to begin "
        "with an empty queue"
    )


def _prepare(db: sqlite3.Connection, path: Path) -> bool:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > len(STEPS):
        raise StorageError(
            f"{path} was written by a newer Nodegraph; use that one, or another --data folder"
        )
    for number, step in enumerate(STEPS[version:], version + 1):
        db.executescript(f"BEGIN; {step} PRAGMA user_version = {number}; COMMIT;")
    return version == 0


def open_reader(path: Path) -> sqlite3.Connection:
    """Open the file to read; a reader sees what is committed and waits for nobody."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
