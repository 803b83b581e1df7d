"""Small pictures of outputs: fetched when they come into view, the last looked at first."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

if TYPE_CHECKING:
    from gui.bridge.engine import Engine
    from nodegraph.engine.jobs import Output

SIDE = 256
"""Pixels of the longer side."""
KEPT = 300
"""Pictures kept, of a quarter of a megabyte at most."""
AT_ONCE = 6
WAITING = 120
"""Those that are wanted and not asked for yet; what was scrolled past before is forgotten."""


class Thumbnails(QObject):
    """The small pictures that were looked at lately.

    Attributes:
        ready: The picture of an output is there, by the output's id.
    """

    ready = Signal(int)

    def __init__(self, engine: Engine, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._kept: OrderedDict[Output, QPixmap] = OrderedDict()
        self._wanted: dict[Output, None] = OrderedDict()
        self._asked: set[Output] = set()

    def get(self, output: Output) -> QPixmap | None:
        """Return a picture, a null one for what has no looks; nothing while it is fetched."""
        kept = self._kept.get(output)
        if kept is not None:
            self._kept.move_to_end(output)
            return kept
        if not output.width:
            return QPixmap()
        if output not in self._asked:
            self._wanted.pop(output, None)
            self._wanted[output] = None
            if len(self._wanted) > WAITING:
                del self._wanted[next(iter(self._wanted))]
            self._ask()
        return None

    def forget_failed(self) -> None:
        """Ask again, when they are looked at, for those that could not be had."""
        for output in [output for output, picture in self._kept.items() if picture.isNull()]:
            del self._kept[output]

    def _ask(self) -> None:
        while self._wanted and len(self._asked) < AT_ONCE:
            output, _ = self._wanted.popitem()
            self._asked.add(output)
            take = partial(self._take, output)
            self._engine.ask("thumbnail", output, side=SIDE, then=take, failed=take)

    def _take(self, output: Output, answer: object) -> None:
        """Keep a picture; where there is none, that too, so that nobody asks again and again."""
        self._asked.discard(output)
        picture = QPixmap()
        if isinstance(answer, bytes):
            picture.loadFromData(answer)
        self._kept[output] = picture
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(output.id)
        self._ask()
