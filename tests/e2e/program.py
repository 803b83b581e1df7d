"""The editor as a process of its own, and what it leaves on the disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nodegraph.engine import address
from nodegraph.engine.address import NoEngineError

if TYPE_CHECKING:
    from collections.abc import Sequence

GRACE = 30.0
"""Seconds in which the editor ends when it is asked to."""


@dataclass
class Program:
    """``nodegraph edit`` on a display, with folders of its own.

    Attributes:
        home: Where the editor and its engine keep what is theirs.
    """

    display: str
    home: Path
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *files: Path) -> None:
        """Start an editor."""
        program = [Path(sys.executable).with_name("nodegraph"), "edit", *files]
        log = (self.home / "log.txt").open("ab")
        environment = os.environ | self._own()
        with log:
            self._processes.append(
                subprocess.Popen(program, env=environment, stdout=log, stderr=log)
            )

    def kill(self) -> None:
        """End the editor as the kernel does when memory runs out."""
        self._processes[-1].kill()
        self._processes[-1].wait()

    def terminate(self) -> None:
        """End the editor as the system does at a logout."""
        self._processes[-1].terminate()
        self._processes[-1].wait(GRACE)

    @property
    def lives(self) -> bool:
        """Whether the editor that was started last runs."""
        return self._processes[-1].poll() is None

    @property
    def log(self) -> str:
        """What editors have said on their standard output and error."""
        return (self.home / "log.txt").read_text()

    @property
    def outputs(self) -> list[Path]:
        """The pictures that runs have saved."""
        return sorted((self.home / "engine" / "outputs").glob("**/*.png"))

    @property
    def engine(self) -> int:
        """The process id of the engine that answers, or did last; 0 before the first."""
        try:
            return address.find(self.home / "engine").pid
        except NoEngineError:
            return 0

    def processes(self) -> list[int]:
        """Return all processes that work on these folders: editor, engine, workers."""
        mark = str(self.home).encode()
        return [pid for pid in _pids() if mark in _environment(pid)]

    def clean_up(self) -> None:
        """End what still runs."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)

    def _own(self) -> dict[str, str]:
        return {
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            "NODEGRAPH_EDITOR_DATA": str(self.home / "editor"),
            "NODEGRAPH_DATA": str(self.home / "engine"),
            "OMP_NUM_THREADS": "1",
        }


def _pids() -> Sequence[int]:
    return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]


def _environment(pid: int) -> bytes:
    """Return what a process was started with; nothing of one that has ended."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
