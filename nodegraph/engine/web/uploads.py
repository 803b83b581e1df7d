"""Files that clients send, for workflows to read.

The annotations here are read, so this file does not postpone them.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage

from nodegraph.engine.engine import Engine
from nodegraph.engine.uploads import Upload, stored
from nodegraph.engine.web.answers import send_file
from nodegraph.engine.web.call import check_length
from nodegraph.engine.web.errors import RefusedError, too_large
from nodegraph.engine.web.routes import Routes

routes = Routes()
PIECE = 2**18
AROUND = 2**16
"""Bytes that a form has around its file."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that was taken.

    Attributes:
        name: What a workflow calls it, as the value of a parameter that names a file.
    """

    name: str
    size: int


@routes.post("/api/uploads", status=201, takes="multipart/form-data")
async def upload(engine: Engine, request: web.Request) -> Uploaded:
    """Send a file in a form's field ``file``.

    It keeps its name; where that is taken by another file it gets a number. The same file sent
    again is kept once.
    """
    limit = engine.settings.upload
    check_length(request, limit + AROUND)
    part = await _file(request)
    with Upload(engine.settings.uploads, part.filename or "") as taken:
        while piece := await part.read_chunk(PIECE):
            if taken.size + len(piece) > limit:
                raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large(limit))
            await asyncio.to_thread(taken.write, piece)
        name = await asyncio.to_thread(taken.keep)
        return Uploaded(name, taken.size)


@routes.get("/api/uploads/{name}", media="application/octet-stream")
async def get_upload(engine: Engine, name: str) -> web.StreamResponse:
    """Give a file that was sent."""
    return send_file(stored(engine.settings.uploads, name))


async def _file(request: web.Request) -> BodyPartReader:
    """Return the form's file, which must come first: nothing else is read.

    Raises:
        RefusedError: There is none.
    """
    if request.content_type == "multipart/form-data":
        with contextlib.suppress(ValueError, BadHttpMessage):
            part = await (await request.multipart()).next()
            if isinstance(part, BodyPartReader) and part.name == "file":
                return part
    raise RefusedError(
        HTTPStatus.BAD_REQUEST, "send a form (multipart/form-data) whose first field is file"
    )
