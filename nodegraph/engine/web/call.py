"""From a request to a call of its route's handler, and from what that returns to an answer."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import web

from nodegraph.engine.web import forms
from nodegraph.engine.web.errors import RefusedError, too_large

if TYPE_CHECKING:
    from nodegraph.engine.engine import Engine
    from nodegraph.engine.web.routes import Route

LARGE = 2**20
"""Bytes of JSON that are read beside the loop, so that nobody waits meanwhile."""


async def call(route: Route, engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer a request.

    Raises:
        NodegraphError: The request is wrong, or what it asks for cannot be.
    """
    gives = route.types["return"]
    found = await route.handler(engine, **await _arguments(route, request))
    if isinstance(found, web.StreamResponse):
        return found
    if gives is None:
        return web.Response(status=HTTPStatus.NO_CONTENT)
    body = forms.write(gives, found)
    return web.Response(body=body, status=route.status, content_type="application/json")


async def _arguments(route: Route, request: web.Request) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for name, kind in route.types.items():
        if name in route.fields:
            arguments[name] = _field(kind, request.match_info[name])
        elif name == "query":
            arguments[name] = forms.read_query(kind, request.query)
        elif name == "body":
            arguments[name] = await _body(kind, request)
        elif name == "request":
            arguments[name] = request
    return arguments


def _field(kind: Any, text: str) -> Any:
    if kind is not int:
        return text
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise RefusedError(HTTPStatus.NOT_FOUND, f"{text!r} is no number, so there is nothing by it")


async def _body(kind: Any, request: web.Request) -> Any:
    check_length(request, request.client_max_size)
    data = await request.read()
    if len(data) < LARGE:
        return forms.read_body(kind, data)
    return await asyncio.to_thread(forms.read_body, kind, data)


def check_length(request: web.Request, limit: int) -> None:
    """Refuse a body by the length that it says it has, before any of it is read.

    Raises:
        RefusedError: It has too many bytes.
    """
    if (request.content_length or 0) > limit:
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large(limit))
