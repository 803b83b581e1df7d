"""How an engine is set up: where its data is, which devices it uses, how long it waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``nodegraph serve`` was asked for; server and workers share it.

    Attributes:
        data: The folder of everything that lasts; one engine at a time.
        devices: The devices that jobs may run on; ``None`` for all there are. A worker computes
            on the first of those it is given.
        readable: The folders that workflows may read files from; ``None`` allows every one.
        heartbeat: Seconds that a worker may be silent before it is killed.
        grace: Seconds that a cancelled job may take to end before its worker is killed.
        patience: Seconds that a question to a worker may take.
        body: Bytes that a request may have.
        upload: Bytes that an uploaded file may have.
        max_watchers: WebSockets at once.
        ray: Where the cluster is whose workers run the jobs: an address, ``auto`` for one on this
            machine, ``local`` for one that is started for this engine; ``None`` for no cluster.
        shelves: More folders that models are looked for in.
        batch: How many jobs of one shape a worker runs together, at most.
    """

    data: Path
    devices: tuple[str, ...] | None = None
    readable: tuple[Path, ...] | None = None
    heartbeat: float = 60.0
    grace: float = 10.0
    patience: float = 30.0
    body: int = 64 * 2**20
    upload: int = 2**30
    max_watchers: int = 256
    ray: str | None = None
    shelves: tuple[Path, ...] = ()
    batch: int = 1

    @property
    def models(self) -> tuple[Path, ...]:
        """The folders that models are looked for in."""
        return (self.data / "models", *self.shelves, *(self.readable or ()))

    @property
    def database(self) -> Path:
        """Jobs and the index of the gallery."""
        return self.data / "engine.db"

    @property
    def work(self) -> Path:
        """A folder for each attempt at a job, until its files are published."""
        return self.data / "work"

    @property
    def outputs(self) -> Path:
        """The gallery."""
        return self.data / "outputs"

    @property
    def thumbnails(self) -> Path:
        """Small pictures of the gallery's; may be removed at any time."""
        return self.data / "thumbnails"

    @property
    def uploads(self) -> Path:
        """What clients sent; relative paths of workflows are looked for here."""
        return self.data / "uploads"

    @property
    def cache(self) -> Path:
        """Values that workers keep across restarts; may be removed at any time."""
        return self.data / "cache"
