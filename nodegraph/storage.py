"""Files that are never half written: a temporary one beside, fsync, rename."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import re
import tempfile
from collections.abc import Generator
from pathlib import Path

from nodegraph.errors import NodegraphError

NUMBERED = re.compile(r"_\d{5}$")
"""The number that a new file's name ends in."""


class StorageError(NodegraphError):
    """A file could not be written or read; what was there is as it was."""


def explain(action: str, path: Path, error: OSError) -> StorageError:
    """Turn the system's error into a sentence with a remedy."""
    remedies = {
        errno.ENOSPC: "the disk is full; free some space and try again",
        errno.EDQUOT: "the disk quota is used up; free some space and try again",
        errno.EACCES: "access is denied; choose another folder or change its permissions",
        errno.EPERM: "access is denied; choose another folder or change its permissions",
        errno.EROFS: "the disk is read-only; choose another folder",
        errno.ENOENT: "there is no such file or folder; check the path",
        errno.EISDIR: "it is a folder; give a file's name",
        errno.ENOTDIR: "a part of the path is a file, not a folder; check the path",
        errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    }
    reason = remedies.get(error.errno or 0, error.strerror or str(error))
    return StorageError(f"cannot {action} {path}: {reason}")


def write_atomic(path: Path | str, data: bytes) -> None:
    """Replace a file's content whole, or leave it as it was.

    Raises:
        StorageError: It cannot be written; nothing has changed.
    """
    target = Path(path).resolve()
    try:
        with temporary(target) as written:
            written.write_bytes(data)
            sync(written)
            _keep_mode(target, written)
            os.replace(written, target)
            sync_folder(target.parent)
    except OSError as error:
        raise explain("save", Path(path), error) from error


def write_new(folder: Path, stem: str, suffix: str, data: bytes) -> Path:
    """Write ``stem_00001.suffix``, or the first number that is free, whole or not at all.

    Raises:
        StorageError: It cannot be written; no half-written file stays behind.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary(folder / f"{stem}{suffix}") as written:
            written.write_bytes(data)
            _finish(written)
            return _claim(folder, stem, suffix, written)
    except OSError as error:
        raise explain("save to", folder, error) from error


def keep_new(written: Path, path: Path) -> Path:
    """Give a file written beside its place that name; where it is taken, the next number.

    Raises:
        OSError: It cannot be moved.
    """
    _finish(written)
    try:
        _link(written, path)
    except FileExistsError:
        return _claim(path.parent, NUMBERED.sub("", path.stem), path.suffix, written)
    return path


def _claim(folder: Path, stem: str, suffix: str, written: Path) -> Path:
    """Give the file the first free number; a link never replaces, so two programs never collide."""
    taken = {path.name for path in folder.glob(f"{glob.escape(stem)}_*{suffix}")}
    number = len(taken) + 1
    while True:
        path = folder / f"{stem}_{number:05d}{suffix}"
        number += 1
        if path.name in taken:
            continue
        try:
            _link(written, path)
        except FileExistsError:
            continue
        return path


def _link(written: Path, path: Path) -> None:
    try:
        os.link(written, path)
    except (NotImplementedError, OSError) as error:
        if isinstance(error, FileExistsError) or path.exists():
            raise FileExistsError(path) from error
        os.replace(written, path)


@contextlib.contextmanager
def temporary(target: Path) -> Generator[Path]:
    """Give an empty file beside the target, to fill and then move; it is gone afterwards."""
    handle, name = tempfile.mkstemp(
        prefix=f".{target.stem[:40]}.", suffix=".tmp", dir=target.parent
    )
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _finish(written: Path) -> None:
    sync(written)
    written.chmod(0o644)


def _keep_mode(target: Path, temporary: Path) -> None:
    temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)


def sync(path: Path) -> None:
    """Have a file's content on the disk.

    Raises:
        OSError: It cannot be written.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have a folder's names on the disk, on systems that can say so."""
    with contextlib.suppress(OSError):  # some systems cannot open folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
