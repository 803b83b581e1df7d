"""What a job costs beside the same workflow in this process, and what previews are of a run."""

from __future__ import annotations

import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.engines import Follower, Row, Server, spread
from nodegraph import Executor, Options, load
from nodegraph.overrides import override
from nodegraph.workflow import read, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.engine.client import Client

CLOSED = Path(__file__).parent.parent / "workflows" / "text_to_image_closed.json"
CPU = Options(device="cpu")
STEPS = 2
WATCHED = 60
"""Steps of the run whose previews are weighed."""

Workflow = Callable[[int], dict[str, Any]]
"""A workflow as data, another one for every number."""


async def overhead(name: str, client: Client, make: Workflow, rounds: int, out: Path) -> Row:
    """Run as a job and here in turn, and compare the medians."""
    executor, options = Executor(), Options(device="cpu", out=out)
    jobs: list[float] = []
    here: list[float] = []
    async with Follower(client) as follower:
        for index in range(-2, rounds):
            start = time.perf_counter()
            (job,) = await client.submit(make(2 * index))
            jobs.append(await follower.ended(job) - start)
            start = time.perf_counter()
            executor.run(read(make(2 * index + 1)), options=options)
            here.append(time.perf_counter() - start)
    more = statistics.median(jobs[2:]) - statistics.median(here[2:])
    said = f"{more * 1e3:.1f} ms: {spread(jobs[2:])}, here {spread(here[2:])}"
    return Row(f"a job more than {name} here", said, "30 ms", more <= 0.03)


async def pictures(folder: Path, rounds: int) -> AsyncIterator[Row]:
    """Yield what is measured with the embedded model."""
    graph = override(load(CLOSED), {"schedule.steps": STEPS})

    def picture(seed: int) -> dict[str, Any]:
        return write(override(graph, {"noise.seed": 2**32 + seed}))

    with Server(folder) as server:
        async with server.client() as client:
            start = time.perf_counter()
            await client.wait(await client.submit(picture(10**6)))
            yield Row("the first picture of a server", f"{time.perf_counter() - start:.1f} s")
            yield await overhead(f"{STEPS} steps", client, picture, rounds, folder / "here")
    share, count = previews(rounds)
    yield Row(f"previews' part of a run, {count} of them", f"{share:.1%}", "2 %", share < 0.02)


def previews(rounds: int) -> tuple[float, int]:
    """Return the part of the time that making previews takes, and how many were made."""
    graph = override(load(CLOSED), {"schedule.steps": WATCHED})
    executor = Executor()
    executor.run(graph, ["noise", "prompt", "negative"], options=CPU)  # loads the model
    seconds = 0.0
    with timed_previews() as times:
        for index in range(rounds // 4 + 1):
            seeded = override(graph, {"noise.seed": index})
            start = time.perf_counter()
            executor.run(seeded, ["denoise"], options=CPU, listener=lambda event: None)
            seconds += time.perf_counter() - start
    return sum(times) / seconds, len(times)


@contextmanager
def timed_previews() -> Iterator[list[float]]:
    """Collect the seconds of each preview."""
    from nodes.lib.latents import previews

    times: list[float] = []
    plain = previews.preview

    def timed(*args: Any) -> bytes:
        start = time.perf_counter()
        try:
            return plain(*args)
        finally:
            times.append(time.perf_counter() - start)

    previews.preview = timed
    yield times
    previews.preview = plain
