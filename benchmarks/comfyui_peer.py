"""The same trivial graphs through a ComfyUI checkout, in the same run as ours.

    python -m benchmarks.executor --comfyui CHECKOUT

The Python that runs this needs what ComfyUI imports. A process of its own runs each graph there,
for ComfyUI and we both have a module called ``nodes``; only the calls that execute a prompt are
timed, in processor time, without ComfyUI's validation and with its messages going to a stub, while
ours plans, validates and has a listener. Node classes of the same two functions are put among
ComfyUI's own as it runs. Its walk over ancestors is recursive: a chain of 1,000 ends in a
RecursionError there, so the limit is raised, which it is not by default.
"""

from __future__ import annotations

import json
import logging
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.executor import SHAPES

SIZES = (100, 1_000)
STATES = ("cold", "cached", "changed")
GOAL = 50.0
DEEP = 100_000
Prompt = dict[str, dict[str, Any]]


def compare(checkout: str, measure: Callable[[str, int, bool], dict[str, float]]) -> None:
    """Print microseconds a node, theirs and ours, and how often ours goes into theirs.

    Args:
        measure: Ours: shape, nodes and whether someone listens.
    """
    print("\n| shape | nodes | state | ComfyUI µs | ours µs | ratio | at least 50 |")
    print("|---|---|---|---|---|---|---|")
    for shape in SHAPES:
        for n in SIZES:
            theirs = in_a_process("comfyui_peer", f"the {shape} of {n}", checkout, shape, n)
            ours = measure(shape, n, True)
            for state in STATES:
                ratio = theirs[state] / ours[state]
                verdict = "" if n < max(SIZES) else "yes" if ratio >= GOAL else "NO"
                print(
                    f"| {shape} | {n:,} | {state} | {theirs[state]:,.0f} | {ours[state]:.1f} "
                    f"| {ratio:,.0f} | {verdict} |",
                    flush=True,
                )


def in_a_process(module: str, what: str, checkout: str, *told: object) -> Any:
    """Return what a module of the benchmarks measures in a process of its own, ComfyUI beside it.

    Raises:
        SystemExit: It does not run there; what it said is told.
    """
    command = [sys.executable, "-m", f"benchmarks.{module}", checkout, *map(str, told)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"ComfyUI at {checkout} did not run {what}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


class Source:
    """Give a number."""

    CATEGORY = "bench"
    FUNCTION = "run"
    RETURN_TYPES = ("INT",)

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:
        """Declare the inputs."""
        return {"required": {"value": ("INT", {"default": 0})}}

    def run(self, value: int) -> tuple[int]:
        """Give it."""
        return (value,)


class Add(Source):
    """Add a number."""

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:
        """Declare the inputs."""
        return {"required": {"a": ("INT", {}), "value": ("INT", {"default": 1})}}

    def run(self, a: int, value: int) -> tuple[int]:
        """Add it."""
        return (a + value,)


class Server:
    """What an executor tells its news; nobody reads them."""

    client_id: str | None = "bench"
    last_node_id: str | None = None

    def send_sync(self, event: Any, data: Any, sid: str | None = None) -> None:
        """Take a message."""


def prompt(shape: str, n: int) -> tuple[Prompt, list[str]]:
    """Return a shape as ComfyUI takes it, and its leaves."""
    graph = SHAPES[shape](n)
    nodes: Prompt = {
        node.id: {
            "class_type": node.type,
            "inputs": {"value": 0 if node.type == "bench.source" else 1} | dict(node.params),
        }
        for node in graph
    }
    links = list(graph.links())
    for link in links:
        nodes[link.target]["inputs"][link.input] = [link.source, 0]
    return nodes, sorted(set(nodes) - {link.source for link in links})


def executors(checkout: str) -> Iterator[Any]:
    """Yield new executors of theirs, the two node classes registered."""
    sys.path.insert(0, checkout)
    logging.disable()
    from comfy.cli_args import args  # type: ignore[import-not-found]

    args.cpu = True  # before anything of theirs looks for a GPU
    import execution  # type: ignore[import-not-found]

    import nodes as theirs

    theirs.NODE_CLASS_MAPPINGS.update({"bench.source": Source, "bench.add": Add})
    while True:
        yield execution.PromptExecutor(Server())


def measured(checkout: str, shape: str, n: int, repeats: int) -> dict[str, float]:
    """Return ComfyUI's microseconds a node: cold, cached, and with one node in the middle changed.

    Raises:
        RuntimeError: A prompt failed there.
    """
    makers, found = executors(checkout), {state: list[float]() for state in STATES}
    for repeat in range(repeats):
        nodes, leaves = prompt(shape, n)
        executor = next(makers)
        for state in STATES:
            if state == "changed":
                nodes[list(nodes)[n // 2]]["inputs"]["value"] = 1_000_000 + repeat
            start = time.process_time()
            executor.execute(nodes, "bench", {"client_id": "bench"}, leaves)
            found[state].append((time.process_time() - start) / n * 1e6)
            if not executor.success:
                raise RuntimeError(executor.status_messages[-1])
    return {state: statistics.median(times) for state, times in found.items()}


def main() -> None:
    """Measure one shape and print the figures as JSON."""
    checkout, shape, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
    sys.setrecursionlimit(DEEP)
    repeats = 1 if shape == "chain" and n >= max(SIZES) else 3  # minutes each
    print(json.dumps(measured(checkout, shape, n, repeats)))


if __name__ == "__main__":
    main()
