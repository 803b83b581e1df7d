"""One line to one engine: a client on a thread of its own, what it hears told on Qt's."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from gui.bridge.asked import Asked
    from gui.bridge.post import Post
    from nodegraph.engine.client import ThreadedClient


class Line:
    """Asks and hears an engine until it is closed.

    What a client needs is imported on the way, on a thread, since that takes a while.
    """

    def __init__(
        self,
        address: tuple[str, str],
        post: Post,
        heard: Callable[[Any], object],
        refused: Callable[[NodegraphError], object],
    ) -> None:
        """Open it.

        Args:
            address: URL and token.
            heard: Told each of ``nodegraph.engine.client.events``.
            refused: Told, once, that nobody answers or that the token is wrong.
        """
        self._address, self._post = address, post
        self._heard, self._refused = heard, refused
        self._client: ThreadedClient | None = None
        self._held: list[Asked] = []
        self._closed = False
        threading.Thread(target=self._open, name="nodegraph engine line", daemon=True).start()

    def ask(self, asked: Asked) -> None:
        """Send a question, as soon as there is a client."""
        if self._client is None:
            self._held.append(asked)
            return
        method = asked.method
        if isinstance(method, str):
            from nodegraph.engine.client import Client

            method = getattr(Client, method)
        future = self._client.do(method, *asked.args, **asked.kwargs)
        future.add_done_callback(lambda done: self._post.put(asked.settle, done))

    def close(self) -> threading.Thread | None:
        """Hear nothing more; what waits for an answer is told that there is none.

        Returns:
            What ends the client, which may take a moment.
        """
        self._closed = True
        if self._client is None:
            return None
        ending = threading.Thread(target=self._client.close, daemon=True)
        ending.start()
        return ending

    def _open(self) -> None:
        from nodegraph.engine.client import ThreadedClient

        self._post.put(self._opened, ThreadedClient(*self._address))

    def _opened(self, client: ThreadedClient) -> None:
        self._client = client
        if self._closed:
            self.close()
            return
        following = client.follow(lambda event: self._post.put(self._hear, event))
        following.add_done_callback(lambda done: self._post.put(self._end, done))
        for asked in self._held:
            self.ask(asked)
        self._held.clear()

    def _hear(self, event: Any) -> None:
        if not self._closed:
            self._heard(event)

    def _end(self, following: Future[None]) -> None:
        if self._closed:
            return
        try:
            following.result(timeout=0)
        except NodegraphError as error:
            self._refused(error)
        except CancelledError:
            pass
