"""Bodies in and out, as ComfyUI has them: JSON whatever it is called, NaN let through."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

from nodegraph.engine.web.call import check_length
from nodegraph.engine.web.errors import RefusedError
from nodegraph.jsontext import parse

if TYPE_CHECKING:
    from collections.abc import Mapping


async def body(request: web.Request) -> bytes:
    """Return a request's body, if it is not too long.

    Raises:
        RefusedError: It has too many bytes.
    """
    check_length(request, request.client_max_size)
    return await request.read()


async def fields(request: web.Request) -> Mapping[str, Any]:
    """Return a body as an object; an empty one has no entries.

    Raises:
        WorkflowError: It is no JSON.
        RefusedError: It is JSON of another kind.
    """
    data = parse(await body(request) or b"{}", finite=False)
    if not isinstance(data, dict):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "send an object in the body")
    return cast("dict[str, Any]", data)


def texts(given: Any) -> list[str]:
    """Return the texts of a list; nothing where it is none."""
    entries = cast("list[Any]", given) if isinstance(given, list) else []
    return [str(entry) for entry in entries]


def reply(data: Any, status: int = 200) -> web.Response:
    """Return JSON as an answer."""
    return web.Response(text=json.dumps(data), status=status, content_type="application/json")


def done() -> web.Response:
    """Return an answer that says nothing but yes."""
    return web.Response()
