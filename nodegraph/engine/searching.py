"""Models that a workflow names and that are called otherwise here, looked for while jobs run."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any

from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nodegraph.comfy.bringing.report import Located
    from nodegraph.execution.context import Options


class SearchError(NodegraphError):
    """A search was given up."""


class Search:
    """One search after another, in a thread of its own: reading models to know their hashes takes
    minutes, the first time.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "nodegraph-search")
        self._over = Event()

    async def locate(self, document: Mapping[str, Any] | str, options: Options) -> list[Located]:
        """Return the files that a workflow names and that are here elsewhere; see
        ``nodegraph.comfy.locating``.

        Raises:
            WorkflowError: It is none.
            SearchError: The engine ends.
            NodegraphError: Where models are, or their hashes, cannot be read or kept.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._locate, document, options)

    def stop(self) -> None:
        """Give up what is looked for; what was read is kept."""
        self._over.set()
        self._pool.shutdown(cancel_futures=True)

    def _locate(self, document: Mapping[str, Any] | str, options: Options) -> list[Located]:
        from nodegraph import workflow
        from nodegraph.comfy.importing import missing, report
        from nodegraph.comfy.locating import locate
        from nodegraph.registry import load_packs

        text = isinstance(document, str)
        graph = workflow.loads(document) if text else workflow.read(document)
        absent = missing(graph, load_packs(), options)
        return locate(graph, absent, report(graph).models, options, self._go_on)

    def _go_on(self, path: Path, done: int, total: int) -> None:
        if self._over.is_set():
            raise SearchError("the engine ends; look for models again once it has started")
