"""Files between here and an engine: what a workflow reads goes there, what it saved comes here."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodegraph import storage
from nodegraph.engine.filenames import inside
from nodegraph.execution.context import Options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec

PIECE = 2**20


async def save(pieces: AsyncIterator[bytes], folder: Path, name: str) -> Path:
    """Write a file whole or not at all; where its name is taken, under the next number.

    Raises:
        StorageError: It cannot be written.
        FileNameError: The name leads out of the folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        inside(folder, name)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with storage.temporary(path) as written:
            with written.open("wb") as file:
                async for piece in pieces:
                    await asyncio.to_thread(file.write, piece)
            return await asyncio.to_thread(storage.keep_new, written, path)
    except OSError as error:
        raise storage.explain("save to", folder, error) from error


@dataclass
class Cargo:
    """The files here that a workflow reads, each sent once, and their names there.

    Attributes:
        base: The workflow file's folder, where relative paths are looked for first.
    """

    upload: Callable[[Path], Awaitable[str]]
    base: Path
    names: dict[Path, str] = field(default_factory=dict["Path", str])

    async def send(self, graph: Graph) -> None:
        """Send what the graph's nodes read, and change the graph to read it there."""
        for scope in (graph, *graph.subgraphs.values()):
            for node in list(scope):
                for name in _file_params(scope.spec_of(node)):
                    node = node.with_param(name, await self._there(node.params[name]))
                scope.put(node)

    async def setting(self, graph: Graph, text: str) -> str:
        """Return ``node.param=a,b`` with the names there, where the parameter names files."""
        place, equals, values = text.partition("=")
        node, _, name = place.rpartition(".")
        if node not in graph or name not in _file_params(graph.spec(node)):
            return text
        there = [await self._there(value) for value in values.split(",")]
        return f"{place}{equals}{','.join(there)}"

    async def _there(self, value: str) -> str:
        path = Options(base=self.base).resolve(value)
        if not value or not path.is_file():
            return value
        if path not in self.names:
            self.names[path] = await self.upload(path)
        return self.names[path]


def _file_params(spec: NodeSpec) -> list[str]:
    return [name for name in spec.file_params if spec.params[name].names_file]
