"""Asking where to save: dialogs that nothing waits for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


def choose_file(parent: QWidget, name: str, then: Callable[[Path], object]) -> QFileDialog:
    """Ask for a file to save to; a file there is replaced only where the person says so."""
    dialog = QFileDialog(parent, "Save as")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name.rpartition("/")[2])
    return _ask(dialog, then)


def choose_folder(parent: QWidget, then: Callable[[Path], object]) -> QFileDialog:
    """Ask for a folder to save into."""
    dialog = QFileDialog(parent, "Save into a folder")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    return _ask(dialog, then)


def _ask(dialog: QFileDialog, then: Callable[[Path], object]) -> QFileDialog:
    def take(text: str) -> None:
        then(Path(text))

    dialog.fileSelected.connect(take)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
