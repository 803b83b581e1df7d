"""What a worker says to the server; events go together, many in one message."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nodegraph.engine.messages import Events, encode
from nodegraph.execution.events import Progress, to_json

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from nodegraph.engine.messages import FromWorker
    from nodegraph.execution.events import Event

EVERY = 0.02
"""Seconds that an event may wait for others."""


class Outbox:
    """Messages to the server, from any thread; those of one thread stay in order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._events: deque[tuple[str, Event]] = deque()
        self._flushed = 0.0
        self._some = threading.Event()

    def open(self) -> None:
        """Begin to send what collects."""
        threading.Thread(target=self._flush_often, name="outbox", daemon=True).start()

    def collect(self, job: str, event: Event) -> None:
        """Send an event of a job soon."""
        self._events.append((job, event))
        if not self._some.is_set():
            self._some.set()

    def send(self, message: FromWorker) -> None:
        """Send a message now, after the events that were collected before it.

        Ends the process when the server is gone: nobody is left to work for.
        """
        try:
            with self._sending:
                self._flush()
                self._connection.send_bytes(encode(message))
        except OSError:
            os._exit(0)

    def _flush_often(self) -> None:
        while True:
            self._some.wait()
            time.sleep(max(self._flushed + EVERY - time.monotonic(), 0.0))
            try:
                with self._sending:
                    self._flush()
            except OSError:
                os._exit(0)

    def _flush(self) -> None:
        self._some.clear()
        jobs: dict[str, list[Event]] = {}
        while self._events:
            job, event = self._events.popleft()
            jobs.setdefault(job, []).append(event)
        for job, events in jobs.items():
            self._connection.send_bytes(encode(bundle(job, events)))
            self._flushed = time.monotonic()


def bundle(job: str, events: list[Event]) -> Events:
    """Return events as one message, their previews beside them."""
    pictures: list[bytes] = []
    told: list[dict[str, Any]] = []
    for event in events:
        if not isinstance(event, Progress):
            told.append(to_json(event))
            continue
        data = to_json(replace(event, preview=b"") if event.preview else event)
        data["preview"] = len(pictures) if event.preview else -1
        pictures += [event.preview] if event.preview else []
        told.append(data)
    return Events(job, tuple(told), tuple(pictures))
