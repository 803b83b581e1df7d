"""What the lanes of all devices share, and what is to be known of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from nodegraph.engine.choosing import Chooser

if TYPE_CHECKING:
    from nodegraph.engine.feed import Feed
    from nodegraph.engine.gallery import Gallery
    from nodegraph.engine.jobs import Job
    from nodegraph.engine.lane import Lane
    from nodegraph.engine.links import Crew
    from nodegraph.engine.messages import Ready
    from nodegraph.engine.settings import Settings
    from nodegraph.engine.store import Store

LaneState: TypeAlias = Literal["starting", "warming up", "idle", "busy", "broken"]
TOLD = 100
"""Jobs that are told of one by one."""


@dataclass(frozen=True, slots=True)
class WorkerInfo:
    """What is to be known of a worker.

    Attributes:
        job: What it runs, or nothing.
        memory: As of ``Beat``.
        about: The device's ``name`` and ``bytes``.
        reason: Why it is broken, or was started again.
        name: What jobs call it that it has run: its device, and where it is on another machine.
    """

    device: str
    state: LaneState
    job: str = ""
    memory: Mapping[str, int] = field(default_factory=dict[str, int])
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reason: str = ""
    name: str = ""


@dataclass
class Desk:
    """What all lanes share.

    Attributes:
        crew: Who has the workers.
        ready: Told what a worker says when it is ready.
        changed: Told that a worker's state is another one.
        lanes: Those there are.
        chooser: Gives jobs to those that have what they need.
        cancelled: Running jobs that are to end.
        stopping: Whether the engine ends.
    """

    store: Store
    gallery: Gallery
    feed: Feed
    settings: Settings
    crew: Crew
    ready: Callable[[Ready], None]
    changed: Callable[[], None]
    lanes: list[Lane] = field(default_factory=list["Lane"])
    chooser: Chooser = field(default_factory=Chooser)
    cancelled: set[str] = field(default_factory=set[str])
    stopping: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Have every lane look at the queue again."""
        self._news.set()
        self._news = asyncio.Event()

    def news(self) -> asyncio.Event:
        """Return what is set at the next ``wake``."""
        return self._news

    def idle(self) -> int:
        """Return how many workers have nothing to do."""
        return sum(lane.info.state == "idle" for lane in self.lanes)

    def spare(self) -> bool:
        """Tell whether a worker has nothing to do."""
        return self.idle() > 0

    def wake_where_none_is_idle(self) -> None:
        """Let workers have a second job each, now that every one has a first."""
        if not self.spare():
            self.wake()

    def tell(self, *jobs: Job) -> None:
        """Tell watchers how jobs are now; of very many only that the list is another one."""
        if len(jobs) > TOLD:
            self.feed.publish({"type": "jobs"})
            return
        for job in jobs:
            self.feed.publish({"type": "job", "job": job})
