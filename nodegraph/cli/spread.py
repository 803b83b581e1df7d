"""``nodegraph run --ray``: an engine for as long as the runs take, its workers in a cluster.

It is ``nodegraph serve --ray`` and ``nodegraph submit --wait`` in one, in a folder that is removed
in the end.
"""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from nodegraph import workflow
from nodegraph.cli.guard import INTERRUPTED
from nodegraph.cli.packs import warn_of_broken_packs
from nodegraph.cli.submit import Request as Submission
from nodegraph.cli.submit import submit
from nodegraph.engine.client import Client
from nodegraph.engine.server import Place, opened
from nodegraph.engine.settings import Settings
from nodegraph.engine.web.guard import Guard

if TYPE_CHECKING:
    from nodegraph.cli.output import Output
    from nodegraph.cli.run import Request


def spread(request: Request, address: str, output: Output) -> int:
    """Run what was asked for in a cluster; returns the exit code.

    Raises:
        NodegraphError: The file or the arguments are wrong, or there is no cluster.
    """
    with TemporaryDirectory(prefix="nodegraph-", ignore_cleanup_errors=True) as folder:
        settings = Settings(Path(folder), ray=address)
        try:
            return asyncio.run(_spread(request, settings, output))
        except KeyboardInterrupt:
            return INTERRUPTED


async def _spread(request: Request, settings: Settings, output: Output) -> int:
    graph = workflow.load(request.file)
    warn_of_broken_packs(output)
    place = Place("127.0.0.1", 0, Guard(secrets.token_urlsafe(32), "127.0.0.1"))
    async with opened(settings, place) as (engine, here):
        await engine.start()
        async with Client(here.url, here.token) as client:
            return await submit(_submission(request), graph, output, [], client)


def _submission(request: Request) -> Submission:
    return Submission(
        file=request.file,
        settings=request.settings,
        sweeps=request.sweeps,
        targets=request.targets,
        device=request.device or "auto",
        dtype=request.dtype or "auto",
        priority=0,
        wait=True,
        out=request.out,
    )
