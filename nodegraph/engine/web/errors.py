"""From exceptions to answers: a sentence, the problems with their places, a fitting status."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

from aiohttp import web

from nodegraph.engine.engine import CrowdedError
from nodegraph.engine.filenames import FileNameError
from nodegraph.engine.gallery_index import LostOutputError, UnknownOutputError
from nodegraph.engine.rows import JobStateError, UnknownJobError
from nodegraph.engine.uploads import UnknownUploadError
from nodegraph.engine.web import forms
from nodegraph.errors import NodegraphError, Problem, ProblemsError
from nodegraph.storage import StorageError

Handle: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What went wrong.

    Attributes:
        message: A sentence with the remedy.
        problems: All of them, each with its place, where there are several or places.
    """

    message: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """The answer to every request that fails."""

    error: Wrong


class RefusedError(NodegraphError):
    """The request may not be made, or is not of a kind that is answered.

    Attributes:
        status: Of the answer.
    """

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


STATUS: dict[type[NodegraphError], HTTPStatus] = {
    UnknownJobError: HTTPStatus.NOT_FOUND,
    UnknownOutputError: HTTPStatus.NOT_FOUND,
    LostOutputError: HTTPStatus.NOT_FOUND,
    CrowdedError: HTTPStatus.SERVICE_UNAVAILABLE,
    JobStateError: HTTPStatus.CONFLICT,
    FileNameError: HTTPStatus.BAD_REQUEST,
    StorageError: HTTPStatus.INSUFFICIENT_STORAGE,
    UnknownUploadError: HTTPStatus.NOT_FOUND,
    forms.FormError: HTTPStatus.BAD_REQUEST,
}


@web.middleware
async def explaining(request: web.Request, handler: Handle) -> web.StreamResponse:
    """Answer whatever is raised in words; what nobody meant is told on stderr too."""
    try:
        return await handler(request)
    except RefusedError as error:
        return answer(error.status, str(error))
    except ProblemsError as error:
        return answer(_status(error), str(error), error.problems)
    except NodegraphError as error:
        return answer(_status(error), str(error))
    except web.HTTPException as error:
        return _http(request, error)
    except (ConnectionError, web.RequestPayloadError):
        return answer(HTTPStatus.BAD_REQUEST, "the request broke off; send it again")
    except Exception as error:  # noqa: BLE001 - the top level: nobody above can say it
        traceback.print_exc(file=sys.stderr)
        message = f"the engine stumbled over {type(error).__name__}; its log on stderr says where"
        return answer(HTTPStatus.INTERNAL_SERVER_ERROR, message)


def answer(status: int, message: str, problems: tuple[Problem, ...] = ()) -> web.Response:
    """Return the answer to a request that fails."""
    body = forms.write(ErrorAnswer, ErrorAnswer(Wrong(message, problems)))
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


def _status(error: NodegraphError) -> HTTPStatus:
    return STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)


def _http(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    messages = {
        404: f"there is nothing at {request.path}; GET /api/openapi.json lists what there is",
        405: f"{request.method} is not for {request.path}; GET /api/openapi.json says what is",
        413: too_large(request.client_max_size),
    }
    found = answer(error.status, messages.get(error.status, error.reason))
    if "Allow" in error.headers:
        found.headers["Allow"] = error.headers["Allow"]
    return found


def too_large(limit: int) -> str:
    """Say that a body is too large."""
    return f"the request's body has more than the {limit:,} bytes allowed; send less at once"
