"""What the engine costs: starting, accepting, running, listing, watching.

    python -m benchmarks.engine [--jobs 1000] [--rounds 50] [--parts start toys queue pictures]

Each server is a process of its own on an empty folder, started as by ``nodegraph serve``; toys
without torch come from a pack that it finds like any other. Times are of the whole way, from a call
of ``nodegraph.engine.client`` in this process to its answer or event here: HTTP, queue, disk,
worker and back. What is accepted is on the disk. Jobs and the same workflow in this process take
turns. Memory is what is resident, after as many jobs to warm up as make a tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import engine_clients, engine_jobs
from benchmarks.engines import PACK, Follower, Row, Server, number, spread, wait
from benchmarks.packs import write_pack

if TYPE_CHECKING:
    from nodegraph.engine.client import Client

CLIENTS = 16
"""Programs that submit at once."""
QUEUED = 10_000
"""Jobs in the queue when pages of it are asked for."""


def ready(folder: Path, times: int = 5) -> Row:
    """How long a server takes until its ready line; the worker is not waited for."""
    seconds: list[float] = []
    for index in range(times):
        with Server(folder / f"ready{index}") as server:
            seconds.append(server.seconds)
    found = statistics.median(seconds)
    return Row("ready line", f"{found * 1e3:.0f} ms", "1,000 ms", found < 1)


async def first_event(client: Client, rounds: int) -> Row:
    """How long from a submission to the first event of its run."""
    seconds: list[float] = []
    async with Follower(client) as follower:
        for index in range(rounds):
            start = time.perf_counter()
            (job,) = await client.submit(number(index))
            seconds.append(await follower.began(job) - start)
            await follower.ended(job)
    return Row("submission to first event", spread(seconds))


async def accepted(client: Client, jobs: int) -> AsyncIterator[Row]:
    """How many jobs a second are accepted, one submission each or all in one."""

    async def submit(count: int) -> None:
        for index in range(count):
            await client.submit(number(index), priority=-1)

    for programs in (1, CLIENTS):
        start = time.perf_counter()
        await asyncio.gather(*(submit(jobs // programs) for _ in range(programs)))
        rate = jobs // programs * programs / (time.perf_counter() - start)
        name = f"jobs accepted a second, clients: {programs}"
        yield Row(name, f"{rate:,.0f}", "100", rate >= 100)
    start = time.perf_counter()
    await client.submit(number(0), sweep={"a.value": f"1..{jobs}"})
    rate = jobs / (time.perf_counter() - start)
    yield Row(f"the same, a sweep of {jobs:,}", f"{rate:,.0f}", "100", rate >= 100)


async def pages(client: Client) -> AsyncIterator[Row]:
    """How long a page of the list takes where the queue is long."""
    await client.submit(number(0), sweep={"a.value": f"1..{QUEUED}"}, title="long")
    asked: dict[str, dict[str, Any]] = {
        "first": {},
        "last": {"offset": QUEUED - 50},
        "in the queue's order": {"order": "queue", "state": ("queued",)},
        "with a text in it": {"text": "no such"},
    }
    for name, about in asked.items():
        seconds: list[float] = []
        for _ in range(20):
            start = time.perf_counter()
            await client.jobs(limit=50, **about)
            seconds.append(time.perf_counter() - start)
        kept = statistics.median(seconds) < 0.1
        yield Row(f"page of {QUEUED:,} queued, {name}", spread(seconds), "100 ms", kept)


async def memory(server: Server, client: Client, jobs: int) -> AsyncIterator[Row]:
    """How much server and worker grow, and how many jobs a second run."""
    await client.wait(await client.submit(number(0), sweep={"a.value": f"1..{jobs // 10}"}))
    before, start = server.memory(), time.perf_counter()
    await client.wait(await client.submit(number(0), sweep={"a.value": f"10001..{10000 + jobs}"}))
    rate = jobs / (time.perf_counter() - start)
    yield Row(f"jobs run a second, of {jobs:,}", f"{rate:,.0f}")
    for name, one, other in zip(("server", "worker"), before, server.memory(), strict=True):
        what = f"growth of the {name} over {jobs:,} jobs"
        yield Row(what, f"{other - one:.1f} of {one:.0f} MB", "20 MB", other - one < 20)


async def start(folder: Path, options: argparse.Namespace) -> AsyncIterator[Row]:
    """Yield how long a server takes to start."""
    yield ready(folder)


async def toys(folder: Path, options: argparse.Namespace) -> AsyncIterator[Row]:
    """Yield what is measured with jobs that do nothing."""
    pack = write_pack(folder / "pack", "bench_engine", PACK)
    if "bench_engine" not in sys.modules:
        sys.path.insert(0, str(pack))
        importlib.import_module("bench_engine")
    with Server(folder / "toys", pack) as server:
        async with server.client() as client:
            await client.wait(await client.submit(number(-1)))
            yield await first_event(client, options.rounds)
            name = "the least workflow"
            yield await engine_jobs.overhead(name, client, number, options.rounds, folder)
            for row in await engine_clients.watched(server, options.jobs // 5):
                yield row
            async for row in memory(server, client, options.jobs):
                yield row


async def queue(folder: Path, options: argparse.Namespace) -> AsyncIterator[Row]:
    """Yield what is measured while no job ends."""
    with Server(folder / "queue", write_pack(folder / "waiting", "bench_engine", PACK)) as server:
        async with server.client() as client:
            await client.submit(wait(folder / "never"), priority=1)
            async for row in accepted(client, options.jobs):
                yield row
            async for row in pages(client):
                yield row


async def pictures(folder: Path, options: argparse.Namespace) -> AsyncIterator[Row]:
    """Yield what is measured with the embedded model."""
    async for row in engine_jobs.pictures(folder / "pictures", options.pictures):
        yield row


PARTS = {part.__name__: part for part in (start, toys, queue, pictures)}


async def show(options: argparse.Namespace) -> None:
    """Print the table, line by line."""
    print("| what | measured | limit | kept |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for part in options.parts:
            async for row in PARTS[part](Path(name), options):
                print(row, flush=True)


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--pictures", type=int, default=20, help="rounds with the embedded model")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    asyncio.run(show(parser.parse_args(argv)))


if __name__ == "__main__":
    main()
