"""Files of weights found by their hashes, which are kept from one time to the next.

Programs name what they used by a hash: SHA-256 of the whole file or how it begins (ten digits,
"AutoV2"), of the numbers behind a safetensors header (twelve, "AutoV3"), or of a block near its
beginning (eight, "AutoV1").
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from nodegraph.storage import explain, write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

VARIABLE = "NODEGRAPH_CACHE"
FILE = "hashes.json"
BLOCK = 2**22
EARLY, EARLY_BYTES, EARLY_DIGITS = 0x100000, 0x10000, 8
"""Where the blocks of AutoV1 begin, how many bytes they have, and the digits that are told."""
_KNOWN = re.compile(r"(?:sha-?256:)?(?:0x)?([0-9a-f]{8}|[0-9a-f]{10,64})")
_DIGITS = re.compile(r"[0-9a-f]{64}")

Report: TypeAlias = "Callable[[Path, int, int], None]"
"""Told the file that is read, and how many bytes of all files are done, of how many."""


@dataclass(frozen=True, slots=True)
class Hashes:
    """What a file had when it was read.

    Attributes:
        size: In bytes.
        modified: In nanoseconds.
        whole: SHA-256 of all of it.
        numbers: The same of what follows a safetensors header.
    """

    size: int
    modified: int
    whole: str
    numbers: str


@dataclass
class Index:
    """The hashes of the files on this machine, kept in a file of JSON.

    An entry counts as long as its file has the same size and time; one that cannot be read is made
    anew, and so is the index.
    """

    file: Path
    entries: dict[str, Hashes] = field(default_factory=dict[str, Hashes])

    @classmethod
    def load(cls, file: Path | None = None) -> Index:
        """Return the index as it was kept, the user's own by default."""
        place = file or _usual()
        try:
            said: Any = json.loads(place.read_bytes())
            entries = {str(path): Hashes(**one) for path, one in said.items()}
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return cls(place)
        return cls(place, {path: one for path, one in entries.items() if _sound(one)})

    def find(self, told: str, files: Iterable[Path], report: Report) -> Path | None:
        """Return the first file with a hash; each that is not known yet is read once, and kept.

        Args:
            told: The hash, as a program told it.
            files: Those in question.
            report: Told how far it is; what it raises ends the search, and what was read is kept.

        Raises:
            StorageError: The index cannot be kept.
        """
        wanted = understood(told)
        if wanted is None:
            return None
        if len(wanted) == EARLY_DIGITS:
            return next((path for path in files if _early(path) == wanted), None)
        unread: list[tuple[Path, os.stat_result]] = []
        for path in files:
            stat = _stat(path)
            known = None if stat is None else self._known(path, stat)
            if known is not None and _fits(known, wanted):
                return path
            if stat is not None and known is None:
                unread.append((path, stat))
        return self._read(wanted, unread, report)

    def _known(self, path: Path, stat: os.stat_result) -> Hashes | None:
        found = self.entries.get(str(path))
        same = found and (found.size, found.modified) == (stat.st_size, stat.st_mtime_ns)
        return found if same else None

    def _read(
        self, wanted: str, unread: list[tuple[Path, os.stat_result]], report: Report
    ) -> Path | None:
        total, done = sum(stat.st_size for _, stat in unread), 0
        for path, stat in unread:
            before = done

            def told(bytes_read: int, path: Path = path, before: int = before) -> None:
                report(path, before + bytes_read, total)

            try:
                whole, numbers = _hashes(path, told)
            except OSError:
                continue  # it went away, or nobody may read it: then it is not the one
            done += stat.st_size
            made = Hashes(stat.st_size, stat.st_mtime_ns, whole, numbers)
            self.entries[str(path)] = made
            self._keep()
            if _fits(made, wanted):
                return path
        return None

    def _keep(self) -> None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain("save", self.file, error) from error
        kept = {path: asdict(one) for path, one in self.entries.items()}
        write_atomic(self.file, json.dumps(kept, indent=0, sort_keys=True).encode())


def understood(told: str) -> str | None:
    """Return the digits of a hash that can be looked for; nothing for one of another kind."""
    found = _KNOWN.fullmatch(told.strip().lower())
    return found[1] if found else None


def _usual() -> Path:
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given).expanduser() / FILE
    from platformdirs import user_cache_path

    return user_cache_path("nodegraph") / FILE


def _sound(one: Hashes) -> bool:
    return all(_DIGITS.fullmatch(str(text)) for text in (one.whole, one.numbers))


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _fits(one: Hashes, wanted: str) -> bool:
    return one.whole.startswith(wanted) or one.numbers.startswith(wanted)


def _early(path: Path) -> str:
    """Return what programs told before 2023: of so few bytes that files may share it."""
    try:
        with path.open("rb") as file:
            file.seek(EARLY)
            block = file.read(EARLY_BYTES)
    except OSError:
        return ""
    return hashlib.sha256(block).hexdigest()[:EARLY_DIGITS] if block else ""


def _hashes(path: Path, report: Callable[[int], None]) -> tuple[str, str]:
    """Return SHA-256 of a file, and of what follows its safetensors header."""
    whole, numbers = hashlib.sha256(), hashlib.sha256()
    with path.open("rb") as file:
        head = file.read(8)
        begin, at = 8 + int.from_bytes(head, "little"), len(head)
        whole.update(head)
        while block := file.read(BLOCK):
            whole.update(block)
            numbers.update(block[max(0, begin - at) :])
            at += len(block)
            report(at)
    return whole.hexdigest(), numbers.hexdigest()
