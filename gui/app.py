"""The editor as a program: the window first, then everything that takes time."""

from __future__ import annotations

import gc
import sys
from functools import partial
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtWidgets import QApplication

from gui.appearance import Appearance
from gui.collecting import Collector
from gui.ending import Ending
from gui.failing import Failing
from gui.settings import Settings
from gui.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def run(paths: Sequence[Path] = ()) -> int:
    """Show the editor until it is closed, and return the process's exit code.

    Args:
        paths: Files to open; without any, what was open before.
    """
    refuse_broken_qt(sys.version_info[:2], PySide6.__version__)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Nodegraph")
    app.setDesktopFileName("nodegraph")
    app.setStyle("Fusion")
    Collector(app)
    ending = Ending(app)
    window = make_window(app)
    ending.asked.connect(lambda: suspend(app, window))
    window.shown.connect(lambda: fill(app, window, paths))
    window.show()
    return app.exec()


def make_window(app: QApplication) -> Window:
    """Return the window, still empty."""
    settings = Settings()
    return Window(settings, Appearance(app, settings))


def fill(app: QApplication, window: Window, paths: Sequence[Path]) -> None:
    """Put everything into a window that can be seen already."""
    from gui.editor import Editor

    window.editor = editor = Editor(window, window.settings, window.appearance)
    app.aboutToQuit.connect(editor.end)
    failing = Failing()
    failing.failed.connect(partial(editor.say_error, None))
    failing.install()
    editor.begin(paths)
    gc.collect()
    gc.freeze()


def suspend(app: QApplication, window: Window) -> None:
    """End without a question; the next start has what was open, with what was not saved."""
    from gui.editor import Editor

    if isinstance(window.editor, Editor):
        window.editor.suspend()
    app.quit()


def refuse_broken_qt(python: tuple[int, int], qt: str) -> None:
    """Refuse a pair of versions that would abort the process after some seconds.

    PySide6 6.12.0 gives one reference to ``None`` too few back on every call, which Python has
    borne since 3.12 alone.
    """
    if python < (3, 12) and qt == "6.12.0":
        raise SystemExit(
            "PySide6 6.12.0 crashes with this Python; install 6.11.3 "
            "(pip install 'PySide6-Essentials<6.12'), or use Python 3.12"
        )
