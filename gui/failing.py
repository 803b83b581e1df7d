"""What happens when the editor itself is at fault: a sentence, a report, and it goes on."""

from __future__ import annotations

import sys
import traceback
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.document.folders import data_folder

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

LONGEST = 2**20
"""Bytes of reports kept."""


class Failing(QObject):
    """Takes exceptions that nobody caught, instead of a console that nobody sees.

    Attributes:
        failed: Something went wrong, in a sentence that says where the report lies.
    """

    failed = Signal(str)

    def __init__(self, report: Path | None = None) -> None:
        super().__init__()
        self._report = report or data_folder() / "errors.log"

    def install(self) -> None:
        """Take all exceptions from now on."""
        sys.excepthook = self.take

    def take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Write a report and tell."""
        if not issubclass(kind, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(text)
        kept = self._write(text)
        where = f"; the report is in {self._report}" if kept else ""
        self.failed.emit(
            f"The editor made a mistake ({kind.__name__}: {error}). Your work is as it was{where}."
        )

    def _write(self, text: str) -> bool:
        try:
            self._report.parent.mkdir(parents=True, exist_ok=True)
            before = self._report.read_text("utf-8") if self._report.exists() else ""
            now = datetime.now().astimezone().isoformat(timespec="seconds")
            self._report.write_text(f"{before}{now}\n{text}\n"[-LONGEST:], "utf-8")
        except (OSError, ValueError):
            return False
        return True
