"""Fifty programs that watch one engine, one of which never reads."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

import aiohttp

from benchmarks.engines import Row, number, spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.engines import Server

CLIENTS = 50
WAIT = 60


class Watcher:
    """Reads events as they come.

    Attributes:
        after: The number of the last event before all of them watched.
        times: When each number after that was heard of.
        gaps: How often some were missed.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, after: int) -> None:
        self.socket, self.after, self.gaps = socket, after, 0
        self.times: dict[int, float] = {}

    async def read(self) -> None:
        """Read for ever."""
        while True:
            data = json.loads(await self.socket.receive_str())
            self.gaps += data["type"] == "gap"
            if data["n"] > self.after:
                self.times[data["n"]] = time.perf_counter()


async def watched(server: Server, jobs: int) -> list[Row]:
    """Return what fifty clients hear of some jobs, and what they cost those."""
    alone, _ = await _watch(server, 1, jobs)
    seconds, readers = await _watch(server, CLIENTS - 1, jobs)
    numbers = set[int]().union(*(one.times for one in readers))
    whole = sum(one.times.keys() == numbers and not one.gaps for one in readers)
    first = {n: min(one.times[n] for one in readers if n in one.times) for n in numbers}
    late = [when - first[n] for one in readers for n, when in one.times.items()]
    events = f"{len(numbers):,} events"
    return [
        Row(
            f"clients that heard all {events}, another never reading",
            f"{whole} of {len(readers)}",
            "all",
            whole == len(readers),
        ),
        Row("an event later at one client than at the first", spread(late)),
        Row(f"{jobs} jobs with {CLIENTS} clients, with one", f"{seconds:.2f} s, {alone:.2f} s"),
    ]


async def _watch(server: Server, readers: int, jobs: int) -> tuple[float, list[Watcher]]:
    """Run jobs while clients read and one does not; return the seconds they took."""
    async with (
        aiohttp.ClientSession(server.url, headers=server.headers) as session,
        server.client() as client,
        asyncio.TaskGroup() as tasks,
    ):
        sockets = [await session.ws_connect("/api/events") for _ in range(readers + 1)]
        hellos = [await socket.receive_json() for socket in sockets[1:]]
        after = max((hello["last"] for hello in hellos), default=0)
        watchers = [Watcher(socket, after) for socket in sockets[1:]]
        reading = [tasks.create_task(one.read()) for one in watchers]
        start = time.perf_counter()
        await client.wait(await client.submit(number(0), sweep={"a.value": f"1..{jobs}"}))
        seconds = time.perf_counter() - start
        async with session.ws_connect("/api/events") as late:
            last = (await late.receive_json())["last"]
        await _until(lambda: all(last in one.times for one in watchers))
        for task in reading:
            task.cancel()
    return seconds, watchers


async def _until(such: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT):
        while not such():
            await asyncio.sleep(0.01)
