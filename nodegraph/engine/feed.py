"""What happens in an engine, numbered, for whoever watches.

A bounded ring of entries that each reader follows with a cursor of its own: the publisher waits
for nobody. Who falls too far behind is told of a gap. Previews are not in the ring: a reader gets
the newest of each job when it has time. All of it belongs to one event loop.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import struct
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from nodegraph.engine.jobs import Job
from nodegraph.engine.jobstate import ENDED

COUNT, BYTES = 20_000, 8 * 2**20
BATCH = 256
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened.

    Attributes:
        n: One more than the entry before.
        job: The job it is about, or nothing.
        text: JSON with ``n``.
    """

    n: int
    job: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The newest picture of what a job is at.

    Attributes:
        n: Grows with each preview of any job.
        picture: Encoded; JPEG or WebP.
    """

    n: int
    job: str
    node: str
    picture: bytes

    @property
    def frame(self) -> bytes:
        """Length, JSON and picture, as the WebSocket sends it."""
        head = json.dumps({"n": self.n, "job": self.job, "node": self.node}).encode()
        return _LENGTH.pack(len(head)) + head + self.picture


@dataclass(frozen=True, slots=True)
class Batch:
    """What a reader gets next."""

    entries: tuple[Entry, ...]
    previews: tuple[Preview, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries are gone that the reader has not had: it must ask for the state; ``last`` is read."""

    last: int


class Feed:
    """The ring and the newest previews.

    Attributes:
        epoch: Of this server's life: numbers of another one mean nothing here.
        last: The number of the newest entry; 0 before the first.
    """

    def __init__(self, count: int = COUNT, size: int = BYTES) -> None:
        self.epoch = secrets.token_hex(8)
        self.last = 0
        self.shown = 0
        self._limits = count, size
        self._ring: deque[Entry] = deque()
        self._size = 0
        self._previews: dict[str, Preview] = {}
        self._changed = asyncio.Event()

    def publish(self, data: Mapping[str, Any]) -> int:
        """Tell all readers; dataclasses inside become objects. Returns the entry's number.

        Args:
            data: ``type`` says what it is; ``job`` is a ``Job``, or a job's id, where it is of one.
        """
        about = data.get("job", "")
        job = about.id if isinstance(about, Job) else str(about)
        if isinstance(about, Job) and about.state in ENDED:
            self._previews.pop(job, None)
        self.last += 1
        text = json.dumps({"n": self.last, **data}, default=_plain, separators=(",", ":"))
        self._ring.append(Entry(self.last, job, text))
        self._size += len(text)
        self._trim()
        self._wake()
        return self.last

    def preview(self, job: str, node: str, picture: bytes) -> None:
        """Show what a job is at; the preview before is forgotten."""
        self.shown += 1
        self._previews[job] = Preview(self.shown, job, node, picture)
        self._wake()

    def reader(self, after: int | None = None, epoch: str | None = None, job: str = "") -> Reader:
        """Return a reader of what comes next, or of all after an entry.

        Args:
            epoch: The one that ``after`` was said in; another one's numbers make a gap.
            job: Only what is about this job, or about none.
        """
        known = epoch in (None, self.epoch)
        return Reader(self, self.last if after is None else after if known else -1, job)

    def since(self, after: int) -> list[Entry] | None:
        """Return some entries after a number; ``None`` when the first of them are gone."""
        start = after + len(self._ring) - self.last
        if start < 0 or after > self.last:
            return None
        return [self._ring[i] for i in range(start, min(start + BATCH, len(self._ring)))]

    def previews_since(self, shown: int) -> list[Preview]:
        """Return the previews that came after one."""
        return [one for one in self._previews.values() if one.n > shown]

    async def changed(self) -> None:
        """Wait for the next entry or preview."""
        await self._changed.wait()

    def _trim(self) -> None:
        count, size = self._limits
        while len(self._ring) > count or (self._size > size and len(self._ring) > 1):
            self._size -= len(self._ring.popleft().text)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Reader:
    """A place in the feed; as slow as its owner."""

    def __init__(self, feed: Feed, after: int, job: str) -> None:
        self.after = after
        self._feed, self._job, self._shown = feed, job, 0

    async def next(self) -> Batch | Gap:
        """Return what is new, as soon as there is any."""
        while True:
            found = self._feed.since(self.after)
            if found is None:
                self.after = self._feed.last
                return Gap(self.after)
            batch = self._take(found)
            if batch.entries or batch.previews:
                return batch
            if not found:
                await self._feed.changed()

    def _take(self, found: list[Entry]) -> Batch:
        previews = self._feed.previews_since(self._shown)
        self._shown = self._feed.shown
        if found:
            self.after = found[-1].n
        if not self._job:
            return Batch(tuple(found), tuple(previews))
        return Batch(
            tuple(one for one in found if one.job in ("", self._job)),
            tuple(one for one in previews if one.job == self._job),
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    return asdict(value)
