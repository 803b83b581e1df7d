"""Painting joined to the window: where it is begun, and where the picture underneath comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize

from gui.commands.command import Command
from gui.painting.sitting import Sitting, on
from gui.painting.studio import Studio
from gui.painting.subject import subject_of
from gui.painting.under import file_of, read_picture
from gui.running.sending import base_of
from gui.scope.way import prefix
from gui.viewers import grid
from gui.viewers.look import Look
from gui.viewers.picture_view import LARGEST
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from gui.canvas.canvas import Canvas
    from gui.document.document import Document
    from gui.editor import Editor
    from gui.running.status import Status
    from gui.seat import Seat
    from gui.viewers.look import Place

FIRST = "The picture to paint on is made first; then the view for painting opens."
LEAST = 16
"""Pixels of the longer side of a picture that the engine gives at least."""

ROOM = 0.92
"""Of the window's size: how large the view is."""


@dataclass(frozen=True)
class Wish:
    """Who wants to paint: the seat, and what stands before the node's id in a run's paths."""

    seat: Seat
    before: str
    sitting: Sitting


class Painting(QObject):
    """Opens the view for painting, one at a time.

    Attributes:
        studio: The view, while it is open.
    """

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._waiting: Wish | None = None
        self.studio: Studio | None = None
        editor.runner.ended.connect(self._go_on)
        editor.runner.refused.connect(self._give_up)
        editor.seated.connect(self._follow_pages)
        editor.paint_wanted.connect(self._paint_in_front)

    def paint_chosen(self) -> None:
        """Paint the mask of the node that has the focus, or is selected."""
        seat = self._editor.seat
        if seat is not None:
            self.paint(seat, seat.canvas.document, _chosen(seat.canvas), prefix(seat.page.uses))

    def _paint_in_front(self, node_id: str) -> None:
        seat = self._editor.seat
        if seat is not None:
            self.paint(seat, seat.document, node_id)

    def can_paint(self) -> bool:
        """Tell whether there is a node to paint a mask for."""
        canvas = self._editor.canvas
        return canvas is not None and bool(subject_of(canvas.document.graph, _chosen(canvas)))

    def paint(self, seat: Seat, document: Document, node_id: str, before: str = "") -> None:
        """Paint a node's mask, over a picture that is made first where it has to be."""
        subject = subject_of(document.graph, node_id)
        if subject is not None and self.studio is None:
            sitting = Sitting(document, subject, base_of(seat.document.path))
            self._safely(self._begin, Wish(seat, before, sitting))

    # The picture underneath

    def _begin(self, wish: Wish, *, again: bool = False) -> None:
        """Take the picture from its file, else from the last run, else run what makes it."""
        graph, source = wish.sitting.document.graph, wish.sitting.picture
        if source is None:
            self._open(wish, None)
            return
        path = file_of(graph, source, wish.sitting.base)
        place = wish.seat.looking.place(Look(wish.before + source[0], source[1]))
        if path is not None:
            self._open(wish, read_picture(path))
        elif place is not None:
            self._fetch(wish, place)
        elif not again:
            self._waiting = wish
            self._editor.say(FIRST)
            self._editor.runner.run(wish.seat.status, targets=[wish.before + source[0]])

    def _go_on(self, status: Status, _: object) -> None:
        """Paint once what was missing is there; a run that failed has said why itself."""
        wish = self._waiting
        if wish is not None and wish.seat.status is status and not status.waiting:
            self._waiting = None
            self._safely(partial(self._begin, again=True), wish)

    def _give_up(self, status: Status) -> None:
        """Forget who waits for a run that does not begin: a later one is not about it."""
        if self._waiting is not None and self._waiting.seat.status is status:
            self._waiting = None

    def _fetch(self, wish: Wish, place: Place) -> None:
        """Fetch a picture as large as it is; of a batch the first."""
        looking = wish.seat.looking
        failed = partial(self._editor.say_error, wish.seat.document)

        def described(about: Any) -> None:
            shape = tuple(about["shape"])
            item = (*place.item, 0) if shape[0] > 1 else place.item
            size = QSize(*grid.size(shape, "image"))
            side = min(max(size.width(), size.height(), LEAST), LARGEST)

            def came(image: QImage) -> None:
                self._safely(
                    self._open, wish, image if image.size() == size else image.scaled(size)
                )

            looking.picture(replace(place, item=item), side, came, failed, decoded=False)

        looking.describe(place, described, failed)

    # The view

    def _open(self, wish: Wish, picture: QImage | None) -> None:
        if self.studio is not None or wish.seat not in self._editor.seats.values():
            return
        window, sitting = self._editor.window, wish.sitting
        under, values, said = on(picture, sitting.values())
        keys = window.commands.bound
        studio = Studio(
            lambda: self._editor.appearance.looks, under, values, sitting.feather, keys, window
        )
        studio.setWindowTitle(f"Paint mask · {sitting.title}")
        studio.resize(window.size() * ROOM)
        studio.note(said)
        studio.kept.connect(partial(self._keep, sitting, studio, resized=bool(said)))
        studio.rebound.connect(partial(self._remember_keys, studio))
        studio.finished.connect(self._forget)
        self.studio = studio
        studio.open()

    def _keep(self, sitting: Sitting, studio: Studio, *, resized: bool) -> None:
        """Have the node use what was painted; where that fails, the view stays open and says so."""
        try:
            if studio.changed or resized:
                sitting.keep(studio.painted.values, studio.feather)
        except NodegraphError as error:
            studio.note(str(error), wrong=True)
        else:
            studio.accept()

    def _forget(self) -> None:
        self.studio = None
        if self._editor.canvas is not None:
            self._editor.canvas.setFocus()

    def _remember_keys(self, studio: Studio) -> None:
        """Keep the keys that a person chose while painting, beside those of the window."""
        bound = self._editor.window.commands.bound
        for one in studio.commands:
            bound.pop(one.id, None)
        bound.update(studio.commands.bound)
        self._editor.window.commands.changed.emit()

    def _safely(self, act: Any, wish: Wish, *args: Any) -> None:
        try:
            act(wish, *args)
        except NodegraphError as error:
            self._editor.say_error(wish.seat.document, str(error))

    def _follow_pages(self, seat: Seat) -> None:
        seat.page.made.connect(partial(self._follow, seat))

    def _follow(self, seat: Seat, canvas: Canvas) -> None:
        def paint(node_id: str) -> None:
            self.paint(seat, canvas.document, node_id, prefix(seat.page.uses))

        canvas.mask_wanted.connect(paint)


def join(editor: Editor) -> None:
    """Add the command, and follow the buttons on nodes."""
    painting = Painting(editor)
    editor.window.commands.add(
        Command(
            "mask.paint", "Paint mask…", painting.paint_chosen, "Node", ("P",), painting.can_paint,
            where="canvas", help="Paint a mask by hand over the picture that it belongs to.",
        )
    )  # fmt: skip


def _chosen(canvas: Canvas) -> str:
    """Return the node that has the focus, or the only one that is selected; empty for neither."""
    focus = canvas.keys.focus
    if focus is not None and focus.id in canvas.scene.cards:
        return focus.id
    return next(iter(canvas.selected)) if len(canvas.selected) == 1 else ""
