"""What spreading jobs over a Ray cluster costs, on nodes of Ray's on one machine.

    python -m benchmarks.scale [--jobs 200] [--seconds 0.25] [--workers 1 2 4]

Jobs are cheap: a node that sleeps, so that workers on two cores do not take them from each other
and what is measured is the way there and back. Each count of workers is a cluster of its own: a
head that computes nothing, and a node with room for one worker for each. Nodes share the machine
with the driver and with whatever else runs on it, so times are upper bounds; processor time is of
this process alone, which is the driver with its queue on the disk. A node is killed with SIGKILL.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.engines import Row
from benchmarks.packs import write_pack
from benchmarks.scale_pack import PACK, work
from nodegraph.engine.engine import Engine
from nodegraph.engine.ray.library import load
from nodegraph.engine.settings import Settings
from nodegraph.engine.submission import Submission

STORE = 80 << 20
"""Bytes of each node's object store."""
PATIENCE = 300


@dataclass
class Bench:
    """An engine and the nodes that its workers are on."""

    engine: Engine
    local: Any
    nodes: list[Any]
    numbers: int = 0

    async def submit(self, kind: str, jobs: int, **params: Any) -> list[str]:
        """Queue jobs that differ in a number alone."""
        numbers = list(range(self.numbers, self.numbers + jobs))
        self.numbers += jobs
        asked = Submission(work(kind, **params), sweep={"a.number": numbers})
        return [job.id for job in await self.engine.submit(asked)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the engine to come to something."""
        reader = self.engine.feed.reader(0)
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await reader.next()

    async def done(self) -> None:
        """Wait until nothing is left to do."""
        await self.until(lambda: not self.left())

    def left(self) -> int:
        """Return how many jobs have not ended."""
        counts = self.engine.store.counts()
        return counts.get("queued", 0) + counts.get("running", 0)

    async def timed(self, kind: str, jobs: int, **params: Any) -> tuple[float, float]:
        """Return the seconds that jobs took, and those of the driver's processor."""
        start, cpu = time.perf_counter(), time.process_time()
        await self.submit(kind, jobs, **params)
        await self.done()
        return time.perf_counter() - start, time.process_time() - cpu


@asynccontextmanager
async def opened(folder: Path, workers: int) -> AsyncIterator[Bench]:
    """Give an engine with that many workers, all of them idle."""
    ray = load()
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": STORE}
    local = Cluster(initialize_head=True, head_node_args=head)
    nodes = [local.add_node(num_cpus=1, object_store_memory=STORE) for _ in range(workers)]
    ray.init(address=local.address, log_to_driver=False, logging_level="error")
    engine = Engine(Settings(folder, ray="auto"))
    try:
        await engine.start()
        bench = Bench(engine, local, nodes)
        await bench.until(lambda: [w.state for w in engine.dispatcher.workers()] == idle(workers))
        yield bench
    finally:
        await engine.stop()
        ray.shutdown()
        local.shutdown()


def idle(workers: int) -> list[str]:
    """Return the states of workers that have nothing to do."""
    return ["idle"] * workers


async def throughput(bench: Bench, workers: int, jobs: int, seconds: float) -> Row:
    """How many sleeping jobs a second, and how much of what the workers could do."""
    await bench.timed("sleep", 2 * workers)
    took, cpu = await bench.timed("sleep", jobs * workers, seconds=seconds)
    rate = jobs * workers / took
    return Row(
        f"{workers} workers, jobs that sleep {seconds:g} s",
        f"{rate:.1f} jobs/s, {rate * seconds / workers:.0%} of the workers' time",
        f"driver: {cpu / (jobs * workers) * 1e3:.1f} ms of processor a job",
    )


async def overhead(bench: Bench, jobs: int) -> Row:
    """What a job costs that does nothing, with the next one ready at the worker."""
    took, cpu = await bench.timed("sleep", jobs)
    return Row(
        "a job that does nothing, one worker",
        f"{took / jobs * 1e3:.1f} ms",
        f"driver: {cpu / jobs * 1e3:.1f} ms of processor a job",
    )


async def alone(bench: Bench, times: int) -> Row:
    """What a job takes that is submitted alone, from its submission to its end."""
    took = [(await bench.timed("sleep", 1))[0] for _ in range(times)]
    return Row(
        "a job that does nothing, submitted alone", f"{statistics.median(took) * 1e3:.0f} ms"
    )


async def events(bench: Bench, count: int) -> Row:
    """What an event of a run costs the driver."""
    took, cpu = await bench.timed("tell", 1, events=count, pause=0.001)
    return Row(
        f"{count} events of one run, {count / took:.0f} a second",
        f"{cpu / count * 1e6:.0f} µs of processor an event",
    )


async def quiet(bench: Bench, seconds: float) -> Row:
    """What a worker costs the driver that says nothing but that it lives."""
    cpu = time.process_time()
    await asyncio.sleep(seconds)
    spent = (time.process_time() - cpu) / seconds
    return Row(f"{len(bench.nodes)} workers, idle", f"{spent * 1e3:.1f} ms of processor a second")


class Echo:
    """The least actor."""

    def hear(self) -> bytes:
        """Say something."""
        return b"said"


async def calls(count: int) -> Row:
    """What a call to an actor costs, one after another: that is all that Ray does for an event."""
    actor = load().remote(Echo).options(num_cpus=0).remote()
    await actor.hear.remote()
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        await actor.hear.remote()
    took, spent = time.perf_counter() - start, time.process_time() - cpu
    return Row(
        "a call to an actor and back",
        f"{took / count * 1e3:.2f} ms",
        f"driver: {spent / count * 1e3:.2f} ms of processor",
    )


async def carried(bench: Bench, size: int, jobs: int) -> Row:
    """How long a file takes on its way back into the gallery."""
    small, _ = await bench.timed("write", jobs, size=8)
    large, cpu = await bench.timed("write", jobs, size=size)
    more = max(large - small, 1e-9) / jobs
    return Row(
        f"a file of {size / 1e6:g} MB brought back",
        f"{more * 1e3:.0f} ms more than one of 8 bytes",
        f"driver: {cpu / jobs * 1e3:.0f} ms of processor a job",
    )


async def recovery(bench: Bench) -> AsyncIterator[Row]:
    """How long after a node's death its jobs are queued again, and a worker is on another node."""
    engine = bench.engine
    ids = await bench.submit("tell", 4, events=400, pause=0.05)
    await bench.until(lambda: engine.store.counts().get("running") == 4)
    await asyncio.sleep(1.0)
    start = time.perf_counter()
    bench.local.remove_node(bench.nodes[0], allow_graceful=False)
    await bench.until(lambda: any(engine.store.job(id).note for id in ids))
    yield Row("a killed node's jobs are queued again", f"{time.perf_counter() - start:.1f} s")
    before, start = names(engine), time.perf_counter()
    bench.local.add_node(num_cpus=1, object_store_memory=STORE)
    joined = time.perf_counter() - start
    await bench.until(lambda: names(engine) != before)
    said = f"{time.perf_counter() - start:.1f} s, of which the node's own start {joined:.1f} s"
    yield Row("a worker is ready on a node that joins", said)
    await bench.done()
    jobs = [engine.store.job(id) for id in ids]
    ended = sum(job.state == "done" for job in jobs)
    begun = sum(job.attempts for job in jobs)
    yield Row(
        "of its and the other node's jobs", f"{ended} of {len(jobs)} done, begun {begun} times"
    )


def names(engine: Engine) -> set[str]:
    """Return what the workers are called."""
    return {worker.name for worker in engine.dispatcher.workers()}


async def measure(folder: Path, asked: argparse.Namespace) -> AsyncIterator[Row]:
    """Yield all rows."""
    for workers in asked.workers:
        async with opened(folder / str(workers), workers) as bench:
            yield await throughput(bench, workers, asked.jobs, asked.seconds)
            yield await quiet(bench, 20)
            if workers == 1:
                yield await calls(500)
                yield await overhead(bench, asked.jobs)
                yield await alone(bench, 20)
                yield await events(bench, 5000)
                yield await carried(bench, 4_000_000, 10)
            if workers == 2:
                async for row in recovery(bench):
                    yield row


async def main(asked: argparse.Namespace) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        pack = str(write_pack(Path(name) / "pack", "bench_scale", PACK))
        sys.path.insert(0, pack)
        os.environ["PYTHONPATH"] = os.pathsep.join((pack, os.environ.get("PYTHONPATH", "")))
        load_average = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        print(f"{os.cpu_count()} cores ({platform.machine()}), load {load_average}\n")
        print("| what | measured | beside it | kept |\n|---|---|---|---|")
        async for row in measure(Path(name), asked):
            print(row, flush=True)


if __name__ == "__main__":
    logging.getLogger("nodegraph").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=100, help="for each worker")
    parser.add_argument("--seconds", type=float, default=0.25)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    with suppress(KeyboardInterrupt):
        asyncio.run(main(parser.parse_args()))
