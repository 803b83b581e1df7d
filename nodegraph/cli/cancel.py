"""``nodegraph cancel``: jobs that need not go on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nodegraph.cli.counts import several
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodegraph.cli.engine import Engine
    from nodegraph.cli.output import Output
    from nodegraph.engine.client import Client


def cancel_jobs(names: Sequence[str], engine: Engine, output: Output, *, everything: bool) -> None:
    """Cancel the jobs of these numbers or ids, or all that have not ended.

    Raises:
        NodegraphError: One of them is not there or has ended, or no engine answers; where one is
            not there, none is cancelled.
    """
    if everything == bool(names):
        raise NodegraphError("say which jobs to cancel: numbers or ids, or --all")
    if everything:
        output.note(f"{several(engine.talk(_all), 'job')} cancelled")
    else:
        engine.talk(partial(_some, names, output))


async def _all(client: Client) -> int:
    return len(await client.cancel_all())


async def _some(names: Sequence[str], output: Output, client: Client) -> None:
    found = {
        key: job
        async for job in client.all_jobs(state=("queued", "running"))
        for key in (str(job.number), job.id)
    }
    for name in names:
        if name not in found:
            raise NodegraphError(
                f"no job {name!r} waits or runs; nodegraph jobs lists what there is"
            )
    for job in dict.fromkeys(found[name].id for name in names):
        await client.cancel(job)
    output.note(f"{several(len(names), 'job')} cancelled")
