"""What the server says to a worker, taken in by a thread of its own."""

from __future__ import annotations

import os
import threading
import traceback
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeAlias

from nodegraph.engine.messages import Cancel, ListModels, Look, Start, Turns, decode
from nodegraph.execution.context import CancelToken

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from nodegraph.engine.messages import Free, Published, ToWorker

Question: TypeAlias = Look | Turns | ListModels


class Inbox:
    """Messages from the server, sorted by who has to hear them.

    Attributes:
        work: What the main thread does one after another.
        questions: What it answers even in the middle of a job.
    """

    def __init__(self, connection: Connection) -> None:
        self.work: SimpleQueue[Start | Free | Published | None] = SimpleQueue()
        self.questions: SimpleQueue[Question] = SimpleQueue()
        self._connection = connection
        self._tokens: dict[str, CancelToken] = {}

    def open(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._listen, name="inbox", daemon=True).start()

    def token(self, job: str) -> CancelToken:
        """Return what ends a job; it may have been told to end before it began."""
        return self._tokens[job]

    def over(self, job: str) -> None:
        """Forget a job: cancelling it does nothing any more."""
        self._tokens.pop(job, None)

    def _listen(self) -> None:
        """Sort messages until the server is gone; then end the process, whatever it is at."""
        try:
            while True:
                self._sort(decode(self._connection.recv_bytes()))  # type: ignore[arg-type]
        except (EOFError, OSError):
            os._exit(0)
        except Exception:  # noqa: BLE001 - a worker that hears no more must not seem to live
            traceback.print_exc()
            os._exit(1)

    def _sort(self, message: ToWorker) -> None:
        if isinstance(message, Cancel):
            if token := self._tokens.get(message.job):
                token.cancel()
        elif isinstance(message, (Look, Turns, ListModels)):
            self.questions.put(message)
            self.work.put(None)  # wakes a main thread that has nothing to do
        else:
            if isinstance(message, Start):
                self._tokens[message.job] = CancelToken()
            self.work.put(message)
