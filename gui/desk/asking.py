"""Asking for files, without waiting: the answer comes to a function, and work goes on meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from gui.settings import Settings

FOLDER = "files.folder"
WORKFLOWS = "Workflows (*.json)"
OPENABLE = (
    "Workflows, pictures, films and sounds (*.json *.png *.webp *.jpg *.jpeg *.gif *.mp4 *.webm "
    "*.wav *.flac *.mp3 *.opus *.latent *.journal)"
)
ANYTHING = "All files (*)"


class Asking:
    """Opens the system's file dialogs where the last one ended."""

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        self._parent, self._settings = parent, settings

    def open(self, then: Callable[[list[Path]], object]) -> QFileDialog:
        """Ask which files to open."""
        dialog = self._dialog("Open", QFileDialog.FileMode.ExistingFiles, [OPENABLE, ANYTHING])
        return self._show(dialog, then)

    def one(self, title: str, then: Callable[[Path], object]) -> QFileDialog:
        """Ask for a file that is there."""
        dialog = self._dialog(title, QFileDialog.FileMode.ExistingFile, [ANYTHING])
        return self._show(dialog, lambda paths: then(paths[0]))

    def folder(self, title: str, then: Callable[[Path], object]) -> QFileDialog:
        """Ask for a folder."""
        dialog = self._dialog(title, QFileDialog.FileMode.Directory, [])
        return self._show(dialog, lambda paths: then(paths[0]))

    def save(
        self,
        title: str,
        suggested: Path,
        filters: list[str],
        then: Callable[[Path], object],
        refused: Callable[[], object] | None = None,
    ) -> QFileDialog:
        """Ask where to save; the dialog asks before it lets a file be replaced.

        Args:
            title: Of the dialog.
            suggested: A name, or a path; its suffix is added where none is typed.
            filters: Kinds of files, the first one chosen.
            then: Is given the path.
            refused: Is called where the person thinks better of it.
        """
        dialog = self._dialog(title, QFileDialog.FileMode.AnyFile, filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suggested.suffix.lstrip("."))
        if suggested.is_absolute():
            dialog.setDirectory(str(suggested.parent))
        dialog.selectFile(suggested.name)
        if refused is not None:
            dialog.rejected.connect(refused)
        return self._show(dialog, lambda paths: then(paths[0]))

    def _dialog(self, title: str, mode: QFileDialog.FileMode, filters: list[str]) -> QFileDialog:
        dialog = QFileDialog(self._parent, title)
        dialog.setFileMode(mode)
        if mode == QFileDialog.FileMode.Directory:
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setNameFilters(filters)
        last = self._settings.get(FOLDER, "")
        dialog.setDirectory(last if last and Path(last).is_dir() else str(Path.home()))
        return dialog

    def _show(self, dialog: QFileDialog, then: Callable[[list[Path]], object]) -> QFileDialog:
        def answer(names: list[str]) -> None:
            self._answer([Path(name) for name in names], then)

        dialog.filesSelected.connect(answer)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _answer(self, paths: list[Path], then: Callable[[list[Path]], object]) -> None:
        if paths:
            self._settings.set(FOLDER, str(paths[0].parent))
            then(paths)
