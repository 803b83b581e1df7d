"""``/upload/image`` and ``/upload/mask``: pictures that prompts may load."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from aiohttp import web

from nodegraph.engine.filenames import inside
from nodegraph.engine.thumbnails import PictureError, reading
from nodegraph.engine.uploads import Upload
from nodegraph.engine.web.call import check_length
from nodegraph.engine.web.comfy.answers import reply
from nodegraph.engine.web.comfy.files import place
from nodegraph.engine.web.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import IO

    from nodegraph.engine.engine import Engine


async def upload_image(engine: Engine, request: web.Request) -> web.Response:
    """Take a picture: ``image``, ``subfolder``, ``overwrite``."""
    form = await _form(request)
    return reply(await asyncio.to_thread(_keep, engine, form, _file(form).file))


async def upload_mask(engine: Engine, request: web.Request) -> web.Response:
    """Take a mask, and keep the picture it is for with the mask as its transparency."""
    form = await _form(request)
    return reply(await asyncio.to_thread(_keep_masked, engine, form))


async def _form(request: web.Request) -> Mapping[str, Any]:
    check_length(request, request.client_max_size)
    try:
        return await request.post()
    except ValueError as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"the form cannot be read: {error}") from None


def _file(form: Mapping[str, Any]) -> web.FileField:
    """Return the form's picture.

    Raises:
        RefusedError: There is none, or it is for a folder that takes none.
    """
    found = form.get("image")
    if not isinstance(found, web.FileField) or not found.filename:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "send a form with a file in its field image")
    if form.get("type", "input") != "input":
        raise RefusedError(HTTPStatus.BAD_REQUEST, "pictures are taken for the type input alone")
    return found


def _keep(engine: Engine, form: Mapping[str, Any], file: IO[bytes]) -> dict[str, str]:
    """Write a file into the folder of uploads, and return how clients name it."""
    uploads = engine.settings.uploads
    uploads.mkdir(parents=True, exist_ok=True)
    subfolder = str(form.get("subfolder", "")).replace("\\", "/").strip("/")
    folder = inside(uploads, subfolder) if subfolder else uploads
    name = PurePosixPath(_file(form).filename.replace("\\", "/")).name
    with Upload(folder, name) as taken:
        shutil.copyfileobj(file, taken)
        kept = taken.keep(replace=str(form.get("overwrite")).lower() in ("true", "1"))
    return {"name": kept, "subfolder": subfolder, "type": "input"}


def _keep_masked(engine: Engine, form: Mapping[str, Any]) -> dict[str, str]:
    original = _original(engine, form)
    mask = io.BytesIO(_file(form).file.read())
    try:
        with reading(original) as picture, reading(mask) as drawn:
            if picture.size != drawn.size:
                raise PictureError(f"the mask is {drawn.size}, and the picture {picture.size}")
            masked = picture.convert("RGBA")
            masked.putalpha(drawn.convert("RGBA").getchannel("A"))
    except PictureError as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, str(error)) from None
    data = io.BytesIO()
    masked.save(data, "PNG")
    data.seek(0)
    return _keep(engine, form, data)


def _original(engine: Engine, form: Mapping[str, Any]) -> Path:
    try:
        given = json.loads(str(form.get("original_ref")))
        name, subfolder = (str(given.get(key, "")) for key in ("filename", "subfolder"))
        path = place(engine.settings, name, subfolder, str(given.get("type") or "output"))
    except (ValueError, AttributeError, RecursionError):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "original_ref names no picture") from None
    if not path.is_file():
        raise RefusedError(HTTPStatus.NOT_FOUND, f"there is no picture {name!r}")
    return path
