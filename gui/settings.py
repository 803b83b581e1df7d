"""What a person chose, kept on the disk between starts: plain JSON by dotted names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from gui.document.folders import data_folder
from nodegraph.storage import StorageError, write_atomic

if TYPE_CHECKING:
    from pathlib import Path


class Settings:
    """A person's choices; what cannot be read counts as not chosen.

    Attributes:
        problem: Why the last change was not kept, in a sentence; empty when it was.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.problem = ""
        self._path = path or data_folder() / "settings.json"
        self._values = _read(self._path)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a choice: the default where there is none, or one of another type."""
        value = self._values.get(name, default)
        fits = default is None or isinstance(value, type(default))
        return value if fits else default

    def set(self, name: str, value: Any) -> None:
        """Keep a choice; ``None`` forgets it."""
        if self._values.get(name) == value:
            return
        if value is None:
            self._values.pop(name, None)
        else:
            self._values[name] = value
        self._write()

    def _write(self) -> None:
        text = json.dumps(self._values, indent=1, sort_keys=True, ensure_ascii=False)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(self._path, text.encode() + b"\n")
            self.problem = ""
        except (OSError, StorageError) as error:
            self.problem = f"settings are not kept: {error}"


def _read(path: Path) -> dict[str, Any]:
    try:
        data: Any = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}
