"""``nodegraph submit``: a workflow into an engine's queue, and its files back from there."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from nodegraph import workflow
from nodegraph.cli import progress
from nodegraph.cli.guard import INTERRUPTED
from nodegraph.cli.packs import warn_of_broken_packs
from nodegraph.cli.watch import Watcher
from nodegraph.engine.client.files import Cargo
from nodegraph.errors import OverrideError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nodegraph.cli.engine import Engine
    from nodegraph.cli.output import Output
    from nodegraph.engine.client import Client
    from nodegraph.engine.jobs import Job
    from nodegraph.engine.submission import DType
    from nodegraph.graph import Graph


@dataclass(frozen=True)
class Request:
    """What was asked for; see ``nodegraph submit --help``."""

    file: Path
    settings: tuple[str, ...]
    sweeps: tuple[str, ...]
    targets: tuple[str, ...] | None
    device: str
    dtype: str
    priority: int
    wait: bool
    out: Path


def submit_file(request: Request, engine: Engine, output: Output) -> int:
    """Submit a workflow, wait for it where that was asked for, and return the exit code.

    Raises:
        NodegraphError: The file or the arguments are wrong, or no engine takes them.
    """
    graph = workflow.load(request.file)
    warn_of_broken_packs(output)
    jobs: list[Job] = []
    try:
        return engine.talk(partial(submit, request, graph, output, jobs))
    except KeyboardInterrupt:
        if jobs:
            numbers = " ".join(str(job.number) for job in jobs[:20])
            output.note(f"the engine goes on; to end the work: nodegraph cancel {numbers}")
        return INTERRUPTED


async def submit(
    request: Request, graph: Graph, output: Output, jobs: list[Job], client: Client
) -> int:
    """Submit a graph; ``jobs`` has its jobs as soon as there are any. Returns the exit code."""
    await _learn(graph, client)
    cargo = Cargo(client.upload, request.file.resolve().parent)
    await cargo.send(graph)
    here = await client.position()
    jobs += await client.submit(
        graph,
        settings=[await cargo.setting(graph, text) for text in request.settings],
        sweep=_sweeps([await cargo.setting(graph, text) for text in request.sweeps]),
        targets=request.targets,
        device=request.device,
        dtype=cast("DType", request.dtype),  # which the engine checks
        priority=request.priority,
        title=request.file.name,
    )
    if request.wait:
        with progress.choose(output) as display:
            return await Watcher(client, output, display, graph, request.out, jobs, here).run()
    _say(jobs, request.file.name, output)
    return 0


async def _learn(graph: Graph, client: Client) -> None:
    """Where node types are unknown here, take the engine's: it may have packs that we lack."""
    scopes = (graph, *graph.subgraphs.values())
    if any(not scope.spec_of(node).known for scope in scopes for node in scope):
        known = await client.nodes()
        for scope in scopes:
            scope.catalogue = known


def _sweeps(texts: Sequence[str]) -> dict[str, str]:
    """Return the values by ``node.param``, to be read by the engine."""
    found: dict[str, str] = {}
    for text in texts:
        place, equals, values = text.partition("=")
        if not equals or place in found:
            reason = "is no sweep" if not equals else "sweeps a parameter a second time"
            raise OverrideError(f"{text!r} {reason}; write NODE.PARAM=1..8 or NODE.PARAM=a,b,c")
        found[place] = values
    return found


def _say(jobs: list[Job], name: str, output: Output) -> None:
    """Write the ids; they are the result."""
    for job in jobs:
        if output.json_lines:
            output.json({"type": "job", "job": asdict(job)})
        else:
            output.line(job.id)
    first, last = jobs[0].number, jobs[-1].number
    output.note(
        f"{name}: queued as job" + (f" {first}" if first == last else f"s {first} to {last}")
    )
