"""Sending a workflow off, with the files here that it reads."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodegraph import workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.engine.client import Client
    from nodegraph.engine.jobs import Job
    from nodegraph.engine.submission import Verdict
    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec


@dataclass(frozen=True, slots=True)
class Parcel:
    """A workflow to run.

    Attributes:
        text: Of its file, as it is when it is sent off.
        values: Seeds by ``node.param``, of each of the jobs.
        base: The file's folder, where relative paths are looked for, if any file is read.
        catalogue: The node types, to know which parameters are files.
    """

    text: str
    title: str
    targets: tuple[str, ...]
    values: tuple[Mapping[str, Any], ...]
    base: Path | None
    catalogue: Mapping[str, NodeSpec]


async def send(client: Client, parcel: Parcel) -> list[Job]:
    """Put the jobs into the queue; on the client's thread."""
    document: Graph | str = parcel.text
    if parcel.base is not None:
        from gui.document import reading
        from nodegraph.engine.client.files import Cargo

        document = reading.loads(parcel.text, parcel.catalogue)
        await Cargo(client.upload, parcel.base).send(document)
    jobs: list[Job] = []
    for values in parcel.values:
        jobs += await client.submit(
            document, set=values, targets=parcel.targets or None, title=parcel.title
        )
    return jobs


async def examine(client: Client, graph: Graph, base: Path) -> Verdict:
    """Ask what keeps a graph from running there; on the client's thread, with a graph of its own.

    The files that are here go along with a run, so nobody has to have them there.
    """
    from nodegraph.engine.client.files import Cargo

    await Cargo(_taken_along, base).send(graph)
    graph.view = {}
    return await client.validate(await asyncio.to_thread(workflow.dumps, graph))


async def _taken_along(_: Path) -> str:
    return ""


def base_of(path: Path | None) -> Path:
    """Return where the relative paths in a workflow's file lead from."""
    return (path.parent if path else Path()).absolute()


def reads_files(graph: Graph) -> bool:
    """Tell whether any node names a file."""
    return any(
        node.params.get(name)
        for scope in (graph, *graph.subgraphs.values())
        for node in scope
        for name in scope.spec_of(node).file_params
    )
