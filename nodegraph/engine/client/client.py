"""A client of one engine, for asyncio."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeAlias

from aiohttp import FormData
from pydantic import TypeAdapter

from nodegraph import catalogue, storage
from nodegraph.comfy.bringing.report import Located
from nodegraph.engine import address
from nodegraph.engine.address import Address
from nodegraph.engine.client import files
from nodegraph.engine.client.connection import Connection
from nodegraph.engine.client.events import JobChanged, Position
from nodegraph.engine.client.following import Following
from nodegraph.engine.client.waiting import Watch
from nodegraph.engine.jobs import Job, JobPage, Output, OutputPage
from nodegraph.engine.submission import DType, Submission, Verdict
from nodegraph.workflow import dumps

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from nodegraph.engine.client.events import Event
    from nodegraph.engine.jobstate import JobState
    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec

LOCATED = TypeAdapter(list[Located])
JOB, JOBS, VERDICT = TypeAdapter(Job), TypeAdapter(list[Job]), TypeAdapter(Verdict)
JOB_PAGE, OUTPUT_PAGE = TypeAdapter(JobPage), TypeAdapter(OutputPage)
PAGE = 500
"""Jobs to ask for at once."""

Workflow: TypeAlias = "Graph | Mapping[str, Any] | str"
"""A graph, a workflow as JSON data, or the text of its file."""


class Client:
    """One engine: everything that can be asked of it.

    Without a URL, the engine on this machine is found by the file in its data folder, again
    whenever it was started anew.

    Every call raises ``UnreachableError`` when no engine answers and ``RefusedError`` when it says
    no; both are sentences.

    Args:
        url: ``http://HOST:PORT``.
        token: As in the engine's ready line.
        data: The data folder of the engine to find; the user's own by default.
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, *, data: Path | None = None
    ) -> None:
        folder = data or address.default_folder()
        given = Address(url or "", token or "")
        find = partial(address.find, folder) if url is None else lambda: given
        self._line = Connection(find)

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def address(self) -> Address:
        """The engine that was last found.

        Raises:
            NoEngineError: There is none.
        """
        return self._line.address

    async def close(self) -> None:
        """Close the sockets."""
        await self._line.close()

    # Jobs

    async def submit(
        self,
        workflow: Workflow,
        *,
        set: Mapping[str, Any] | None = None,
        settings: Sequence[str] = (),
        sweep: Mapping[str, Sequence[Any] | str] | None = None,
        targets: Sequence[str] | None = None,
        device: str = "auto",
        dtype: DType = "auto",
        priority: int = 0,
        title: str = "",
        request: str = "",
    ) -> list[Job]:
        """Put a workflow into the queue, once for each combination of a sweep.

        What is answered is on the engine's disk. A request sent twice is taken once, so a line
        that breaks meanwhile is tried again. The rest is as in ``Submission``.

        Args:
            request: A name for this submission; drawn when there is none.
        """
        values = {
            place: given if isinstance(given, str) else [*given]
            for place, given in (sweep or {}).items()
        }
        asked = Submission(
            workflow if isinstance(workflow, (str, Mapping)) else dumps(workflow),
            dict(set or {}),
            tuple(settings),
            values,
            None if targets is None else tuple(targets),
            device,
            dtype,
            priority,
            title,
            request or uuid.uuid4().hex,
        )
        return JOBS.validate_python(
            (await self._line.insist("POST", "jobs", asdict(asked)))["jobs"]
        )

    async def jobs(
        self,
        *,
        state: Sequence[JobState] = (),
        batch: str = "",
        text: str = "",
        order: Literal["newest", "queue"] = "newest",
        limit: int = 50,
        offset: int = 0,
    ) -> JobPage:
        """Return a page of the jobs that fit, without their timings."""
        query = {"state": ",".join(state) or None, "batch": batch or None, "text": text or None}
        page = {"order": order, "limit": limit, "offset": offset}
        return JOB_PAGE.validate_python(await self._line.ask("GET", "jobs", query=query | page))

    async def all_jobs(
        self, *, state: Sequence[JobState] = (), batch: str = "", text: str = ""
    ) -> AsyncGenerator[Job]:
        """Yield all jobs that fit, page by page, the newest first; each once."""
        seen: set[str] = set()
        offset = 0
        while True:
            page = await self.jobs(state=state, batch=batch, text=text, limit=PAGE, offset=offset)
            for job in page.jobs:
                if job.id not in seen:  # jobs accepted meanwhile move the pages
                    seen.add(job.id)
                    yield job
            offset += len(page.jobs)
            if not page.jobs or offset >= page.total:
                return

    async def job(self, id: str) -> Job:
        """Return a job with its timings and outputs."""
        return JOB.validate_python(await self._line.ask("GET", "jobs", id))

    async def workflow(self, id: str, *, resolved: bool = False) -> dict[str, Any]:
        """Return a job's workflow as it was submitted, or as it ran."""
        return await self._line.ask("GET", "jobs", id, "workflow", query={"resolved": resolved})

    async def wait(self, jobs: Sequence[Job]) -> list[Job]:
        """Return the jobs as they ended; the engine may be started anew meanwhile."""
        ended = {job.id: job async for job in self.ended(jobs)}
        return [ended[job.id] for job in jobs]

    async def ended(self, jobs: Sequence[Job]) -> AsyncGenerator[Job]:
        """Yield each of the jobs as it ends."""
        watch = Watch(self, {job.id: job for job in jobs})
        async with aclosing(watch.events()) as events:
            async for event in events:
                if isinstance(event, JobChanged) and event.job.id not in watch.left:
                    yield event.job

    async def cancel(self, id: str) -> Job:
        """Cancel a job; one that runs ends within one evaluation of the network."""
        return JOB.validate_python(await self._line.ask("POST", "jobs", id, "cancel"))

    async def cancel_all(self) -> list[Job]:
        """Cancel all jobs that have not ended; returns those."""
        return JOBS.validate_python((await self._line.ask("POST", "jobs", "cancel"))["jobs"])

    async def again(self, id: str) -> list[Job]:
        """Run a job again, with the seeds it had."""
        return JOBS.validate_python((await self._line.ask("POST", "jobs", id, "again"))["jobs"])

    async def delete(self, id: str) -> None:
        """Forget an ended job; what it saved stays."""
        await self._line.ask("DELETE", "jobs", id)

    async def move(
        self, id: str, *, priority: int | None = None, before: str = "", last: bool = False
    ) -> Job:
        """Give a queued job another priority, or another place: before a job, or after all."""
        given = {"priority": priority, "before": before or None, "last": last or None}
        body = {name: value for name, value in given.items() if value is not None}
        return JOB.validate_python(await self._line.ask("PATCH", "jobs", id, body=body))

    # Values

    async def turns(self, id: str) -> Any:
        """Return which values of a job's zones are kept, by node.

        Of each node there are its ``outputs``, the ``turns`` kept, and of outputs that are plain
        ``numbers`` the value of each turn.
        """
        return await self._line.ask("GET", "jobs", id, "values")

    async def value(
        self,
        id: str,
        node: str,
        output: str,
        *,
        turn: Sequence[int] = (),
        item: Sequence[int] = (),
    ) -> dict[str, Any]:
        """Describe a value of a job that has run: type, shape, statistics.

        Args:
            turn: Of each zone around the node, outermost first.
            item: Of a list or a batch only this item; of lists in lists several places.
        """
        query = _part(turn, item)
        return await self._line.ask("GET", "jobs", id, "values", node, output, query=query)

    async def picture(
        self,
        id: str,
        node: str,
        output: str,
        *,
        turn: Sequence[int] = (),
        item: Sequence[int] = (),
        side: int = 256,
        decoded: bool = False,
    ) -> bytes:
        """Return a value as a picture, WebP or JPEG; what has no looks is refused.

        Args:
            decoded: Show a latent as the picture it stands for, which takes longer.
        """
        query = _part(turn, item) | {"picture": side, "decoded": decoded or None}
        path = ("jobs", id, "values", node, output, "picture")
        return await self._read(*path, query=query)

    async def data(
        self,
        id: str,
        node: str,
        output: str,
        *,
        turn: Sequence[int] = (),
        item: Sequence[int] = (),
        window: Sequence[int] = (),
    ) -> bytes:
        """Return a value's numbers, float32 in NumPy's format; what has none is refused.

        Args:
            window: Only those of an area of a picture: left, top, width, height.
        """
        query = _part(turn, item) | {"window": window or None}
        return await self._read("jobs", id, "values", node, output, "data", query=query)

    # Files

    async def outputs(
        self, *, job: str = "", text: str = "", limit: int = 50, offset: int = 0
    ) -> OutputPage:
        """Return a page of the gallery, newest first."""
        query = {"job": job or None, "text": text or None, "limit": limit, "offset": offset}
        return OUTPUT_PAGE.validate_python(await self._line.ask("GET", "outputs", query=query))

    async def fetch(self, output: Output, folder: Path) -> Path:
        """Write an output into a folder, whole or not at all, and return where.

        Where its name is taken it gets the next number; nothing is replaced.
        """
        async with self._line.open("GET", "outputs", str(output.id), "file") as response:
            return await files.save(response.content.iter_chunked(files.PIECE), folder, output.name)

    async def thumbnail(self, output: Output, side: int = 256) -> bytes:
        """Return a small picture of an output, WebP or JPEG."""
        path = ("outputs", str(output.id), "thumbnail")
        return await self._read(*path, query={"side": side})

    async def recipe(self, output: Output) -> dict[str, Any]:
        """Return the workflow that made an output."""
        return await self._line.ask("GET", "outputs", str(output.id), "workflow")

    async def remove(self, output: Output) -> None:
        """Delete an output's file."""
        await self._line.ask("DELETE", "outputs", str(output.id))

    async def rebuild(self) -> None:
        """Make the gallery's index agree with its files."""
        await self._line.ask("POST", "outputs", "rebuild")

    async def upload(self, path: Path) -> str:
        """Send a file, and return the name by which workflows there read it."""
        try:
            with path.open("rb") as file:
                return await self._upload(path.name, file)
        except OSError as error:
            raise storage.explain("read", path, error) from error

    async def _upload(self, name: str, file: BinaryIO) -> str:
        def form() -> FormData:
            file.seek(0)
            form = FormData()
            form.add_field("file", file, filename=name, content_type="application/octet-stream")
            return form

        async with self._line.open("POST", "uploads", body=form, silence=None) as response:
            return (await response.json())["name"]

    # The engine

    async def nodes(self) -> dict[str, NodeSpec]:
        """Return the node types that the engine runs, by id."""
        return catalogue.from_json(await self.catalogue())

    async def catalogue(self) -> dict[str, Any]:
        """Return the node types with the looks of sockets and the broken packs, as JSON data."""
        return await self._line.ask("GET", "nodes")

    async def migrate(self, workflow: Workflow) -> str:
        """Return the text of a workflow with every node of the engine's newest version."""
        document = workflow if isinstance(workflow, (str, Mapping)) else dumps(workflow)
        return (await self._line.ask("POST", "migrate", body={"workflow": document}))["workflow"]

    async def validate(self, workflow: Workflow) -> Verdict:
        """Return what submitting a workflow would come to."""
        document = workflow if isinstance(workflow, (str, Mapping)) else dumps(workflow)
        asked = asdict(Submission(document))
        return VERDICT.validate_python(await self._line.ask("POST", "validate", body=asked))

    async def locate(self, workflow: Workflow) -> list[Located]:
        """Return the models that a workflow names and that are called otherwise there.

        The engine may have to read them for it, which takes as long as it takes.
        """
        document = workflow if isinstance(workflow, (str, Mapping)) else dumps(workflow)
        body = {"workflow": document}
        answer = await self._line.ask("POST", "locate", body=body, silence=None)
        return LOCATED.validate_python(answer["located"])

    async def models(self) -> list[dict[str, Any]]:
        """Return the models on the engine's machine."""
        return (await self._line.ask("GET", "models"))["models"]

    async def system(self) -> dict[str, Any]:
        """Return version, workers with state and memory, and the length of the queue."""
        return await self._line.ask("GET", "system")

    async def position(self) -> Position:
        """Return how far the engine's events are; what comes after can be heard later."""
        here = await self._line.ask("GET", "system")
        return Position(here["epoch"], here["last"])

    async def free(self, *, values: bool = True, models: bool = True) -> None:
        """Let workers let go of memory as soon as no job runs."""
        await self._line.ask("POST", "system", "free", body={"values": values, "models": models})

    def events(self, *, after: Position | None = None, job: str = "") -> AsyncGenerator[Event]:
        """Yield what happens, for ever: a line that breaks is tried again and resumed.

        Args:
            after: Go on after this event.
            job: Only what concerns this job.
        """
        return Following(self._line, after, job).events()

    async def _read(self, *path: str, query: Mapping[str, Any]) -> bytes:
        async with self._line.open("GET", *path, query=query) as response:
            return await response.read()


def _part(turn: Sequence[int], item: Sequence[int]) -> dict[str, Any]:
    """Return which turn of a value is meant, and which item of it, as a query."""
    return {"turn": turn or None, "item": item or None}
