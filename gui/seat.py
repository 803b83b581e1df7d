"""Everything that belongs to one open document, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.desk.bars import Bars
from gui.page import Page
from gui.running.status import Status
from gui.viewers.looking import Looking

if TYPE_CHECKING:
    from gui.bridge.engine import Engine
    from gui.canvas.canvas import Canvas
    from gui.canvas.looks import Looks
    from gui.document.document import Document


class Seat:
    """A document with what shows it.

    Attributes:
        page: Its tab.
        bars: What is told above its canvas.
        status: How its runs stand.
        looking: The values of its runs.
        told: The job that a bar speaks of.
    """

    def __init__(self, document: Document, looks: Looks, engine: Engine) -> None:
        self.document = document
        self.page = Page(document, looks)
        self.bars = Bars()
        self.told = ""
        self.page.above.addWidget(self.bars)
        self.status = Status(document)
        self.looking = Looking(engine, self.status, document)

    @property
    def canvas(self) -> Canvas:
        """The canvas that is shown."""
        return self.page.canvas
