"""What is in a model's files on this disk: its networks, their sizes, what tells it from others.

Nothing here reads weights whole, or imports torch: identities are wanted before anything runs.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nodes.lib.folders import SUBFOLDERS, WEIGHTS, ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodes.lib.folders import Part
    from nodes.lib.single import Piece

SUFFIXES = (".json", ".txt", ".model", WEIGHTS)
"""Of a model's files that are ever read."""

SAMPLED_BLOCKS = 64
BLOCK_BYTES = 4096


def kind(folder: Path) -> str:
    """Return what a model says it is: ``StableDiffusionPipeline``, for example; or nothing."""
    if folder.is_file():
        from nodes.lib import single

        return single.describe(folder)
    try:
        return str(read_config(folder, "", "model_index.json").get("_class_name", ""))
    except ModelError:
        return ""


def network_class(folder: Path, subfolder: str) -> str:
    """Return the class of one network as the model's index names it, or its own folder."""
    if folder.is_file():
        found = _piece(folder, subfolder)
        return str(found.config["_class_name"]) if found else ""
    try:
        entry = read_config(folder, "", "model_index.json").get(subfolder)
    except ModelError:
        entry = None
    if isinstance(entry, list) and entry:
        return str(entry[-1])
    try:
        inside = folder / subfolder
        config = read_config(inside if inside.is_dir() else folder, "")
    except ModelError:
        return ""
    return str(config.get("_class_name") or (config.get("architectures") or [""])[0])


def place(part: Part) -> Path:
    """Return the folder of one network: inside of its model's, or a folder that holds it alone."""
    inside = part.folder / part.name
    return inside if inside.is_dir() else part.folder


def part_size(folder: Path, subfolder: str) -> int:
    """Return the bytes of one network's files."""
    if folder.is_file():
        found = _piece(folder, subfolder)
        return found.bytes if found else 0
    inside = folder / subfolder
    place = inside if inside.is_dir() else folder
    files = place.iterdir() if place.is_dir() else iter(())
    return sum(path.stat().st_size for path in files if path.suffix in SUFFIXES)


def _piece(path: Path, name: str) -> Piece | None:
    from nodes.lib import single

    try:
        return single.inspect(path).get(name)
    except ModelError:
        return None


def size(folder: Path) -> int:
    """Return the bytes of a model's files, as far as they are ever read."""
    return sum(path.stat().st_size for path in _files(folder))


def read_config(folder: Path, subfolder: str, name: str = "config.json") -> dict[str, Any]:
    """Read one of a model's JSON files.

    Raises:
        ModelError: It is missing or broken.
    """
    path = folder / subfolder / name
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise ModelError(f"{path} is missing; the model is not whole, fetch it again") from error
    except ValueError as error:
        raise ModelError(f"{path} is not JSON; the model is broken, fetch it again") from error
    if not isinstance(data, dict):
        raise ModelError(f"{path} is no configuration; the model is broken, fetch it again")
    return data


def identity(folder: Path) -> str:
    """Return what tells this model from every other: a hash over its files, wherever they are.

    Text is hashed whole; of weights the header and blocks spread evenly over the file.
    """
    digest = hashlib.sha256()
    for path in _files(folder):
        stat = path.stat()
        name = "" if path == folder else path.relative_to(folder).as_posix()
        digest.update(f"{name} {stat.st_size} ".encode())
        digest.update(_fingerprint(path, stat.st_size, stat.st_mtime_ns))
    return digest.hexdigest()[:32]


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    for place in (folder, *(folder / name for name in SUBFOLDERS)):
        if place.is_dir():
            yield from sorted(
                path for path in place.iterdir() if path.suffix in SUFFIXES and path.is_file()
            )


@lru_cache(maxsize=4096)
def _fingerprint(path: Path, size: int, _modified: int) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if path.suffix != WEIGHTS:
            digest.update(file.read())
            return digest.digest()
        header = min(int.from_bytes(file.read(8), "little"), size)
        digest.update(file.read(header))
        for index in range(SAMPLED_BLOCKS):
            file.seek(8 + header + index * max(size - 8 - header, 0) // SAMPLED_BLOCKS)
            digest.update(file.read(BLOCK_BYTES))
    return digest.digest()
