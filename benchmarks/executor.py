"""What the executor itself costs: trivial nodes, microseconds a node.

    python -m benchmarks.executor [--comfyui CHECKOUT] [--sizes 100 1000 10000]

Shapes: a chain, a fan-out (one source, n readers), and a grid of chains of ten. Cold: a new
executor and a new graph. Cached: the same graph again. Changed: one node in the middle set anew.
Each figure is the median of several runs in processor time, which other work on the machine
disturbs least. The collector of garbage stays on, but what was there before the three runs is
frozen, so that it is not they that pay for the making of the graph.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable, Iterator

from nodegraph import Executor, Graph, Link, Node, Registry
from nodegraph.edits import SetParam
from nodegraph.registry import Catalogue

REPEATS = 5
COLD_LIMIT, CACHED_LIMIT = 20.0, 5.0

toys = Registry()


@toys.node("bench.source")
def source(*, value: int = 0) -> int:
    """Give a number."""
    return value


@toys.node("bench.add")
def add(a: int, *, value: int = 1) -> int:
    """Add a number."""
    return a + value


def chain(n: int) -> Graph:
    """One chain of n nodes."""
    return _chains([n])


def fan_out(n: int) -> Graph:
    """One source that n - 1 nodes read."""
    graph = Graph(Catalogue(toys))
    graph.put(Node("n0", "bench.source"))
    for index in range(1, n):
        graph.put(Node(f"n{index}", "bench.add", params={"value": index}))
        _link(graph, "n0", f"n{index}")
    return graph


def grid(n: int) -> Graph:
    """Chains of ten."""
    return _chains([10] * (n // 10))


SHAPES: dict[str, Callable[[int], Graph]] = {"chain": chain, "fan-out": fan_out, "grid": grid}


def _chains(lengths: list[int]) -> Graph:
    graph = Graph(Catalogue(toys))
    for row, length in enumerate(lengths):
        graph.put(Node(f"r{row}n0", "bench.source", params={"value": row}))
        for index in range(1, length):
            graph.put(Node(f"r{row}n{index}", "bench.add"))
            _link(graph, f"r{row}n{index - 1}", f"r{row}n{index}")
    return graph


def _link(graph: Graph, before: str, after: str) -> None:
    link = Link(before, "int", after, "a")
    graph.dag.add_edge(link.source, link.target, (link.output, link.input, link.index))


def measure(shape: str, n: int, listen: bool) -> dict[str, float]:
    """Return microseconds a node, cold, cached and changed."""
    seen: list[object] = []
    listener = seen.append if listen else None
    found: dict[str, list[float]] = {"cold": [], "cached": [], "changed": []}
    for repeat in range(REPEATS):
        graph, executor = SHAPES[shape](n), Executor(toys)
        ids = [node.id for node in graph]
        gc.freeze()
        found["cold"].append(_timed(lambda g=graph, e=executor: e.run(g, listener=listener), n))
        found["cached"].append(_timed(lambda g=graph, e=executor: e.run(g, listener=listener), n))
        graph.apply(SetParam(ids[n // 2], "value", 1_000_000 + repeat))
        found["changed"].append(_timed(lambda g=graph, e=executor: e.run(g, listener=listener), n))
        seen.clear()
        gc.unfreeze()
    return {state: statistics.median(times) for state, times in found.items()}


def _timed(call: Callable[[], object], n: int) -> float:
    start = time.process_time()
    call()
    return (time.process_time() - start) / n * 1e6


def rows(sizes: list[int]) -> Iterator[tuple[str, int, bool, dict[str, float]]]:
    """Yield a row for every shape, size and listener."""
    for shape in SHAPES:
        for n in sizes:
            for listen in (False, True):
                yield shape, n, listen, measure(shape, n, listen)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--comfyui", help="a ComfyUI checkout to run the same graphs through")
    arguments = parser.parse_args()
    print("| shape | nodes | listener | cold µs | cached µs | one changed µs | within limits |")
    print("|---|---|---|---|---|---|---|")
    for shape, n, listen, row in rows(arguments.sizes):
        good = row["cold"] <= COLD_LIMIT and row["cached"] <= CACHED_LIMIT
        print(
            f"| {shape} | {n:,} | {'yes' if listen else 'no'} | {row['cold']:.1f} "
            f"| {row['cached']:.2f} | {row['changed']:.1f} | {'yes' if good else 'NO'} |",
            flush=True,
        )
    if arguments.comfyui:
        from benchmarks import comfyui_peer

        comfyui_peer.compare(arguments.comfyui, measure)


if __name__ == "__main__":
    main()
