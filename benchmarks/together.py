"""Jobs of one shape run together, beside the same jobs one after another.

    python -m benchmarks.together [--steps 20] [--rounds 5]

The embedded model at speed ``fast``, a new seed and a new prompt for each picture, everything
loaded. Every round makes eight pictures one by one, two at a time, and so on, beginning with the
next, and gives a ratio each, of the wall and of processor time. How far the pixels are off those
made one by one is shown too.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING, Any

from benchmarks.pictures import PROMPTS, WORKFLOWS
from benchmarks.ratios import quartiles
from nodegraph import Executor, Graph, Options, load
from nodegraph.execution.company import accompany
from nodegraph.overrides import override

if TYPE_CHECKING:
    from collections.abc import Sequence

PICTURES = 8
SIZES = (1, 2, 4, 8)


def graphs(first: int, steps: int) -> list[Graph]:
    """Return the workflows of pictures with seeds and prompts of their own."""
    base = load(WORKFLOWS / "text_to_image_closed.json")
    settings = {"model.speed": "fast", "schedule.steps": steps}
    return [
        override(base, settings | {"noise.seed": seed, "prompt.text": PROMPTS[seed % len(PROMPTS)]})
        for seed in range(first, first + PICTURES)
    ]


def pictures(made: Sequence[Graph], size: int) -> list[Any]:
    """Make pictures, ``size`` at a time; each is (1, H, W, 3)."""
    executor, found = Executor(), dict[int, Any]()

    def work(number: int) -> None:
        result = executor.run(made[number], ["decode"], options=Options(device="cpu"))
        found[number] = result["decode"].pixels

    for first in range(0, PICTURES, size):
        works = [lambda one=one: work(one) for one in range(first, first + size)]
        accompany(works) if size > 1 else works[0]()
    return [found[number] for number in range(PICTURES)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    walls: dict[int, list[float]] = {size: [] for size in SIZES}
    cores: dict[int, list[float]] = {size: [] for size in SIZES}
    off: dict[int, list[float]] = {size: [] for size in SIZES}
    pictures(graphs(0, 2), 1)
    for number in range(chosen.rounds):
        made, results = graphs(PICTURES * number, chosen.steps), dict[int, list[Any]]()
        turn = number % len(SIZES)
        for size in (*SIZES[turn:], *SIZES[:turn]):
            wall, core = time.perf_counter(), time.process_time()
            results[size] = pictures(made, size)
            walls[size].append(time.perf_counter() - wall)
            cores[size].append(time.process_time() - core)
        for size in SIZES:
            pairs = zip(results[size], results[1], strict=True)
            off[size] += [float((a - b).abs().max()) * 255 for a, b in pairs]
    print(
        "| at a time | s a picture | wall, of one by one | processor | off, of 255: median, most |"
    )
    print("|---|---|---|---|---|")
    for size in SIZES:
        print(
            f"| {size} | {statistics.median(walls[size]) / PICTURES:.2f} | "
            f"{quartiles(walls[size], walls[1])} | {quartiles(cores[size], cores[1])} | "
            f"{statistics.median(off[size]):.3f}, {max(off[size]):.2f} |"
        )


if __name__ == "__main__":
    main()
