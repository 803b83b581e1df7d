"""The one thread that writes: what waits is written in one transaction, and then answered."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

from nodegraph.storage import StorageError

T = TypeVar("T")
Write: TypeAlias = Callable[[sqlite3.Connection], Any]
MOST = 256
"""Writes in one transaction; the first of them waits for the last."""


class Writer:
    """Runs functions of the database, in order; each future is done when its change is on the disk.

    A function that raises changes nothing, and the others of its transaction stand. When the
    system cannot write, all of them fail.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._waiting: SimpleQueue[tuple[Write, Future[Any]] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._open = True
        self._thread = threading.Thread(target=self._loop, name="nodegraph-writer")
        self._thread.start()

    def write(self, function: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Have a function called with the database; callable from any thread.

        Raises:
            StorageError: The store is closed.
        """
        future: Future[T] = Future()
        with self._lock:
            if not self._open:
                raise StorageError("the engine is stopping and takes no more changes; start it")
            self._waiting.put((function, future))
        return future

    def close(self) -> None:
        """Write what waits, and end."""
        with self._lock:
            if self._open:
                self._open = False
                self._waiting.put(None)
        self._thread.join()
        self._db.close()

    def _loop(self) -> None:
        while (first := self._waiting.get()) is not None:
            together, ends = [first], False
            while len(together) < MOST and not ends:
                try:
                    following = self._waiting.get_nowait()
                except Empty:
                    break
                if following is None:
                    ends = True
                else:
                    together.append(following)
            self._commit([entry for entry in together if entry[1].set_running_or_notify_cancel()])
            if ends:
                return

    def _commit(self, together: list[tuple[Write, Future[Any]]]) -> None:
        answers: list[tuple[Future[Any], Any, Exception | None]] = []
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for function, future in together:
                answers.append((future, *self._apply(function)))
            self._db.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
            self._undo()
            answers = [(future, None, _explained(error)) for _, future in together]
        for future, value, error in answers:
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)

    def _apply(self, function: Write) -> tuple[Any, Exception | None]:
        self._db.execute("SAVEPOINT one")
        try:
            value, error = function(self._db), None
        except Exception as raised:
            if not self._db.in_transaction:
                raise
            self._db.execute("ROLLBACK TO one")
            value, error = None, _explained(raised)
        self._db.execute("RELEASE one")
        return value, error

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")


def _explained(error: Exception) -> Exception:
    if not isinstance(error, sqlite3.Error):
        return error
    return StorageError(
        f"the engine cannot write its database: {error}; free some space or check its folder"
    )
