"""The pictures that a run leaves on its nodes, fetched a few at a time, those in view first."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from gui.bridge.engine import Engine
    from gui.running.following import Following
    from nodegraph.engine.client import Client

SIDE = 256
MOST = 64
"""Nodes that get a picture after a run."""
AT_ONCE = 4


async def fetch(client: Client, job: str, node: str, output: str) -> QImage:
    """Return a small picture of a value, decoded on a thread."""
    import asyncio  # which the client has loaded, and the way to the window need not

    data = await client.picture(job, node, output, side=SIDE)
    return await asyncio.to_thread(QImage.fromData, data)


class Thumbnails:
    """Fetches for all documents."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[tuple[Following, str, str]] = deque()
        self._asked = 0

    def want(self, following: Following) -> None:
        """Fetch what the nodes of a job show."""
        found = {
            path: output
            for path, output in following.track.pictures.items()
            if path in following.whole
        }
        shown = [path for path in following.status.in_view() if path in found]
        order = dict.fromkeys([*shown, *found])
        self._waiting.extend((following, path, found[path]) for path in list(order)[:MOST])
        self._next()

    def _next(self) -> None:
        while self._waiting and self._asked < AT_ONCE:
            following, path, output = self._waiting.popleft()
            if following.status.job_of(path) == following.job:
                self._ask(following, path, output)

    def _ask(self, following: Following, path: str, output: str) -> None:
        def take(picture: QImage) -> None:
            if not picture.isNull() and following.status.job_of(path) == following.job:
                following.status.set_picture(path, picture)
            end()

        def end(*_: object) -> None:
            self._asked -= 1
            self._next()

        self._asked += 1
        self._engine.ask(fetch, following.job, path, output, then=take, failed=end)
