"""What runs on a machine of the cluster: one worker, in a process of Ray's.

It is the worker that the engine has everywhere, at the end of a pipe; here the other end is held
in the same process, and what comes and goes is carried by calls. Two of them are under way at a
time: one that tells it something, and one that waits for what it says.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import shutil
import sys
import threading
import time
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nodegraph.engine.messages import Finished, Look, Start, decode, encode, kind_of
from nodegraph.engine.ray.den import Den
from nodegraph.engine.ray.parcels import Given, Said, collect, put
from nodegraph.engine.ray.thinning import thinned
from nodegraph.engine.settings import Settings
from nodegraph.engine.worker import work

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

HEAR = "hear"
"""The thread on which it is asked what was said; all else is said to it on another."""
IDLE = 10.0
"""Seconds that a call waits for something to be said; signs of life wait as long."""
URGENT = ("Ready", "Finished", "Answer")
"""What somebody waits for; the rest may wait for more to go with it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a worker is to be: the part of the engine's settings that means something elsewhere."""

    devices: tuple[str, ...] | None
    readable: tuple[Path, ...] | None
    models: tuple[Path, ...]
    heartbeat: float

    def settings(self, folder: Path) -> Settings:
        """Return the settings of a worker with a folder of its own."""
        return Settings(
            folder,
            devices=self.devices,
            readable=self.readable,
            heartbeat=self.heartbeat,
            shelves=self.models,
        )


class Actor:
    """A worker. When its process ends, whatever ended it, the driver begins its jobs elsewhere."""

    def __init__(self, wish: Wish) -> None:
        self._den = Den()
        settings = wish.settings(self._den.folder)
        self._uploads, self._work = settings.uploads, settings.work
        self._uploads.mkdir()
        self._pipe, theirs = multiprocessing.Pipe()
        self._over = False
        about = (theirs, settings, _name(), self._end)
        threading.Thread(target=_work, args=about, name="worker", daemon=True).start()

    def tell(self, data: bytes, given: list[Given], *contents: bytes) -> None:
        """Say something to the worker; files that a job reads come with it."""
        for one, content in zip(given, contents, strict=True):
            put(one, content, self._uploads)
        kind = kind_of(data)
        if kind in ("Start", "Look"):
            data = encode(self._moved(decode(data)))
        if kind != "Published":  # what it saved is not here any more
            self._pipe.send_bytes(data)

    def _moved(self, message: Any) -> Start | Look:
        """Return a message with this machine's folders in it."""
        base = str(self._uploads)
        if isinstance(message, Look):
            return replace(message, base=base)
        assert isinstance(message, Start)
        out = self._work / message.job
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        readable = message.readable
        allowed = None if readable is None else (base, *readable[1:])
        return replace(message, out=str(out), base=base, readable=allowed)

    def hear(self, pace: float) -> list[Said]:
        """Wait for what the worker says.

        Args:
            pace: Seconds that what is not urgent waits for more.
        """
        last = self._over
        said: list[Said] = []
        end = time.monotonic() + (0.0 if last else IDLE)
        while self._pipe.poll(max(end - time.monotonic(), 0.0)):
            data = self._pipe.recv_bytes()
            kind = kind_of(data)
            said.append(self._packed(data) if kind == "Finished" else Said(data, {}))
            if kind in URGENT:
                return thinned(said)
            if kind != "Beat":
                end = min(end, time.monotonic() + pace)
            if time.monotonic() > end or self._over != last:
                break
        if last:  # all that it said has been heard
            self._leave()
        return thinned(said)

    def _packed(self, data: bytes) -> Said:
        """Return the end of a job with what it saved, which is kept here no longer."""
        finished = decode(data)
        assert isinstance(finished, Finished)
        out = self._work / finished.job
        files = collect(out, (name for _, name in finished.files))
        shutil.rmtree(out, ignore_errors=True)
        return Said(data, files)

    def _end(self) -> None:
        """End once all is heard: the device is lost, and only another process has it back."""
        self._over = True
        sys.exit()  # the worker's thread

    def _leave(self) -> None:
        self._den.leave()
        os._exit(1)


def _work(pipe: Connection, settings: Settings, name: str, end: Any) -> None:
    """Be the worker; a process without one is of no use."""
    try:
        work(pipe, settings, name=name, end=end)
    except Exception:  # noqa: BLE001 - whatever it is, it stands in the log of Ray's process
        traceback.print_exc()
        os._exit(1)


def _name() -> str:
    """Return what the worker is called: its machine, and which of those there it is."""
    place, gpus = platform.node() or "somewhere", os.environ.get("CUDA_VISIBLE_DEVICES", "")
    return f"{place} gpu {gpus}" if gpus else f"{place} {os.getpid()}"
