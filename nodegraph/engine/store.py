"""Jobs and the gallery's index in one SQLite file: what was answered is on the disk."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nodegraph.engine import accepting, gallery_index, listing, states
from nodegraph.engine.choosing import first
from nodegraph.engine.rows import find_job, read_texts
from nodegraph.engine.schema import open_reader, open_writer
from nodegraph.engine.writer import Writer
from nodegraph.storage import StorageError

if TYPE_CHECKING:
    import sqlite3
    from concurrent.futures import Future
    from pathlib import Path

    from nodegraph.engine.jobs import Accepted, Job, JobPage, Output, OutputPage, Saved
    from nodegraph.engine.jobstate import JobState
    from nodegraph.engine.messages import Finished


class Store:
    """Every write is a transaction's part, made by one thread; reads never wait for it.

    A future is done when the change is on the disk (``await asyncio.wrap_future(…)``). It raises
    ``UnknownJobError`` and ``JobStateError`` where there is no such job or its state forbids it.

    Attributes:
        new: Whether the file was made now.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            StorageError: It is of a newer Nodegraph, no database, or cannot be written.
        """
        self._path = path
        self._readers: list[sqlite3.Connection] = []
        self._local = threading.local()
        self._reads, self._open = 0, True
        self._changed = threading.Condition()
        db, self.new = open_writer(path)
        self._writer = Writer(db)
        self.write = self._writer.write

    def close(self) -> None:
        """Write what waits, and end, once all reads have; a connection must not go under one."""
        self._writer.close()
        with self._changed:
            self._open = False
            self._changed.wait_for(lambda: not self._reads)
        for reader in self._readers:
            reader.close()

    def accept(self, jobs: Sequence[Accepted]) -> Future[list[Job]]:
        """Append jobs to the queue; one whose request was seen before is the job of then."""
        return self.write(lambda db: accepting.accept(db, jobs))

    def take(
        self, device: str, worker: str = "", choose: states.Choose = first, look: int = 1
    ) -> Future[list[Job]]:
        """Make the next jobs for a device the running ones: its own, its kind's or anybody's.

        Args:
            worker: Who will run them.
            choose: Chooses among those that wait, on the thread that writes.
            look: Among how many.
        """
        return self.write(lambda db: states.take(db, device, worker, choose, look))

    def end(self, job: str, finished: Finished, files: Sequence[Saved]) -> Future[Job]:
        """End a running job, and name its files in the gallery."""
        return self.write(lambda db: states.end(db, job, finished, files))

    def requeue(self, job: str, reason: str, *, counted: bool = True) -> Future[Job]:
        """Queue a running job again; the third time that counts it fails with the reason.

        It becomes cancelled where that was asked for.
        """
        return self.write(lambda db: states.requeue(db, job, reason, counted))

    def recover(self) -> list[Job]:
        """Queue again what ran when the engine ended; call it before anything is taken."""
        return self.write(lambda db: states.recover(db, "the engine ended while it ran")).result()

    def cancel(self, jobs: Sequence[str] | None) -> Future[list[Job]]:
        """Cancel jobs, or all; gives those now cancelled, and the running ones to be ended."""
        return self.write(lambda db: states.cancel(db, jobs))

    def refuse(self, devices: Sequence[str]) -> Future[list[Job]]:
        """Fail the queued jobs whose device is none of those there are."""
        return self.write(lambda db: states.refuse(db, devices))

    def change(
        self, job: str, *, priority: int | None = None, before: str | None = None,
        last: bool = False,
    ) -> Future[Job]:  # fmt: skip
        """Give a queued job another priority, or another place: before a job, or after all."""
        return self.write(lambda db: accepting.change(db, job, priority, before, last))

    def delete(self, job: str) -> Future[None]:
        """Forget an ended job; its outputs stay in the gallery."""
        return self.write(lambda db: accepting.delete(db, job))

    def job(self, id: str) -> Job:
        """Return a job with its timings and outputs.

        Raises:
            UnknownJobError: There is none of that id.
        """
        with self._reading() as db:
            return find_job(db, id)

    def documents(self, id: str) -> tuple[str, str]:
        """Return a job's workflow as it was submitted and as it runs.

        Raises:
            UnknownJobError: There is none of that id.
        """
        with self._reading() as db:
            return read_texts(db, id)

    def jobs(
        self, *, states: Sequence[JobState] = (), batch: str = "", text: str = "",
        order: listing.Order = "newest", limit: int = 50, offset: int = 0,
    ) -> JobPage:  # fmt: skip
        """Return a page of the jobs that fit.

        Args:
            text: Part of the title or of what was set, or the whole id.
            order: ``newest`` first, or as the ``queue`` runs.
        """
        with self._reading() as db:
            return listing.list_jobs(db, states, batch, text, order, limit, offset)

    def counts(self) -> dict[JobState, int]:
        """Return how many jobs there are, by state."""
        with self._reading() as db:
            return listing.count_jobs(db)

    def outputs(
        self, *, job: str = "", text: str = "", limit: int = 50, offset: int = 0
    ) -> OutputPage:
        """Return a page of the outputs, newest first; of one job, or with a text in the name."""
        with self._reading() as db:
            return listing.list_outputs(db, job, text, limit, offset)

    def output(self, id: int) -> Output:
        """Return an output.

        Raises:
            UnknownOutputError: There is none of that id.
        """
        with self._reading() as db:
            return gallery_index.find_output(db, id)[0]

    def source(self, id: int) -> str:
        """Return where a job saved an output, under the folder of work; empty when none did.

        Raises:
            UnknownOutputError: There is none of that id.
        """
        with self._reading() as db:
            return gallery_index.find_output(db, id)[1]

    def sources(self, job: str) -> dict[int, str]:
        """Return where a job saved its outputs, by their ids."""
        with self._reading() as db:
            return gallery_index.sources(db, job)

    def rename(self, output: int) -> Future[Output]:
        """Give an output the next name."""
        return self.write(lambda db: gallery_index.rename(db, output))

    def forget(self, output: int) -> Future[None]:
        """Take an output out of the index."""
        return self.write(lambda db: gallery_index.forget(db, output))

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        """Give a connection of this thread's own for one read.

        Raises:
            StorageError: The store is closed.
        """
        with self._changed:
            if not self._open:
                raise StorageError("the engine is stopping and can be asked no more; start it")
            self._reads += 1
        try:
            yield self._reader()
        finally:
            with self._changed:
                self._reads -= 1
                self._changed.notify_all()

    def _reader(self) -> sqlite3.Connection:
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = open_reader(self._path)
            self._readers.append(reader)
        return reader
