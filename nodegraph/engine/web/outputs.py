"""The gallery: what jobs have saved.

The annotations here are read, so this file does not postpone them.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from nodegraph.engine.engine import Engine
from nodegraph.engine.jobs import Output, OutputPage
from nodegraph.engine.web.answers import send_file
from nodegraph.engine.web.pages import Page
from nodegraph.engine.web.routes import Routes

routes = Routes()


@dataclass(frozen=True, slots=True)
class OutputsQuery(Page):
    """Which outputs to list.

    Attributes:
        job: Only those of one job.
        text: Only those with this in their name.
    """

    job: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class SideQuery:
    """How large a thumbnail is.

    Attributes:
        side: The longer side in pixels, 16 to 1024.
    """

    side: int = 256

    def __post_init__(self) -> None:
        if not 16 <= self.side <= 1024:
            raise ValueError("a thumbnail's side is 16 to 1024 pixels")


@routes.get("/api/outputs")
async def list_outputs(engine: Engine, query: OutputsQuery) -> OutputPage:
    """List outputs, the newest first."""
    return await asyncio.to_thread(
        engine.store.outputs,
        job=query.job,
        text=query.text,
        limit=query.limit,
        offset=query.offset,
    )


@routes.post("/api/outputs/rebuild")
async def rebuild_outputs(engine: Engine) -> None:
    """Make the index agree with the files that are there."""
    await asyncio.to_thread(engine.gallery.rebuild)
    engine.feed.publish({"type": "outputs"})


@routes.get("/api/outputs/{id}")
async def get_output(engine: Engine, id: int) -> Output:
    """Tell about an output."""
    return engine.store.output(id)


@routes.delete("/api/outputs/{id}")
async def delete_output(engine: Engine, id: int) -> None:
    """Remove an output's file."""
    await asyncio.to_thread(engine.gallery.delete, id)
    engine.feed.publish({"type": "outputs"})


@routes.get("/api/outputs/{id}/file", media="application/octet-stream")
async def get_file(engine: Engine, id: int) -> web.StreamResponse:
    """Give the file; parts of it, where the client asks for a range."""
    return send_file(await asyncio.to_thread(engine.gallery.path, id))


@routes.get("/api/outputs/{id}/thumbnail", media="image/webp")
async def get_thumbnail(engine: Engine, id: int, query: SideQuery) -> web.Response:
    """Give a small picture of an output."""
    data = await asyncio.to_thread(engine.gallery.thumbnail, id, query.side)
    return web.Response(body=data, content_type="image/webp")


@routes.get("/api/outputs/{id}/workflow")
async def get_recipe(engine: Engine, id: int) -> dict[str, Any]:
    """Give the workflow that made an output, as its file says."""
    return await asyncio.to_thread(_recipe, engine, id)


def _recipe(engine: Engine, id: int) -> dict[str, Any]:
    from nodegraph.record import read_record

    return read_record(engine.gallery.path(id).read_bytes())["workflow"]
