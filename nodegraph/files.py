"""What a file is, by content, without reading all of a large one."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from stat import S_ISREG
from typing import TYPE_CHECKING

from nodegraph.errors import did_you_mean
from nodegraph.storage import StorageError, explain

if TYPE_CHECKING:
    from pathlib import Path

MAX_ENTRIES = 10_000
"""Files and folders that a folder may hold, however deep, to be told by their contents."""

WHOLE = 32 * 2**20
SAMPLES, SAMPLE = 64, 2**16


def identity(path: Path) -> str:
    """Return a hash of a file's content, or of a folder's names and contents.

    Files over 32 MiB are sampled: their size, their first bytes (a safetensors header) and 64
    blocks spread evenly.

    Raises:
        StorageError: It is not there, cannot be read, or is a folder of too many files.
    """
    try:
        if path.is_dir():
            return _folder(path)
        stat = path.stat()
        if not S_ISREG(stat.st_mode):
            raise StorageError(f"{path} is a device, not a file; check the path")
        return _content(path, stat.st_size, stat.st_mtime_ns)
    except FileNotFoundError as error:
        hint = did_you_mean(path.name, [p.name for p in _siblings(path)])
        raise StorageError(f"there is no file {path}{hint or '; check the path'}") from error
    except OSError as error:
        raise explain("read", path, error) from error
    except ValueError as error:
        raise StorageError(f"{str(path)!r} can be no path ({error}); check it") from error


def _siblings(path: Path) -> list[Path]:
    return list(path.parent.iterdir())[:1000] if path.parent.is_dir() else []


def _folder(path: Path) -> str:
    entries = list(islice(path.rglob("*"), MAX_ENTRIES + 1))
    if len(entries) > MAX_ENTRIES:
        raise StorageError(
            f"the folder {path} holds more than {MAX_ENTRIES:,} files and folders; name a smaller "
            "one, with what is needed alone"
        )
    digest = blake2b(digest_size=16)
    for file in sorted(entries):
        if file.is_file():
            digest.update(f"{file.relative_to(path)}\0{identity(file)}\0".encode())
    return digest.hexdigest()


@lru_cache(maxsize=MAX_ENTRIES)
def _content(path: Path, size: int, mtime_ns: int) -> str:
    """Hash a file; remembered for as long as its size and time stay the same."""
    digest = blake2b(str(size).encode(), digest_size=16)
    with path.open("rb") as file:
        if size <= WHOLE:
            digest.update(file.read())
        else:
            for index in range(SAMPLES):
                file.seek((size - SAMPLE) * index // (SAMPLES - 1))
                digest.update(file.read(SAMPLE))
    return digest.hexdigest()
