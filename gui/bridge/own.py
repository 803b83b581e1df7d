"""The editor's own engine: a process that ends with the editor, however that ends."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, Signal

from nodegraph.engine.address import Address, default_folder

if TYPE_CHECKING:
    from gui.bridge.where import Where

LINES = 400
"""Of the log that are kept."""
SHOWN = 12
GRACE = 1500
"""Milliseconds in which it may end in order; killed later, it has lost nothing that counts."""


class OwnProcess(QObject):
    """``nodegraph serve --attached``: it holds a pipe from here, and ends when that does.

    Attributes:
        ready: It answers, at an ``Address``; or the engine that has its folder already does.
        died: It has ended though nobody asked it to, for a reason in words.
        log: The last lines that it said.
    """

    ready = Signal(object)
    died = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log: deque[str] = deque(maxlen=LINES)
        self.address: Address | None = None
        self._process: QProcess | None = None

    @property
    def runs(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    @property
    def detail(self) -> str:
        """The end of the log, for whoever asks what went wrong."""
        return "\n".join(list(self.log)[-SHOWN:])

    def start(self, where: Where) -> None:
        """Start it; what it comes to is told by the signals."""
        self.address = None
        process = self._process = QProcess(self)
        program, *arguments = where.command
        process.readyReadStandardOutput.connect(self._hear)
        process.readyReadStandardError.connect(self._note)
        process.errorOccurred.connect(self._no_start)
        process.finished.connect(self._finished)
        folder = where.data or default_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            process.setWorkingDirectory(str(folder))
        except OSError:
            pass  # which it says itself, better
        process.start(program, arguments)

    def stop(self) -> None:
        """End it, and wait until it has; nothing is told."""
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)
        process.closeWriteChannel()
        if process.state() != QProcess.ProcessState.NotRunning and not process.waitForFinished(
            GRACE
        ):
            process.kill()
            process.waitForFinished(GRACE)
        process.deleteLater()

    def _hear(self) -> None:
        process = self._process
        if process is None or self.address is not None or not process.canReadLine():
            return
        try:
            said = json.loads(process.readLine().toStdString())
            self.address = Address(str(said["url"]), str(said["token"]), int(said["pid"]))
        except (ValueError, KeyError, TypeError):
            self.log.append("what it said first is no address of an engine")
            process.kill()
            return
        self.ready.emit(self.address)

    def _note(self) -> None:
        if self._process is not None:
            said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            self.log.extend(line for line in said.splitlines() if line.strip())

    def _no_start(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self.log.append(self._process.errorString())
            self._gone("it could not be started")

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._hear()
        self._note()
        crashed = status is QProcess.ExitStatus.CrashExit
        if self._is_somebody_elses():
            self._drop()
        else:
            self._gone("it was killed, or crashed" if crashed else f"it ended with code {code}")

    def _is_somebody_elses(self) -> bool:
        """Tell whether it only said where the engine of its folder is, and ended."""
        process = self._process
        return (
            process is not None
            and self.address is not None
            and process.exitCode() == 0
            and process.exitStatus() is QProcess.ExitStatus.NormalExit
        )

    def _gone(self, reason: str) -> None:
        self._drop()
        self.died.emit(reason)

    def _drop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
