"""Engines to measure: a process of its own, on a folder of its own, with toys or the real nodes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodegraph.engine.client import Client
from nodegraph.engine.client.events import Connected, JobChanged, Told
from nodegraph.engine.jobstate import ENDED

if TYPE_CHECKING:
    from nodegraph.engine.jobs import Job

MAIN = "from nodegraph.cli import main; main()"
PACK = '''
"""Nodes without torch."""

import time
from pathlib import Path

from nodegraph import current, node
from nodegraph.engine.host import DefaultHost


def host():
    return DefaultHost()


@node("bench.number", effect=True)
def number(*, value: int = 0) -> int:
    return value


@node("bench.wait", effect=True)
def wait(*, until: str = "") -> None:
    while not Path(until).exists():
        time.sleep(0.01)
        current().progress(0, 1)
'''


def number(value: int) -> dict[str, Any]:
    """Return the least workflow there is."""
    return _of({"a": {"type": "bench.number", "params": {"value": value}}})


def wait(until: Path) -> dict[str, Any]:
    """Return a workflow that runs until there is a file."""
    return _of({"a": {"type": "bench.wait", "params": {"until": str(until)}}})


def _of(nodes: dict[str, Any]) -> dict[str, Any]:
    return {"nodegraph": 1, "nodes": nodes}


class Server:
    """``nodegraph serve``, on one device.

    Attributes:
        seconds: Until it said that it is ready.
    """

    def __init__(self, data: Path, pack: Path | None = None) -> None:
        before = os.environ.get("PYTHONPATH", "")
        paths = os.pathsep.join(str(path) for path in (pack, before) if path)
        command = [sys.executable, "-c", MAIN, "serve", "--data", str(data), "--device", "cpu"]
        start = time.perf_counter()
        data.mkdir()
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
            cwd=data,  # where no other pack is found before the toys
        )
        assert self.process.stdout is not None
        ready = json.loads(self.process.stdout.readline())
        self.seconds = time.perf_counter() - start
        self.url, self.token = ready["url"], ready["token"]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)

    def client(self) -> Client:
        """Return a client of it."""
        return Client(self.url, self.token)

    @property
    def headers(self) -> dict[str, str]:
        """What every request shows."""
        return {"Authorization": f"Bearer {self.token}"}

    def memory(self) -> tuple[float, float]:
        """Return the MB that are resident of the server and of its worker, on Linux."""
        server = Path(f"/proc/{self.process.pid}")
        lists = [thread.read_text().split() for thread in server.glob("task/*/children")]
        children = [child for found in lists for child in found]
        workers = [one for one in children if b"spawn_main" in _read(one, "cmdline")]
        return _resident(server.name), sum(_resident(one) for one in workers)


def _read(process: str, name: str) -> bytes:
    return Path(f"/proc/{process}/{name}").read_bytes()


def _resident(process: str) -> float:
    pages = int(_read(process, "statm").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Follower:
    """Follows all events on a client's behalf, and notes when each job began and ended."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._times: dict[tuple[str, str], asyncio.Future[float]] = {}

    async def __aenter__(self) -> Follower:
        connected = asyncio.Event()
        self._task = asyncio.create_task(self._follow(connected))
        await connected.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def began(self, job: Job) -> float:
        """Return when the first event of a job's run came."""
        return await self._time(job.id, "began")

    async def ended(self, job: Job) -> float:
        """Return when it was heard that a job has ended."""
        return await self._time(job.id, "ended")

    async def _follow(self, connected: asyncio.Event) -> None:
        async for event in self._client.events():
            if isinstance(event, Connected):
                connected.set()
            elif isinstance(event, Told):
                self._note(event.job, "began")
            elif isinstance(event, JobChanged) and event.job.state in ENDED:
                self._note(event.job.id, "ended")

    def _note(self, job: str, what: str) -> None:
        time_of = self._time(job, what)
        if not time_of.done():
            time_of.set_result(time.perf_counter())

    def _time(self, job: str, what: str) -> asyncio.Future[float]:
        return self._times.setdefault((job, what), asyncio.get_running_loop().create_future())


@dataclass(frozen=True)
class Row:
    """A line of the table; ``kept`` says whether the limit was, where there is one."""

    what: str
    measured: str
    limit: str = ""
    kept: bool | None = None

    def __str__(self) -> str:
        verdict = "" if self.kept is None else "yes" if self.kept else "NO"
        return f"| {self.what} | {self.measured} | {self.limit} | {verdict} |"


def spread(seconds: list[float]) -> str:
    """Return the median, and what nine of ten keep under."""
    most = statistics.quantiles(seconds, n=10, method="inclusive")[-1]
    return f"{statistics.median(seconds) * 1e3:.1f} ms (9 of 10 under {most * 1e3:.1f})"
