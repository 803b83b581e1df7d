"""The editor put together; ``gui.joints`` say which room is told of what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal

from gui import tool_bar
from gui.bridge.engine import Engine
from gui.bridge.model_names import ModelNames
from gui.bridge.where import BATCH, MOST_TOGETHER, Where
from gui.commands import looks
from gui.desk.bars import Bars
from gui.desk.desk import Desk
from gui.joints import canvases, files, options, painting, panels, runs, scopes, searching, values
from gui.joints.documents import Documents
from gui.joints.start import Start
from gui.preferences import Preferences
from gui.running.runner import Runner
from gui.seat import Seat
from gui.status_bar import StatusBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.appearance import Appearance
    from gui.canvas.canvas import Canvas
    from gui.document.document import Document
    from gui.settings import Settings
    from gui.window import Window

ERROR = "error"


class Editor(QObject):
    """Everything behind a window.

    Attributes:
        seated: A document has a seat, whose canvas is made after this.
        left: A document's seat is gone.
        placed: A node of a type was added, by the type's id.
        ended: The program is about to end; the engine still answers.
        paint_wanted: The mask of a node of the document in front is to be painted; the node's id.
        find_wanted: A person wants to say where what a ``Problem`` misses is.
        front_changed: Another canvas is in front, or none.
        engine: What runs workflows.
        models: The names of the models it has.
        runner: What runs for which document.
        desk: The open documents.
        seats: What belongs to each of them.
        bars: What is told of no document alone.
    """

    seated = Signal(object)
    left = Signal(object)
    placed = Signal(str)
    ended = Signal()
    paint_wanted = Signal(str)
    find_wanted = Signal(object)
    front_changed = Signal()

    def __init__(self, window: Window, settings: Settings, appearance: Appearance) -> None:
        super().__init__(window)
        self.window, self.settings, self.appearance = window, settings, appearance
        self.engine = Engine(where_of(settings), parent=self)
        self.models, self.runner = ModelNames(self.engine), Runner(self.engine)
        self.desk = Desk(lambda: self.engine.catalogue)
        self.seats: dict[Document, Seat] = {}
        self._unopened: object = None
        self.status_bar, self.bars = StatusBar(appearance.looks.theme), Bars()
        window.setStatusBar(self.status_bar)
        window.put_above(self.bars)
        self._documents = Documents(self)
        self._start = Start(self, self._documents)
        self._join()

    # Reading

    @property
    def seat(self) -> Seat | None:
        """What belongs to the document in front."""
        page = self.window.page
        return None if page is None else self.seats.get(page.document)

    @property
    def canvas(self) -> Canvas | None:
        """The canvas in front."""
        return None if self.seat is None else self.seat.canvas

    # Living

    def begin(self, paths: Sequence[Path]) -> None:
        """Open what is wanted, and then start the engine, which needs the processor too."""
        self._documents.begin(paths)
        QTimer.singleShot(0, self, self.engine.start)

    def end(self) -> None:
        """Put everything away: the program ends as it should."""
        self._documents.end()
        self.ended.emit()
        self.engine.close()

    def suspend(self) -> None:
        """Leave everything open to the next start, and close the window; nobody is asked."""
        self._keep_typed()
        self._documents.suspend()

    def welcome(self, *, known: bool) -> None:
        """Show what one sees where nothing was open; ``known`` to somebody who is not new."""
        self._start.begin(known=known)

    # Telling

    def say(self, sentence: str) -> None:
        """Tell something that may be missed."""
        self.status_bar.say(sentence)

    def say_error(self, about: Document | Path | None, sentence: str) -> None:
        """Tell why something could not be done, until it is put away or over.

        Args:
            about: A document, in whose tab it is told until that is edited or saved; or a file
                that could not be opened, until it is.
            sentence: Why.
        """
        seat = self.seats.get(cast("Document", about))
        if seat is not None:
            seat.bars.tell(ERROR, sentence, level="error")
        else:
            self._unopened = about
            self.bars.tell(ERROR, sentence, level="error")

    def show_settings(self) -> None:
        """Show the settings."""
        dialog = Preferences(self.settings, self.appearance, self.window)
        dialog.engine_chosen.connect(self._change_engine)
        dialog.show()

    # Putting together

    def _join(self) -> None:
        self.desk.opened.connect(self._seat)
        self.desk.closed.connect(self._unseat)
        self.window.page_changed.connect(self.front_changed)
        self.front_changed.connect(self.window.commands.refresh_soon)
        self.window.commands.asked.connect(self._keep_typed)
        self.appearance.changed.connect(self._restyle)
        files.join(self, self._documents, self._start)
        for room in (canvases, options, searching, scopes, runs, painting, panels, values):
            room.join(self)
        self.window.commands.add(*looks.commands(self.window, self.appearance, self.show_settings))
        self.window.restore_layout()
        self.window.fill_menus()
        files.add_recents(self, self._documents)
        self._restyle()

    def _seat(self, document: Document) -> None:
        if document.path is not None and document.path == self._unopened:
            self.bars.drop(ERROR)
        seat = Seat(document, self.appearance.looks, self.engine)
        self.seats[document] = seat
        self.seated.emit(seat)
        seat.page.canvas_changed.connect(self.front_changed)
        seat.page.selection_changed.connect(self.window.commands.refresh_soon)
        document.stepped.connect(self.window.commands.refresh_soon)
        document.stepped.connect(lambda: seat.bars.drop(ERROR))
        seat.page.show_whole()
        self.window.open(seat.page)
        QTimer.singleShot(0, seat.page, lambda: seat.canvas.fit())

    def _unseat(self, document: Document) -> None:
        seat = self.seats.pop(document)
        self.left.emit(seat)
        self.window.close_page(document)

    def _keep_typed(self) -> None:
        """Have a run or a save see what is still being typed on the canvas."""
        if self.canvas is not None:
            self.canvas.close_editor()

    def _change_engine(self) -> None:
        self.engine.stop()
        self.engine.where = where_of(self.settings)
        self.engine.start()

    def _restyle(self) -> None:
        self.status_bar.restyle(self.appearance.theme, self.engine.state)
        tool_bar.fill(self.window.bar, self.window.commands, self.appearance.theme)


def where_of(settings: Settings) -> Where:
    """Return which engine a person chose: an own one unless there is an address."""
    data = settings.get("engine.data", "")
    together = min(settings.get(BATCH, 1), MOST_TOGETHER)
    return Where(
        url=settings.get("engine.url", ""),
        token=settings.get("engine.token", ""),
        data=Path(data) if data else None,
        options=("--batch", str(together)) if together > 1 else (),
    )
