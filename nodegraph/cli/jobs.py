"""``nodegraph jobs``: what an engine has to do, does and did."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

from nodegraph.cli.counts import several
from nodegraph.cli.job import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.cli.engine import Engine
    from nodegraph.cli.output import Output
    from nodegraph.engine.client import Client
    from nodegraph.engine.jobs import Job, JobPage
    from nodegraph.engine.jobstate import JobState

HEAD = ("job", "state", "title", "submitted", "took", "files", "set")


@dataclass(frozen=True)
class Request:
    """What was asked for; see ``nodegraph jobs --help``."""

    state: JobState | None
    text: str
    limit: int


def list_jobs(request: Request, engine: Engine, output: Output) -> None:
    """Write the newest jobs, the newest first.

    Raises:
        NodegraphError: No engine answers.
    """
    page = engine.talk(partial(_page, request))
    if output.json_lines:
        for job in page.jobs:
            output.json(asdict(job))
        return
    for line in _table(page):
        output.line(line)
    if page.total > len(page.jobs):
        output.note(f"{several(page.total - len(page.jobs), 'older job')}; --limit N shows more")


async def _page(request: Request, client: Client) -> JobPage:
    return await client.jobs(
        state=(request.state,) if request.state else (), text=request.text, limit=request.limit
    )


def _table(page: JobPage) -> Iterator[str]:
    rows = [HEAD, *(_row(job) for job in page.jobs)] if page.jobs else []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(job: Job) -> tuple[str, ...]:
    values = ", ".join(f"{place}={shorten(value, 30)}" for place, value in job.values.items())
    return (
        str(job.number),
        job.state,
        shorten(job.title, 30),
        time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(job.submitted)),
        "" if job.started is None else f"{(job.finished or time.time()) - job.started:.1f} s",
        str(len(job.outputs) or ""),
        shorten(job.error.message if job.error else values, 80),
    )
