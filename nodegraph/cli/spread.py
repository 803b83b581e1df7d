"""``nodegraph run --batch`` and ``--ray``: an engine for as long as the runs take.

It is ``nodegraph serve`` and ``nodegraph submit --wait`` in one, in a folder that is removed in the
end.
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


def spread(request: Request, output: Output, *, batch: int = 1, ray: str | None = None) -> int:
    """Run what was asked for, some jobs together or in a cluster; returns the exit code.

    Args:
        batch: How many jobs of one shape are run together, at most.
        ray: The cluster's address; nothing for workers here.

    Raises:
        NodegraphError: The file or the arguments are wrong, or there is no cluster.
    """
    with TemporaryDirectory(prefix="nodegraph-", ignore_cleanup_errors=True) as folder:
        here = ray is None and request.device not in (None, "auto")
        devices = (str(request.device),) if here else None
        settings = Settings(Path(folder), devices=devices, ray=ray, batch=batch)
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
