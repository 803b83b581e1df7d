"""Where values are kept between runs, and whether files can be saved at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from nodegraph import storage
from nodegraph.execution.cache import Cache
from nodegraph.execution.disk import Disk
from nodegraph.hashes import VARIABLE

if TYPE_CHECKING:
    from nodegraph.execution.plan import Plan


def folder() -> Path:
    """Return the folder of stored values: what NODEGRAPH_CACHE says, or the user's cache."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("nodegraph") / "values"


def make(*, keep: bool) -> Cache:
    """Return a cache; ``keep`` lets dear values outlive the process."""
    return Cache(disk=Disk(folder()) if keep else None)


def check_writable(out: Path, ready: Plan) -> None:
    """Refuse a folder that nothing can be saved to, before hours go into what shall be saved.

    Raises:
        StorageError: With the reason; nothing was written to find out.
    """
    saving = [step for step in ready.steps if step.spec.effect]
    kinds = [output.type for step in saving for output in step.spec.outputs.values()]
    if not any("path" in kind for kind in kinds):
        return
    place = out.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise storage.explain("save to", out, OSError(errno.ENOTDIR, "not a folder"))
    if not os.access(place, os.W_OK | os.X_OK):
        raise storage.explain("save to", out, OSError(errno.EACCES, "not writable"))
