"""The gallery: everything that runs have saved, to look through, compare, drag and open again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QItemSelectionModel, QMimeData, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from gui.desk.bars import Bars
from gui.docks.emptiable import Emptiable
from gui.docks.fetching import Fetching
from gui.docks.gallery_tiles import GalleryTiles
from gui.docks.gallery_view import GalleryView
from gui.docks.leaving import Leaving
from gui.docks.output_list import OutputList
from gui.docks.saving import choose_file, choose_folder
from gui.docks.thumbnails import Thumbnails
from nodegraph.engine.jobstate import ENDED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QModelIndex, QPoint

    from gui.bridge.engine import Engine
    from gui.canvas.looks import Looks
    from nodegraph.engine.jobs import Job, Output

SOON = 60
"""Milliseconds until the list is asked for anew."""
NEWEST, OLDEST = "Newest first", "Oldest first"
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Gallery(QWidget):
    """Shows the outputs of an engine.

    Attributes:
        opened: The workflow that made an output, as JSON data, is to be shown under a title.
        compared: Two outputs are to be compared.
        said: Something could not be done; why, in a sentence.
        outputs: What is shown.
        view: The tiles.
        line: What their names are searched for.
        leaving: What is being deleted.
        bars: Where that can be taken back.
    """

    opened = Signal(object, str)
    compared = Signal(object, object)
    said = Signal(str)

    def __init__(
        self, engine: Engine, looks: Callable[[], Looks], folder: Path | None = None
    ) -> None:
        """Make a gallery.

        Args:
            folder: Where files are fetched to; the editor's data folder by default.
        """
        super().__init__()
        self._engine, self.outputs = engine, OutputList(engine)
        self._thumbnails = Thumbnails(engine, self)
        self._fetching = Fetching(engine, self.said.emit, folder)
        self.bars = Bars()
        self.leaving = Leaving(engine, self.bars, self)
        self._dragging = False
        self.line, self.order = QLineEdit(), QPushButton(NEWEST)
        self.view = GalleryView(self.outputs)
        self.view.setItemDelegate(
            GalleryTiles(looks, self._thumbnails, self.leaving.outputs.keys(), self.view)
        )
        self._page = Emptiable(self.view, "", "")
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._lay_out()
        self._join()
        self._say_empty()
        self.outputs.refresh()

    @property
    def selected(self) -> list[Output]:
        """The selected outputs in their order, but for those that are not known yet."""
        rows = sorted(index.row() for index in self.view.selectedIndexes())
        found = (self.outputs.output(row) for row in rows)
        return [output for output in found if output is not None]

    def settle(self) -> None:
        """Delete what was marked; call it before the engine goes."""
        self.leaving.settle()

    def refresh(self) -> None:
        """Ask what there is now."""
        self._thumbnails.forget_failed()
        self.outputs.refresh()

    def turn(self) -> None:
        """Show the oldest first, or the newest again."""
        self.outputs.turn(oldest_first=not self.outputs.oldest_first)
        self.order.setText(OLDEST if self.outputs.oldest_first else NEWEST)

    # What is done to outputs

    def open(self, output: Output) -> None:
        """Have the workflow shown that made an output."""
        name = output.name.rpartition("/")[2]
        show = partial(self._opened, name)
        self._engine.ask("recipe", output, then=show, failed=self._refused)

    def compare(self) -> None:
        """Have the two selected outputs compared."""
        if len(self.selected) == 2:
            self.compared.emit(*self.selected)

    def save_as(self) -> None:
        """Ask where to, and save the selected outputs there."""
        chosen = self.selected
        if len(chosen) == 1:
            choose_file(self, chosen[0].name, partial(self._fetching.save, chosen[0]))
        elif chosen:
            choose_folder(self, partial(self._fetching.save_into, chosen))

    def delete(self) -> None:
        """Mark the selected outputs as deleted; for some seconds that can be taken back."""
        self.leaving.mark(self.selected)

    def menu(self) -> QMenu:
        """Return the menu of the selected outputs."""
        menu, chosen = QMenu(self), self.selected
        one = chosen[0] if chosen else None
        entries: list[tuple[str, Callable[[], object], bool]] = [
            ("Open the workflow", lambda: self.open(cast("Output", one)), len(chosen) == 1),
            ("Compare", self.compare, len(chosen) == 2),
            ("Save as…", self.save_as, bool(chosen)),
            ("Delete", self.delete, bool(chosen)),
        ]
        for text, run, enabled in entries:
            menu.addAction(text, run).setEnabled(enabled)
        return menu

    # Dragging

    def mime(self) -> QMimeData | None:
        """Return the files of the selected outputs; nothing before they are here."""
        paths = [self._fetching.path(output) for output in self.selected]
        if not paths or None in paths:
            return None
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        return data

    def fetch(self) -> None:
        """Have the files of the selected outputs here, since they may be dragged."""
        for output in self.selected[:20]:
            self._fetching.fetch(output, self._fetched)

    def _drag(self) -> None:
        data = self.mime()
        self._dragging = data is None
        if data is None:
            self.fetch()
            return
        drag = QDrag(self.view)
        drag.setMimeData(data)
        picture = self._thumbnails.get(self.selected[0])
        if picture is not None and not picture.isNull():
            drag.setPixmap(picture.scaled(96, 96, Qt.AspectRatioMode.KeepAspectRatio))
        drag.exec(Qt.DropAction.CopyAction)

    def _fetched(self, _: Path) -> None:
        """Begin the drag that waited for its files, if it still goes on."""
        held = QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton
        if self._dragging and held and self.mime() is not None:
            self._drag()

    # Following

    def _join(self) -> None:
        self._engine.outputs_changed.connect(self._soon.start)
        self._engine.job_changed.connect(self._ended)
        self._soon.timeout.connect(self.refresh)
        self.leaving.changed.connect(self.view.viewport().update)
        self.leaving.gone.connect(self.outputs.drop)
        self.leaving.said.connect(self.said)
        self._thumbnails.ready.connect(self._repaint)
        for signal in (
            self.outputs.modelReset,
            self.outputs.rowsInserted,
            self.outputs.rowsRemoved,
        ):
            signal.connect(self._say_empty)
        self.line.textChanged.connect(self._search)
        self.order.clicked.connect(self.turn)
        self.view.drag_wanted.connect(self._drag)
        self.view.pressed.connect(self.fetch)
        self.view.doubleClicked.connect(self._double)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.installEventFilter(self)

    def _ended(self, job: Job) -> None:
        """Look again when a job has ended: what it saved is told with it alone."""
        if job.state in ENDED and not self._soon.isActive():
            self._soon.start()

    def _search(self, text: str) -> None:
        self.outputs.search(text.strip())

    def _repaint(self, id: int) -> None:
        row = self.outputs.row(id)
        if row >= 0:
            self.view.update(self.outputs.index(row, 0))

    def _say_empty(self) -> None:
        if self.outputs.text:
            self._page.say("Nothing is called that", "Type less, or another word.")
        else:
            hint = "What runs save shows here, each with the workflow that made it."
            self._page.say("No pictures yet", hint)
        self._page.show_empty(not self.outputs.total)

    def _opened(self, name: str, data: Any) -> None:
        self.opened.emit(data, name)

    def _refused(self, error: Exception) -> None:
        self.said.emit(str(error))

    # Pointing and keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open with Enter, delete with Delete."""
        if event.type() != QEvent.Type.KeyPress:
            return False
        key = cast("QKeyEvent", event).key()
        if key in ENTER and len(self.selected) == 1:
            self.open(self.selected[0])
        elif key == Qt.Key.Key_Delete:
            self.delete()
        else:
            return False
        return True

    def _double(self, index: QModelIndex) -> None:
        output = self.outputs.output(index.row())
        if output is not None:
            self.open(output)

    def _open_menu(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        if index.isValid() and index not in self.view.selectedIndexes():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.view.selectionModel().select(index, flag)
        self.menu().popup(self.view.viewport().mapToGlobal(at))

    def _lay_out(self) -> None:
        top, box = QHBoxLayout(), QVBoxLayout(self)
        top.setContentsMargins(8, 8, 8, 8)
        top.setSpacing(4)
        self.line.setPlaceholderText("Search by name")
        self.line.setAccessibleName("Search the gallery by name")
        self.line.setClearButtonEnabled(True)
        self.order.setProperty("flat", True)
        self.order.setToolTip("Turn the order round")
        self.order.setAccessibleName("Order of the gallery")
        top.addWidget(self.line, 1)
        top.addWidget(self.order)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self._page, 1)
        box.addWidget(self.bars)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusProxy(self.view)
