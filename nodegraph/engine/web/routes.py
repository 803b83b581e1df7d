"""Routes: a typed handler is the whole declaration.

Its parameters are the engine, then by name: those of the path, ``query`` and ``body`` (dataclasses,
checked), ``request`` (aiohttp's, where nothing else will do). What it returns becomes JSON, unless
it is a response. Its docstring is what the document of the API says.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

Handler: TypeAlias = Callable[..., Awaitable[Any]]
H = TypeVar("H", bound=Handler)

JSON = "application/json"
FIELD = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Route:
    """One method of one path.

    Attributes:
        path: With the names of its fields: ``/api/jobs/{id}``.
        media: What an answer is that the handler makes itself.
        takes: What a body is that the handler reads itself.
        tokenless: Whether, on a loopback address whose token nobody chose, it may be left out:
            for programs that know of none.
    """

    method: str
    path: str
    handler: Handler
    status: int = 200
    media: str = JSON
    takes: str = ""
    tokenless: bool = False

    @cached_property
    def types(self) -> dict[str, Any]:
        """What the handler takes, by name, and gives, as ``return``; the engine left out."""
        signature = inspect.signature(self.handler)
        found = {name: one.annotation for name, one in signature.parameters.items()}
        return dict(list(found.items())[1:]) | {"return": signature.return_annotation}

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(FIELD.findall(self.path))


class Routes(list[Route]):
    """The routes of a family of handlers."""

    def get(self, path: str, **traits: Any) -> Callable[[H], H]:
        """Declare what reads."""
        return self._add("GET", path, traits)

    def post(self, path: str, **traits: Any) -> Callable[[H], H]:
        """Declare what acts."""
        return self._add("POST", path, traits)

    def patch(self, path: str, **traits: Any) -> Callable[[H], H]:
        """Declare what changes a thing."""
        return self._add("PATCH", path, traits)

    def delete(self, path: str, **traits: Any) -> Callable[[H], H]:
        """Declare what removes a thing."""
        return self._add("DELETE", path, traits)

    def _add(self, method: str, path: str, traits: dict[str, Any]) -> Callable[[H], H]:
        def declare(handler: H) -> H:
            self.append(Route(method, path, handler, **traits))
            return handler

        return declare
