"""Files that were open lately, the last one first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from gui.desk.desk import Desk
    from gui.document.document import Document
    from gui.settings import Settings

NAME, MOST = "files.recent", 12


class Recents(QObject):
    """Follows the desk, and keeps what it sees in the settings."""

    changed = Signal()

    def __init__(self, desk: Desk, settings: Settings) -> None:
        super().__init__(desk)
        self._desk, self._settings = desk, settings
        desk.opened.connect(self._take)

    @property
    def paths(self) -> list[Path]:
        """The files, whether they are still there or not."""
        kept: list[Any] = self._settings.get(NAME, [])
        return [Path(one) for one in kept if isinstance(one, str)]

    @property
    def missing(self) -> list[Path]:
        """Those that are not there."""
        return [path for path in self.paths if not path.is_file()]

    def add(self, path: Path) -> None:
        """Put a file in front."""
        self._keep([path, *(one for one in self.paths if one != path)][:MOST])

    def remove(self, *paths: Path) -> None:
        """Forget files; they stay where they are."""
        self._keep([one for one in self.paths if one not in paths])

    def clear(self) -> None:
        """Forget all."""
        self._keep([])

    def _take(self, document: Document) -> None:
        document.saved.connect(lambda: self._note(document))
        self._note(document)

    def _note(self, document: Document) -> None:
        if document.path is not None:
            self.add(document.path)

    def _keep(self, paths: list[Path]) -> None:
        if paths != self.paths:
            self._settings.set(NAME, [str(path) for path in paths])
            self.changed.emit()


class RecentMenu(QMenu):
    """The recent files as a menu, made anew each time it shows; missing ones are gray."""

    def __init__(self, recents: Recents, desk: Desk) -> None:
        super().__init__("Open &recent")
        self._recents, self._desk = recents, desk
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Make the entries anew."""
        self.clear()
        paths, missing = self._recents.paths, {*self._recents.missing}
        for path in paths:
            gone = path in missing
            action = self.addAction(f"{path.name} (not found)" if gone else path.name)
            action.setToolTip(str(path))
            action.setEnabled(not gone)
            action.triggered.connect(lambda _=False, path=path: self._desk.open(path))
        if not paths:
            self.addAction("No files yet").setEnabled(False)
            return
        self.addSeparator()
        if missing:
            forget = self.addAction("Forget those not found")
            forget.triggered.connect(lambda: self._recents.remove(*missing))
        self.addAction("Forget all").triggered.connect(self._recents.clear)
