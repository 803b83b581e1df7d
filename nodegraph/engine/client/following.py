"""Following an engine's events through broken lines and restarts."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType

from nodegraph.engine.client.errors import UnreachableError
from nodegraph.engine.client.events import Connected, Lost, Position, read_bytes, read_text

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from nodegraph.engine.client.connection import Connection
    from nodegraph.engine.client.events import Event

FIRST, LONGEST = 0.2, 10.0
"""Seconds until a broken line is tried again; twice as long each time."""


@dataclass
class Following:
    """One client's way through the events.

    Attributes:
        position: The last event heard; a new line goes on after it.
        job: Only this job's; all when empty.
    """

    connection: Connection
    position: Position | None = None
    job: str = ""

    async def events(self) -> AsyncGenerator[Event]:
        """Yield events for ever.

        Raises:
            UnreachableError: Nobody has answered yet; a line that breaks later is tried again.
            RefusedError: The engine says no.
        """
        pause = FIRST
        joined = False
        while True:
            try:
                async for event in self._line():
                    joined, pause = True, FIRST
                    yield event
                reason = "the engine has closed the line"
            except UnreachableError as error:
                if not joined:
                    raise
                reason = str(error)
            yield Lost(reason, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST)

    async def _line(self) -> AsyncGenerator[Event]:
        after = self.position
        query: dict[str, Any] = {"job": self.job or None}
        if after is not None:
            query |= {"after": after.number, "epoch": after.epoch}
        async with self.connection.listen("events", query=query) as socket:
            async for frame in socket:
                if frame.type is WSMsgType.BINARY:
                    yield read_bytes(frame.data)
                elif frame.type is WSMsgType.TEXT:
                    yield self._heard(json.loads(frame.data))

    def _heard(self, data: dict[str, Any]) -> Event:
        before = self.position
        if data["type"] == "hello":
            if before is None or before.epoch != data["epoch"]:
                self.position = Position(data["epoch"], data["last"])
                return Connected(self.position, anew=True)
            return Connected(before, anew=False)
        known = before or Position("", 0)
        self.position = Position(known.epoch, data.get("n", known.number))
        if data["type"] == "gap":
            return Connected(self.position, anew=True)
        return read_text(data)
