"""Files of outputs, fetched from the engine: to be dragged, opened and saved elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gui.document.folders import data_folder
from nodegraph.storage import StorageError, explain, write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gui.bridge.engine import Engine
    from nodegraph.engine.jobs import Output


class Fetching:
    """Fetches each output once, into a folder that stays: workflows name what was dragged there.

    Attributes:
        failed: Called with the sentence, where something cannot be had.
    """

    def __init__(
        self, engine: Engine, failed: Callable[[str], object], folder: Path | None = None
    ) -> None:
        self._engine, self.failed = engine, failed
        self._folder = data_folder() / "fetched" if folder is None else folder

    def path(self, output: Output) -> Path | None:
        """Return where an output's file is, if it is here."""
        path = self._home(output) / output.name
        return path if path.is_file() else None

    def fetch(self, output: Output, then: Callable[[Path], object]) -> None:
        """Have an output's file here, and call ``then`` with it."""
        path = self.path(output)
        if path is not None:
            then(path)
        else:
            self._ask(output, self._home(output), then)

    def save(self, output: Output, path: Path) -> None:
        """Save an output's file under another name."""
        self.fetch(output, partial(self._copy, path))

    def save_into(self, outputs: Sequence[Output], folder: Path) -> None:
        """Save the files of outputs into a folder; names that are taken get a number."""
        for output in outputs:
            self._ask(output, folder, lambda _: None)

    def _home(self, output: Output) -> Path:
        """Return the folder of an output: engines count alike, but no two at the same time."""
        return self._folder / f"{output.id}-{output.created * 1000:.0f}"

    def _ask(self, output: Output, folder: Path, then: Callable[[Path], object]) -> None:
        self._engine.ask("fetch", output, folder, then=then, failed=self._refused)

    def _refused(self, error: Exception) -> None:
        self.failed(str(error))

    def _copy(self, to: Path, path: Path) -> None:
        try:
            write_atomic(to, path.read_bytes())
        except StorageError as error:
            self.failed(str(error))
        except OSError as error:
            self.failed(str(explain("save to", to, error)))
