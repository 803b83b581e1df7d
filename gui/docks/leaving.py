"""Outputs that are being deleted: marked at once, gone when nobody has taken it back in time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gui.desk.bars import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.bridge.engine import Engine
    from gui.desk.bars import Bars
    from nodegraph.engine.jobs import Output

GRACE = 8000
"""Milliseconds in which a deletion can be taken back."""
KEY = "deleted"
"""Of the bar that says so."""


class Leaving(QObject):
    """What is being deleted.

    Attributes:
        changed: Other outputs are marked.
        gone: An output, by its id, is no more.
        said: One could not be deleted; why, in a sentence.
        outputs: Those that are marked, by their ids.
        grace: Runs while it can be taken back.
    """

    changed = Signal()
    gone = Signal(int)
    said = Signal(str)

    def __init__(self, engine: Engine, bars: Bars, parent: QObject) -> None:
        super().__init__(parent)
        self._engine, self._bars = engine, bars
        self.outputs: dict[int, Output] = {}
        self.grace = QTimer(self, singleShot=True, interval=GRACE)
        self.grace.timeout.connect(self.settle)

    def mark(self, outputs: Sequence[Output]) -> None:
        """Mark outputs as deleted, together with those that are marked already."""
        if not outputs:
            return
        self.outputs |= {output.id: output for output in outputs}
        count = len(self.outputs)
        text = "1 picture is deleted." if count == 1 else f"{count} pictures are deleted."
        bar = self._bars.tell(KEY, text, [Choice("Undo", self.undo)])
        bar.closed.connect(self.settle)
        self.grace.start()
        self.changed.emit()

    def undo(self) -> None:
        """Take it back."""
        self.grace.stop()
        self.outputs.clear()
        self.changed.emit()

    def settle(self) -> None:
        """Delete what is marked."""
        self.grace.stop()
        self._bars.drop(KEY)
        leaving = list(self.outputs.values())
        self.outputs.clear()
        for output in leaving:
            gone = partial(self._gone, output.id)
            self._engine.ask("remove", output, then=gone, failed=self._refused)
        self.changed.emit()

    def _gone(self, id: int, _: object) -> None:
        self.gone.emit(id)

    def _refused(self, error: Exception) -> None:
        self.said.emit(str(error))
