"""The gallery's index: what it says of each file, and making it anew from the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from nodegraph.engine.naming import count_names, free_name
from nodegraph.engine.rows import OUTPUT, output_of
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    import sqlite3

    from nodegraph.engine.jobs import Output, Saved


class UnknownOutputError(NodegraphError):
    """There is no such output."""

    def __init__(self, id: int) -> None:
        super().__init__(f"there is no output {id}; it may have been deleted")


class LostOutputError(NodegraphError):
    """An output's file is not where it was."""


def find_output(db: sqlite3.Connection, id: int) -> tuple[Output, str]:
    """Return an output, and where a job saved it under the folder of work.

    Raises:
        UnknownOutputError: There is none of that id.
    """
    row = db.execute(f"SELECT {OUTPUT}, source FROM outputs WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise UnknownOutputError(id)
    return output_of(row[:-1]), row[-1]


def sources(db: sqlite3.Connection, job: str) -> dict[int, str]:
    """Return where a job saved its outputs, by their ids."""
    return dict(
        db.execute("SELECT id, source FROM outputs WHERE job = ? ORDER BY id", (job,)).fetchall()
    )


def rename(db: sqlite3.Connection, id: int) -> Output:
    """Give an output the next name: a file that is not ours has its own.

    Raises:
        UnknownOutputError: There is none of that id.
    """
    output, _ = find_output(db, id)
    db.execute("UPDATE outputs SET name = ? WHERE id = ?", (free_name(db, output.name), id))
    return find_output(db, id)[0]


def forget(db: sqlite3.Connection, id: int) -> None:
    """Take an output out of the index.

    Raises:
        UnknownOutputError: There is none of that id.
    """
    find_output(db, id)
    db.execute("DELETE FROM outputs WHERE id = ?", (id,))


def rebuild(
    db: sqlite3.Connection, found: Iterable[Saved], lies: Callable[[str, str], bool]
) -> None:
    """Make the index agree with the files: those it lacks come in, those that are gone go out.

    Args:
        found: All files of the gallery; ``path`` is the name.
        lies: Tells of a name and a source whether there is a file.
    """
    rows = db.execute("SELECT id, name, source FROM outputs").fetchall()
    lost = [(id,) for id, name, source in rows if not lies(name, source)]
    db.executemany("DELETE FROM outputs WHERE id = ?", lost)
    files = [file for file in found if lies(file.path, "")]
    db.executemany(
        "INSERT OR IGNORE INTO outputs (job, node, name, source, size, width, height, created)"
        " VALUES ('', '', ?, '', ?, ?, ?, ?)",
        [(file.path, file.size, file.width, file.height, file.created) for file in files],
    )
    count_names(db, (file.path for file in files))
