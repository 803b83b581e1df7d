"""The application: every route behind the same guard, every error in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from nodegraph.engine.web import catalogue, events, jobs, outputs, system, uploads, values
from nodegraph.engine.web.call import call
from nodegraph.engine.web.errors import Handle, explaining

if TYPE_CHECKING:
    from nodegraph.engine.engine import Engine
    from nodegraph.engine.web.guard import Guard
    from nodegraph.engine.web.routes import Route

ROUTES: tuple[Route, ...] = tuple(
    route
    for family in (catalogue, jobs, values, outputs, uploads, system, events)
    for route in family.routes
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def make_app(engine: Engine, guard: Guard, routes: Sequence[Route] = ROUTES) -> web.Application:
    """Return the application that serves an engine."""
    declared = {(route.method, route.path): route for route in routes}

    @web.middleware
    async def guarding(request: web.Request, handler: Handle) -> web.StreamResponse:
        resource = request.match_info.route.resource
        route = declared.get((request.method, "" if resource is None else resource.canonical))
        guard.check(
            request,
            tokenless=route is not None and route.tokenless,
            socket=route is not None and route.status == HTTPStatus.SWITCHING_PROTOCOLS,
        )
        return await handler(request)

    app = web.Application(middlewares=[explaining, guarding], client_max_size=engine.settings.body)
    for route in routes:
        app.router.add_route(route.method, route.path, partial(call, route, engine))
    app.on_response_prepare.append(_harden)
    app.on_shutdown.append(lambda _: engine.dismiss())
    return app


async def _harden(_: web.Request, response: web.StreamResponse) -> None:
    """Keep browsers from making more of an answer than it is."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
