"""The driver's side of an actor: a call at a time to say something, and one that always waits."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodegraph.engine.deaths import Death
from nodegraph.engine.messages import Finished, Start, decode, encode
from nodegraph.engine.ray.actor import HEAR
from nodegraph.engine.ray.parcels import Given, named, unpack

if TYPE_CHECKING:
    from nodegraph.engine.links import Die, Take
    from nodegraph.engine.messages import ToWorker
    from nodegraph.engine.ray.cluster import Cluster
    from nodegraph.engine.ray.parcels import Said
    from nodegraph.engine.settings import Settings


class ActorLink:
    """One actor; a ``Link``."""

    def __init__(self, cluster: Cluster, settings: Settings) -> None:
        self._cluster, self._settings = cluster, settings
        self._actor: Any = None
        self._listening: asyncio.Task[None] | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._outgoing: asyncio.Queue[ToWorker] = asyncio.Queue()
        self._outs: dict[str, Path] = {}
        self._sent: set[Given] = set()
        self._killed = asyncio.Event()
        self._telling: set[asyncio.Task[Any]] = set()
        self._reason = "the engine ended it"

    async def open(self, take: Take, die: Die) -> None:
        """Ask for the actor; it begins when a machine has room for it."""
        self._actor = await asyncio.to_thread(self._cluster.actor, self._settings)
        self._listening = asyncio.create_task(self._listen(take, die))
        self._speaking = asyncio.create_task(self._speak())
        self._speaking.add_done_callback(self._told)

    def send(self, message: ToWorker) -> None:
        """Say something, after all that was said before."""
        if self._actor is not None and not self._killed.is_set():
            if isinstance(message, Start):
                self._outs[message.job] = Path(message.out)
            self._outgoing.put_nowait(message)

    async def _speak(self) -> None:
        """Make the calls; a job takes the files along that it reads and that are not there yet."""
        while True:
            message = await self._outgoing.get()
            given: list[Given] = []
            if isinstance(message, Start):
                given = [one for one in self._reads(message) if one not in self._sent]
                self._sent.update(given)
            contents = await self._cluster.contents(self._settings.uploads, given)
            told = self._actor.tell.remote(encode(message), given, *contents)
            telling = asyncio.ensure_future(_result(told))
            self._telling.add(telling)
            telling.add_done_callback(self._told)

    def _told(self, telling: asyncio.Task[Any]) -> None:
        """End an actor that could not be told something: what waits for it would wait for ever."""
        self._telling.discard(telling)
        error = None if telling.cancelled() else telling.exception()
        if error is not None and not self._killed.is_set():
            self._reason = _sentence(error)
            self.kill()

    def _reads(self, start: Start) -> list[Given]:
        return named(start.workflow, Path(start.base)) if start.base else []

    def kill(self) -> None:
        """End the actor's process, and whatever the cluster still knows of it."""
        self._killed.set()
        self._cluster.kill(self._actor)

    async def _listen(self, take: Take, die: Die) -> None:
        """Take what the worker says until it is gone."""
        with contextlib.suppress(asyncio.CancelledError):
            try:
                while (said := await self._hear()) is not None:
                    for one in said:
                        await self._take(one, take)
            except Exception as error:  # noqa: BLE001 - of many kinds, and each means its end
                self._reason = _sentence(error)
                self._cluster.kill(self._actor)
        reason = f"the worker was lost with its machine or its process: {self._reason}"
        self._killed.set()
        if self._speaking is not None:
            self._speaking.cancel()
        die(Death(reason, "outside"))

    async def _hear(self) -> list[Said] | None:
        """Return what the worker says next; nothing when it was killed, which may not be known."""
        hear = self._actor.hear.options(concurrency_group=HEAR)
        call = asyncio.ensure_future(_result(hear.remote(self._cluster.pace())))
        killed = asyncio.ensure_future(self._killed.wait())
        await asyncio.wait((call, killed), return_when=asyncio.FIRST_COMPLETED)
        killed.cancel()
        if self._killed.is_set() and not call.done():
            call.cancel()
            return None
        return call.result()

    async def _take(self, said: Said, take: Take) -> None:
        message: Any = decode(said.data)
        if isinstance(message, Finished):
            out = self._outs.pop(message.job)
            await asyncio.to_thread(unpack, said.files, out)
        take(message)


async def _result(call: Any) -> Any:
    return await call


def _sentence(error: BaseException) -> str:
    """Return what Ray says, in a line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[0].rstrip(".")[:300]
