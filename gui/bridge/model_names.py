"""The names of the models on the engine's machine, for whoever types one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, QObject

from nodegraph.places import called

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gui.bridge.engine import Engine

AGAIN = 5000
"""Milliseconds until files that were put into a folder meanwhile are looked for."""


class ModelNames(QObject):
    """Knows them as the engine told last, and asks again when somebody wants some."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._engine = engine
        self._known: Mapping[str, Sequence[str]] = {}
        self._asked = QElapsedTimer()
        engine.state_changed.connect(lambda: self.of(""))

    def of(self, kind: str) -> Sequence[str]:
        """Return the names of a kind, as far as they are known by now."""
        due = not self._asked.isValid() or self._asked.elapsed() > AGAIN
        if due and self._engine.state.answers:
            self._asked.start()
            self._engine.ask("models", then=self.take, failed=_ignore)
        return self._known.get(kind, ())

    def take(self, models: Sequence[Mapping[str, Any]]) -> None:
        """Take an answer in."""
        found: dict[str, list[str]] = {}
        for one in models:
            kind, name = str(one.get("holds", "")), str(one.get("name", ""))
            file = one.get("where") == "file"
            found.setdefault(kind, []).append(called(Path(name), kind) if file else name)
        self._known = found


def _ignore(_: object) -> None:
    """Without an answer names are typed, as ever."""
