"""The workers of a Ray cluster: an actor for each GPU, or for each CPU where there is none."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from nodegraph.engine.ray.actor import HEAR, Actor, Wish
from nodegraph.engine.ray.library import ClusterError, load, own_signals
from nodegraph.engine.ray.link import ActorLink

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from nodegraph.engine.links import More
    from nodegraph.engine.messages import Ready
    from nodegraph.engine.ray.parcels import Given
    from nodegraph.engine.settings import Settings

LOOK = 5.0
"""Seconds between looks whether the cluster has grown."""
CALLS = 300.0
"""Calls a second that workers are asked for what they say, at most, all of them together."""
QUICK = 0.02
KEPT = 64
"""Files that the cluster's memory holds for workers to come."""
LOCAL = "local"


class Room(NamedTuple):
    """How many workers a cluster has room for, and on what."""

    resource: str
    workers: int


def room(resources: Mapping[str, float], devices: tuple[str, ...] | None) -> Room:
    """Return what there is to compute on: every GPU, or every CPU where there is none.

    Args:
        resources: What Ray says that the cluster has.
        devices: Those to take; ``None`` for the best.
    """
    gpus = int(resources.get("GPU", 0))
    if gpus and (devices is None or any(device.startswith("cuda") for device in devices)):
        return Room("GPU", gpus)
    return Room("CPU", int(resources.get("CPU", 0)))


class Cluster:
    """A cluster; a ``Crew``. Where a worker runs is for Ray to say, when it begins again too."""

    depth = 2
    patient = True

    def __init__(self, settings: Settings) -> None:
        """Prepare; nothing is asked of the cluster yet.

        Raises:
            ClusterError: Ray is not installed here.
        """
        self._ray = load()
        self._class: Any = self._ray.remote(concurrency_groups={HEAR: 1})(Actor)
        self._settings = settings
        self._address = settings.ray
        if self._address == LOCAL:
            self._address = os.environ.get("RAY_ADDRESS") or LOCAL
        self._room = Room("CPU", 0)
        self._workers = 0
        self._ours = False
        self._growing: asyncio.Task[None] | None = None
        self._contents: dict[Given, Any] = {}
        self._putting = asyncio.Lock()

    async def start(self, more: More) -> None:
        """Have a worker for all that the cluster has to compute on, now and later.

        Raises:
            ClusterError: There is no cluster at the address.
        """
        if self._address == LOCAL:
            self._connect()  # for some ten seconds; Ray begins processes on the main thread alone
        else:
            await asyncio.to_thread(self._connect)
        await self._grow(more)
        self._growing = asyncio.create_task(self._watch(more))

    def _connect(self) -> None:
        if self._ray.is_initialized():
            return
        try:
            with own_signals():
                self._ray.init(
                    address=self._address,
                    include_dashboard=False,
                    log_to_driver=False,
                    logging_level="warning",
                )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise ClusterError(
                f"there is no Ray cluster at {self._address}: {error}; begin one with: ray start "
                "--head, or leave the address out to have one on this machine alone"
            ) from None
        self._ours = True

    async def _watch(self, more: More) -> None:
        while True:
            await asyncio.sleep(LOOK)
            with contextlib.suppress(Exception):  # it is asked again
                await self._grow(more)

    async def _grow(self, more: More) -> None:
        resources = await asyncio.to_thread(self._ray.cluster_resources)
        self._room = room(resources, self._settings.devices)
        while self._workers < self._room.workers:
            self._workers += 1
            more(self._settings.devices)

    def found(self, ready: Ready) -> None:
        """Do nothing: how many workers there are, the cluster says."""

    def link(self, settings: Settings) -> ActorLink:
        """Return a way to an actor that is not asked for yet."""
        return ActorLink(self, settings)

    async def stop(self) -> None:
        """Leave the cluster; one that was begun for this engine ends."""
        if self._growing is not None:
            self._growing.cancel()
        if self._ours:
            await asyncio.to_thread(self._ray.shutdown)

    def pace(self) -> float:
        """Return the seconds that a worker gathers what is not urgent; more where many do."""
        return max(QUICK, self._workers / CALLS)

    def actor(self, settings: Settings) -> Any:
        """Ask for an actor; it waits for room. A call that it dies in is not made again: the queue
        begins the job anew, which a call's own retries were seen to fail at when a machine dies.
        """
        wish = Wish(settings.devices, settings.readable, settings.models, settings.heartbeat)
        needs = {"num_gpus": 1} if self._room.resource == "GPU" else {"num_cpus": 1}
        options = {"max_restarts": 0, "max_task_retries": 0, "scheduling_strategy": "SPREAD"}
        return self._class.options(**needs, **options).remote(wish)

    def kill(self, actor: Any) -> None:
        """End an actor's process, if there is one."""
        with contextlib.suppress(Exception):  # gone already, or the cluster is
            self._ray.kill(actor, no_restart=True)

    async def contents(self, folder: Path, given: Sequence[Given]) -> list[Any]:
        """Return files in the cluster's memory, where each machine fetches them once."""
        return [await self._content(folder, one) for one in given]

    async def _content(self, folder: Path, given: Given) -> Any:
        async with self._putting:
            if given not in self._contents:
                self._contents[given] = await asyncio.to_thread(self._put, folder / given.name)
                while len(self._contents) > KEPT:
                    del self._contents[next(iter(self._contents))]
            return self._contents[given]

    def _put(self, path: Path) -> Any:
        return self._ray.put(path.read_bytes())
