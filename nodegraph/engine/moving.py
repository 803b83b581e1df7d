"""Moving a file so that it can be broken off anywhere and done again, even to another disk."""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
from typing import TYPE_CHECKING

from nodegraph.storage import sync, sync_folder, temporary

if TYPE_CHECKING:
    from pathlib import Path


def move(origin: Path, target: Path) -> None:
    """Move a file to a name that nothing has.

    Raises:
        OSError: It cannot be moved, and is where it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.rename(origin, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with temporary(target) as copy:
            shutil.copyfile(origin, copy)
            sync(copy)
            copy.chmod(0o644)
            os.replace(copy, target)
        origin.unlink()
    sync_folder(target.parent)


def taken(origin: Path, target: Path) -> bool:
    """Tell whether a name belongs to another file than the one to be moved there.

    On another disk it may be the same one, copied before a crash and not yet removed.
    """
    if not os.path.lexists(target):
        return False
    elsewhere = target.is_file() and target.stat().st_dev != origin.stat().st_dev
    return not (elsewhere and filecmp.cmp(origin, target, shallow=False))
