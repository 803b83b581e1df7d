"""``/view``: pictures by name, turned into what a client asks for."""

from __future__ import annotations

import asyncio
import io
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import web

from nodegraph.engine.messages import Look
from nodegraph.engine.pictures import media
from nodegraph.engine.thumbnails import reading
from nodegraph.engine.web.answers import send_file
from nodegraph.engine.web.comfy.files import place, split
from nodegraph.engine.web.comfy.known import read
from nodegraph.engine.web.errors import RefusedError

if TYPE_CHECKING:
    from pathlib import Path

    from nodegraph.engine.engine import Engine

TEMPORARY = re.compile(r"([0-9a-f]{32})-(.+)\.webp")
QUALITY = re.compile(r"(webp|jpeg)(?:;(\d{1,3}))?")
LONGEST = 2048
"""Pixels of a preview's longer side, at most."""


async def view(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Give a picture: ``filename``, ``subfolder``, ``type``, ``preview`` and ``channel``."""
    name, kind = split(request.query.get("filename", ""), request.query.get("type", "output"))
    if kind == "temp":
        return await _preview(engine, name)
    subfolder = request.query.get("subfolder", "")
    path = await asyncio.to_thread(_existing, engine, name, subfolder, kind)
    form = QUALITY.fullmatch(request.query.get("preview", ""))
    channel = request.query.get("channel", "rgba")
    if form is None and channel not in ("rgb", "a"):
        return send_file(path)
    wanted = (form[1], int(form[2] or 90)) if form else ("png", 0)
    data = await asyncio.to_thread(_turned, path, *wanted, channel)
    return web.Response(body=data, content_type=f"image/{wanted[0]}")


def _existing(engine: Engine, name: str, subfolder: str, kind: str) -> Path:
    if not name:
        raise RefusedError(HTTPStatus.NOT_FOUND, "name a picture as filename")
    path = place(engine.settings, name, subfolder, kind)
    if not path.is_file():
        raise RefusedError(HTTPStatus.NOT_FOUND, f"there is no file {name!r} in {kind}")
    return path


def _turned(path: Path, form: str, quality: int, channel: str) -> bytes:
    """Return a picture in another format, or some of its channels."""
    data = io.BytesIO()
    with reading(path) as picture:
        if channel == "a":
            alpha = picture.convert("RGBA").getchannel("A")
            shown = picture.convert("RGBA")
            shown.paste((0, 0, 0), (0, 0, *shown.size))
            shown.putalpha(alpha)
        else:
            shown = picture.convert("RGB" if channel == "rgb" or form == "jpeg" else "RGBA")
        if form == "jpeg":
            shown = shown.convert("RGB")
        options: dict[str, Any] = {"quality": min(max(quality, 1), 100)} if quality else {}
        shown.save(data, form.upper(), **options)
    return data.getvalue()


async def _preview(engine: Engine, name: str) -> web.Response:
    """Give what a PreviewImage shows, while the worker keeps the value."""
    found = TEMPORARY.fullmatch(name)
    if found is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"there is no preview {name!r}")
    job = engine.store.job(found[1])
    known = await asyncio.to_thread(read, engine, job)
    shown = {} if known is None else {k.replace(":", "_"): v for k, v in known.shown.items()}
    if found[2] not in shown:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"there is no preview {name!r}")
    node, output = shown[found[2]]
    _, resolved = engine.store.documents(job.id)
    base = str(engine.settings.uploads)

    def question(side: int) -> Look:
        return Look(0, job.id, resolved, job.device, job.dtype, base, node, output, (), side)

    shape = (await engine.ask(question(0))).data.get("shape", [])
    side = min(max(shape[1:3]), LONGEST) if len(shape) == 4 else LONGEST
    answer = await engine.ask(question(side))
    if not answer.picture:
        message = str(answer.data.get("error", "the value is not kept any more"))
        raise RefusedError(HTTPStatus.NOT_FOUND, message)
    return web.Response(body=answer.picture, content_type=media(answer.picture))
