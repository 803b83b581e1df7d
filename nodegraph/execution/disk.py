"""The disk tier: what is dear to make and small to store, kept across restarts.

A file an entry, named by its signature, written atomically, read back by the codecs that the
socket types name. Nothing in it can run code: the codecs store tensors as safetensors and plain
values as JSON.
"""

from __future__ import annotations

import contextlib
import json
import struct
from hashlib import blake2b
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nodegraph import storage
from nodegraph.sockets import STYLES

if TYPE_CHECKING:
    from pathlib import Path

    from nodegraph.execution.signature import Signature
    from nodegraph.execution.step import Values
    from nodegraph.spec import NodeSpec

MAGIC = b"NGV1"
DIGEST = 16
PLAIN = ("int", "float", "str", "bool")
NOTHING = "none"
"""The kind of an output that a node leaves empty."""


class Disk:
    """Stored values.

    Attributes:
        folder: Where they are.
        budget: Bytes they may take; the least recently used files go first.
        seconds: What took no more time than this to make is not worth storing.
        largest: Bytes one entry may have.
    """

    def __init__(
        self,
        folder: Path,
        budget: int = 2 * 2**30,
        seconds: float = 0.05,
        largest: int = 64 * 2**20,
    ) -> None:
        self.folder, self.budget = folder, budget
        self.seconds, self.largest = seconds, largest
        self._used: int | None = None

    def get(self, signature: Signature) -> Values | None:
        """Return stored values; a file that cannot be read counts as none and is removed."""
        path = self._path(signature)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        try:
            values = _decode(data)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it can be made again
            path.unlink(missing_ok=True)
            return None
        with contextlib.suppress(OSError):
            path.touch()
        return values

    def put(self, signature: Signature, values: Values, spec: NodeSpec, seconds: float) -> None:
        """Store values that are worth it; a full or read-only disk only means they are not."""
        if seconds <= self.seconds:
            return
        kinds = [output.type for output in spec.outputs.values()]
        if not kinds or not all(map(_storable, kinds)):
            return
        data = _encode(values, kinds)
        if len(data) > self.largest:
            return
        with contextlib.suppress(OSError, storage.StorageError):
            path = self._path(signature)
            path.parent.mkdir(parents=True, exist_ok=True)
            storage.write_atomic(path, data)
            self._shrink(len(data))

    def _path(self, signature: Signature) -> Path:
        name = signature.hex()
        return self.folder / name[:2] / f"{name}.value"

    def _shrink(self, added: int) -> None:
        self._used = self.used() if self._used is None else self._used + added
        if self._used <= self.budget:
            return
        files = sorted(self.folder.glob("*/*.value"), key=lambda path: path.stat().st_mtime)
        while files and self._used > self.budget * 0.9:
            path = files.pop(0)
            self._used -= path.stat().st_size
            path.unlink(missing_ok=True)

    def used(self) -> int:
        """Return the bytes all entries take."""
        return sum(path.stat().st_size for path in self.folder.glob("*/*.value"))

    def clear(self) -> None:
        """Remove all entries."""
        for path in self.folder.glob("*/*.value"):
            path.unlink(missing_ok=True)
        self._used = 0


def _storable(kind: str) -> bool:
    return kind in PLAIN or bool(STYLES.get(kind) and STYLES[kind].codec)


def _encode(values: Values, kinds: list[str]) -> bytes:
    """Lay the values out: magic, a digest, a JSON head with kinds and lengths, then the bytes."""
    kinds = [NOTHING if value is None else kind for kind, value in zip(kinds, values, strict=True)]
    bodies = [_dump(kind, value) for kind, value in zip(kinds, values, strict=True)]
    head = json.dumps([[kind, len(body)] for kind, body in zip(kinds, bodies, strict=True)])
    data = struct.pack("<I", len(head)) + head.encode() + b"".join(bodies)
    return MAGIC + _digest(data) + data


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST).digest()


def _decode(data: bytes) -> Values:
    start = len(MAGIC) + DIGEST
    digest, data = data[:start], data[start:]
    if digest != MAGIC + _digest(data):
        raise ValueError("not a stored value, or damaged")
    (length,) = struct.unpack("<I", data[:4])
    position = 4 + length
    values: list[Any] = []
    for kind, size in json.loads(data[4:position]):
        values.append(_load(kind, data[position : position + size]))
        position += size
    return tuple(values)


def _dump(kind: str, value: Any) -> bytes:
    if kind in (*PLAIN, NOTHING):
        return json.dumps(value).encode()
    return import_module(STYLES[kind].codec).dump(value)


def _load(kind: str, data: bytes) -> Any:
    if kind in (*PLAIN, NOTHING):
        return json.loads(data)
    return import_module(STYLES[kind].codec).load(data)
