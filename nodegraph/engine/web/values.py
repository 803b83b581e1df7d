"""Values of nodes that have run, while a worker keeps them.

The annotations here are read, so this file does not postpone them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from nodegraph.engine.engine import Engine
from nodegraph.engine.messages import Answer, Look, Turns
from nodegraph.engine.pictures import media
from nodegraph.engine.web.errors import RefusedError
from nodegraph.engine.web.routes import Routes

routes = Routes()
LONGEST = 2048


@dataclass(frozen=True, slots=True)
class ValueQuery:
    """Which turn.

    Attributes:
        turn: Of each zone around the node, outermost first; nothing outside of zones.
    """

    turn: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureQuery(ValueQuery):
    """Which turn, and how large a picture.

    Attributes:
        picture: Its longer side in pixels, 16 to 2048.
    """

    picture: int = 256

    def __post_init__(self) -> None:
        if not 16 <= self.picture <= LONGEST:
            raise ValueError(f"a picture's side is 16 to {LONGEST} pixels")


@routes.get("/api/jobs/{id}/values")
async def list_values(engine: Engine, id: str) -> Mapping[str, Any]:
    """Tell which values of a job's zones are kept, by node, output and turn."""
    job = engine.store.job(id)
    return _found(await engine.ask(Turns(0, job.id))).data


@routes.get("/api/jobs/{id}/values/{node}/{output}")
async def get_value(
    engine: Engine, id: str, node: str, output: str, query: ValueQuery
) -> Mapping[str, Any]:
    """Describe a value: type, shape, dtype, range, statistics."""
    return (await _look(engine, id, node, output, query.turn, 0)).data


@routes.get("/api/jobs/{id}/values/{node}/{output}/picture", media="image/*")
async def get_picture(
    engine: Engine, id: str, node: str, output: str, query: PictureQuery
) -> web.Response:
    """Give a value as a picture."""
    answer = await _look(engine, id, node, output, query.turn, query.picture)
    if not answer.picture:
        message = f"{node}.{output} has no looks; ask for its description instead"
        raise RefusedError(HTTPStatus.NOT_FOUND, message)
    return web.Response(body=answer.picture, content_type=media(answer.picture))


async def _look(
    engine: Engine, id: str, node: str, output: str, turn: tuple[int, ...], picture: int
) -> Answer:
    job = engine.store.job(id)
    _, resolved = engine.store.documents(id)
    base = str(engine.settings.uploads)
    asked = Look(0, job.id, resolved, job.device, job.dtype, base, node, output, turn, picture)
    return _found(await engine.ask(asked))


def _found(answer: Answer) -> Answer:
    """Return an answer that says something.

    Raises:
        RefusedError: The value is not kept.
    """
    if "error" in answer.data:
        raise RefusedError(HTTPStatus.NOT_FOUND, str(answer.data["error"]))
    return answer
