"""What the commands that speak to an engine share: where it is, and one conversation with it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from nodegraph.engine.client import Client

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


@dataclass(frozen=True)
class Engine:
    """The engine meant: that of a URL, or else that of this machine's data folder."""

    url: str | None
    token: str | None

    def talk(self, speak: Callable[[Client], Awaitable[T]]) -> T:
        """Return what comes of a conversation.

        Raises:
            UnreachableError: No engine answers.
            RefusedError: It says no.
        """

        async def conversation() -> T:
            async with Client(self.url, self.token) as client:
                return await speak(client)

        return asyncio.run(conversation())
