"""Files between the machines: what workflows read goes along, what they saved comes back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from nodegraph.engine.filenames import FileNameError, inside

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 1024
"""Characters that the path of a file may have."""


class Said(NamedTuple):
    """A message of a worker, and the files that it speaks of.

    Attributes:
        data: The message, encoded.
        files: By the path under the folder of the attempt: what is in it.
    """

    data: bytes
    files: Mapping[str, bytes]


class Given(NamedTuple):
    """A file that goes along with a job.

    Attributes:
        name: Its path under the folder of uploads.
        time: When it was changed, in nanoseconds: with its size it tells what it is.
    """

    name: str
    time: int


def named(workflow: str, folder: Path) -> list[Given]:
    """Return the files of a folder that the text of a workflow names."""
    found = (_given(text, folder) for text in set(_texts(json.loads(workflow))))
    return sorted(given for given in found if given is not None)


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in cast("dict[str, Any]", data).values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in cast("list[Any]", data):
            yield from _texts(value)


def _given(text: str, folder: Path) -> Given | None:
    if not text or len(text) > LONGEST or text.startswith(("/", "~")):
        return None
    try:
        path = inside(folder, text)
        return Given(text, path.stat().st_mtime_ns) if path.is_file() else None
    except (FileNameError, OSError, ValueError):
        return None


def put(given: Given, content: bytes, folder: Path) -> None:
    """Write a file that came along, as old as it was.

    Raises:
        FileNameError: Its name leads out of the folder.
    """
    path = inside(folder, given.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(given.time, given.time))


def collect(folder: Path, names: Iterator[str]) -> dict[str, bytes]:
    """Return what an attempt saved."""
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}


def unpack(files: Mapping[str, bytes], folder: Path) -> None:
    """Write what an attempt saved elsewhere into its folder here.

    Raises:
        FileNameError: A name leads out of the folder.
        OSError: It cannot be written.
    """
    for name, content in files.items():
        path = inside(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
