"""A worker's folder on its own machine, and the removal of those whose workers were killed.

Whoever lives holds a lock in its folder, which the system lets go of however a process ends.
"""

from __future__ import annotations

import contextlib
import shutil
import stat
import tempfile
import time
from pathlib import Path

PREFIX = "nodegraph-ray-"
YOUNG = 60.0
"""Seconds in which a folder may not have its lock yet."""


class Den:
    """A folder that nobody else uses."""

    def __init__(self, parent: Path | None = None) -> None:
        """Make it, and remove those beside it that nobody lives in."""
        from filelock import FileLock

        beside = parent or Path(tempfile.gettempdir())
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=beside))
        self._lock = FileLock(self.folder / "alive")
        self._lock.acquire()
        for folder in beside.glob(f"{PREFIX}*"):
            _remove_dead(folder, self.folder.stat().st_uid)

    def leave(self) -> None:
        """Remove it."""
        self._lock.release()
        shutil.rmtree(self.folder, ignore_errors=True)


def _remove_dead(folder: Path, owner: int) -> None:
    """Remove a user's folder whose lock can be had.

    Whoever shares the machine can put a link there, or a folder with one in it: neither is gone
    into, since to lock a file is to empty it.
    """
    from filelock import FileLock, Timeout

    with contextlib.suppress(OSError, Timeout):
        found = folder.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == owner
        if ours and time.time() - found.st_mtime > YOUNG:
            with FileLock(folder / "alive", timeout=0):
                shutil.rmtree(folder, ignore_errors=True)
