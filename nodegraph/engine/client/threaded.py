"""A client for programs without an event loop, such as one with windows: it runs its own."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from nodegraph.engine.client.client import Client

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Future
    from pathlib import Path

    from nodegraph.engine.client.events import Event, Position

P = ParamSpec("P")
T = TypeVar("T")


class ThreadedClient:
    """A ``Client`` on a thread of its own; every method may be called from any thread.

    ``engine.do(Client.submit, graph).result()`` waits; ``engine.do(…, then=show)`` does not. What
    is called back is called on that thread, so a program with windows passes it on to its own.
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, *, data: Path | None = None
    ) -> None:
        self._client = Client(url, token, data=data)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="nodegraph engine client", daemon=True
        )
        self._thread.start()

    def do(
        self,
        method: Callable[Concatenate[Client, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Future[T]:
        """Call a method of ``Client``; the future has its answer, or its error."""

        async def call() -> T:
            return await method(self._client, *args, **kwargs)

        return asyncio.run_coroutine_threadsafe(call(), self._loop)

    def follow(
        self, heard: Callable[[Event], object], *, after: Position | None = None, job: str = ""
    ) -> Future[None]:
        """Call a function with every event until the future is cancelled.

        What it raises is reported and keeps no event from coming. The future fails when nobody
        answers at first, or the token is wrong.
        """

        async def follow() -> None:
            async for event in self._client.events(after=after, job=job):
                self._loop.call_soon(heard, event)

        return asyncio.run_coroutine_threadsafe(follow(), self._loop)

    def close(self) -> None:
        """End what is going on, and the thread."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.close()
        await self._loop.shutdown_asyncgens()
        await self._loop.shutdown_default_executor()

    def __enter__(self) -> ThreadedClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
