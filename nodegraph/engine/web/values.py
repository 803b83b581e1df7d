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
LONGEST = 8192


@dataclass(frozen=True, slots=True)
class ValueQuery:
    """Which turn, and which part.

    Attributes:
        turn: Of each zone around the node, outermost first; nothing outside of zones.
        item: Of a list or a batch only this item, counted from 0; of lists in lists several.
    """

    turn: tuple[int, ...] = ()
    item: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureQuery(ValueQuery):
    """Which turn, and how large a picture.

    Attributes:
        picture: Its longer side in pixels, 16 to 8192.
        decoded: Show a latent as the picture it stands for, which takes longer.
    """

    picture: int = 256
    decoded: bool = False

    def __post_init__(self) -> None:
        if not 16 <= self.picture <= LONGEST:
            raise ValueError(f"a picture's side is 16 to {LONGEST} pixels")


@dataclass(frozen=True, slots=True)
class DataQuery(ValueQuery):
    """Which turn, and which of the numbers.

    Attributes:
        window: Only an area of a picture: left, top, width, height; everything by default.
    """

    window: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.window) not in (0, 4) or any(side < 0 for side in self.window):
            raise ValueError("a window is four numbers: left, top, width, height")


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
    return (await _look(engine, id, (node, output), query)).data


@routes.get("/api/jobs/{id}/values/{node}/{output}/picture", media="image/*")
async def get_picture(
    engine: Engine, id: str, node: str, output: str, query: PictureQuery
) -> web.Response:
    """Give a value as a picture."""
    wanted = {"picture": query.picture, "decoded": query.decoded, "about": False}
    answer = await _look(engine, id, (node, output), query, **wanted)
    if not answer.picture:
        message = f"{node}.{output} has no looks; ask for its description instead"
        raise RefusedError(HTTPStatus.NOT_FOUND, message)
    return web.Response(body=answer.picture, content_type=media(answer.picture))


@routes.get("/api/jobs/{id}/values/{node}/{output}/data", media="application/octet-stream")
async def get_data(
    engine: Engine, id: str, node: str, output: str, query: DataQuery
) -> web.Response:
    """Give a value's numbers: float32 in NumPy's format (npy), 64 MiB at most."""
    wanted = {"data": True, "window": query.window, "about": False}
    answer = await _look(engine, id, (node, output), query, **wanted)
    if not answer.picture:
        message = f"{node}.{output} is not made of numbers; ask for its description instead"
        raise RefusedError(HTTPStatus.NOT_FOUND, message)
    return web.Response(body=answer.picture, content_type="application/octet-stream")


async def _look(
    engine: Engine, id: str, place: tuple[str, str], query: ValueQuery, **wanted: Any
) -> Answer:
    job = engine.store.job(id)
    _, resolved = engine.store.documents(id)
    base = str(engine.settings.uploads)
    asked = Look(
        *(0, job.id, resolved, job.device, job.dtype, base, *place),
        turn=query.turn,
        item=query.item,
        **wanted,
    )
    return _found(await engine.ask(asked))


def _found(answer: Answer) -> Answer:
    """Return an answer that says something.

    Raises:
        RefusedError: The value is not kept.
    """
    if "error" in answer.data:
        raise RefusedError(HTTPStatus.NOT_FOUND, str(answer.data["error"]))
    return answer
