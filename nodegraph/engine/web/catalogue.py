"""What can be used: node types and models.

The annotations here are read, so this file does not postpone them.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from nodegraph.engine.engine import Engine
from nodegraph.engine.messages import ListModels
from nodegraph.engine.web.errors import RefusedError
from nodegraph.engine.web.routes import Routes

routes = Routes()


@dataclass(frozen=True, slots=True)
class Models:
    """The models on the engine's machine.

    Attributes:
        models: ``name`` is what model.load takes; ``where`` is embedded, hub or folder.
    """

    models: tuple[dict[str, Any], ...]


@routes.get("/api/nodes")
async def list_nodes(engine: Engine, request: web.Request) -> web.Response:
    """Give the catalogue of node types: sockets, parameters, ranges, choices, help, colors.

    It has an ETag: a client that keeps it asks with If-None-Match.
    """
    found = await engine.catalogue()
    given = {one.value for one in request.if_none_match or ()}
    if found.tag in given:
        response = web.Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = web.Response(body=found.data, content_type="application/json")
    response.etag = found.tag
    response.headers["Cache-Control"] = "no-cache"
    return response


@routes.get("/api/models")
async def list_models(engine: Engine) -> Models:
    """List the models on this machine, as a worker finds them."""
    answer = await engine.ask(ListModels(0))
    if "error" in answer.data:
        raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, str(answer.data["error"]))
    return Models(tuple(answer.data["models"]))
