"""Values of a document's runs, fetched from the engine when they are looked at, and kept."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from gui.viewers import kept
from gui.viewers.look import Look, Place
from gui.viewers.node_pictures import NodePictures
from gui.viewers.sharpening import Sharpening
from gui.viewers.store import Store
from gui.viewers.zoning import Zoning

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from gui.bridge.engine import Engine
    from gui.document.document import Document
    from gui.running.status import Status

SMALL = 192
"""The longer side of the pictures that are fetched ahead, in pixels."""

AT_ONCE = 4
"""Pictures that are fetched ahead at a time."""

FRESH = 250
"""Milliseconds between two questions about the turns of a job that runs."""

TEXT_BYTES = 4096


class Then(Protocol):
    """Called with what was asked for."""

    def __call__(self, answer: Any, /) -> object:
        """Take it."""
        ...


class Looking(QObject):
    """The values of one document.

    Everything that was fetched is kept within a budget, so that looking at it again is instant:
    what a job made in a turn never changes.

    Attributes:
        changed: What is to be shown may be another value now: of a new run, or of another turn.
        grown: More turns of a running job are kept.
        pictured: A small picture has come, of this ``Place``.
        previewed: A node that runs has a picture of what it is at; its path.
        zoning: The zones of the document.
        previews: What running nodes are at, by path.
    """

    changed = Signal()
    grown = Signal()
    pictured = Signal(object)
    previewed = Signal(str)

    def __init__(self, engine: Engine, status: Status, document: Document) -> None:
        super().__init__(document)
        self.engine, self.status, self.document = engine, status, document
        self.zoning = Zoning(document.graph)
        self.previews: dict[str, QImage] = {}
        self._store = Store()
        self._turns: dict[str, kept.KeptTurns] = {}
        self._final = ""
        self._waiting: dict[Hashable, list[tuple[Then, Callable[[str], object]]]] = {}
        self._ahead: dict[str, list[tuple[Place, bool]]] = {}
        self._fetching = 0
        self._timer = QTimer(self, singleShot=True, interval=FRESH)
        self._timer.timeout.connect(self._ask_turns)
        status.values_changed.connect(self.changed)
        status.run_changed.connect(self._run_changed)
        status.node_changed.connect(self._node_changed)
        engine.previewed.connect(self._preview)
        self._sharpening = Sharpening(self)
        self._pictures = NodePictures(self)
        if status.job is not None:
            self._ask_turns()

    # Where values are

    def job(self) -> str:
        """Return the job that runs, or ran last; nothing before the first."""
        return "" if self.status.job is None else self.status.job.id

    def turns(self, job: str) -> kept.KeptTurns:
        """Return which turns of a job are kept, as far as is known."""
        return self._turns.get(job, kept.KeptTurns())

    @property
    def answered(self) -> bool:
        """Whether the last job has ended, and the engine has said which of its turns it keeps."""
        job = self.status.job
        return job is not None and job.state == "done" and self._final == job.id

    def place(self, look: Look) -> Place | None:
        """Return the value that is to be shown; ``None`` where nothing is kept.

        Of a node inside of zones it is that of the turns which the timelines show, else the last.
        """
        job = self.status.job_of(look.node)
        if not job:
            return None
        turn = self._turn(job, look) if look.turn is None else look.turn
        return None if turn is None else Place(job, look.node, look.output, turn, look.item)

    def _turn(self, job: str, look: Look) -> tuple[int, ...] | None:
        chain = self.zoning.chain(look.node)
        wanted = [self.status.turn.get(zone) for zone in chain]
        return self.turns(job).latest(look.node, wanted) if chain else ()

    # Fetching

    def describe(self, place: Place, then: Then, failed: Callable[[str], object]) -> None:
        """Fetch what a value is; ``failed`` is told a sentence."""
        self._fetch(("about", place), "value", place, _about, then, failed)

    def picture(
        self, place: Place, side: int, then: Then, failed: Callable[[str], object], *, decoded: bool
    ) -> None:
        """Fetch a value as a ``QImage`` whose longer side is as wanted."""
        key = ("picture", place, side, decoded)
        self._fetch(key, "picture", place, _image, then, failed, side=side, decoded=decoded)

    def numbers(
        self,
        place: Place,
        then: Then,
        failed: Callable[[str], object],
        window: tuple[int, ...] = (),
    ) -> None:
        """Fetch a value's numbers as an array, only those of a window where one is given."""
        key = ("numbers", place, window)
        self._fetch(key, "data", place, _array, then, failed, window=window)

    def small(self, place: Place, *, decoded: bool = False) -> QImage | None:
        """Return the small picture of a value, if it is here already."""
        return self.at_hand(place, SMALL, decoded=decoded)

    def at_hand(self, place: Place, side: int, *, decoded: bool = False) -> QImage | None:
        """Return a picture of that size, if it is here already."""
        return self._store.get(("picture", place, side, decoded))

    def best(self, place: Place) -> QImage | None:
        """Return the best small picture that is here: decoded, or in a latent's colors."""
        return self.small(place, decoded=True) or self.small(place)

    def small_picture(self, place: Place, then: Then, *, decoded: bool = False) -> None:
        """Fetch a small picture; where there is none, ``then`` is called with the reason."""
        self.picture(place, SMALL, then, then, decoded=decoded)

    def sharpen(self, who: str, places: Iterable[Place]) -> None:
        """Fetch small pictures of latents decoded, while nothing runs, as long as it is worth it.

        Args:
            who: Wants them, instead of those that the same one wanted before.
            places: In the order in which they matter.
        """
        self._sharpening.want(who, places)

    def ahead(self, who: str, places: Sequence[tuple[Place, bool]]) -> None:
        """Fetch small pictures one after another.

        Args:
            who: Wants them, instead of those that the same one wanted before.
            places: In the order in which they matter; each with whether it shall be decoded.
        """
        missing = [pair for pair in places if self.small(pair[0], decoded=pair[1]) is None]
        self._ahead[who] = missing[::-1]
        self._next()

    def _fetch(
        self,
        key: Hashable,
        method: str,
        place: Place,
        read: Callable[[Any], tuple[Any, int]],
        then: Then,
        failed: Callable[[str], object],
        **asked: Any,
    ) -> None:
        """Give what is kept, or ask for it once, however many want it."""
        known = self._store.get(key)
        if known is not None:
            then(known)
            return
        waiting = self._waiting.setdefault(key, [])
        waiting.append((then, failed))
        if len(waiting) > 1:
            return
        self.engine.ask(
            method,
            place.job,
            place.node,
            place.output,
            turn=place.turn,
            item=place.item,
            then=partial(self._answered, key, read),
            failed=partial(self._failed, key),
            **asked,
        )

    def _answered(self, key: Hashable, read: Callable[[Any], tuple[Any, int]], answer: Any) -> None:
        value, size = read(answer)
        self._store.put(key, value, size)
        for then, _ in self._waiting.pop(key, []):
            then(value)

    def _failed(self, key: Hashable, error: object) -> None:
        for _, failed in self._waiting.pop(key, []):
            failed(str(error))

    def _next(self) -> None:
        """Fetch the next small pictures ahead."""
        while self._fetching < AT_ONCE:
            waiting = next(filter(None, self._ahead.values()), None)
            if waiting is None:
                return
            place, decoded = waiting.pop()
            if self.small(place, decoded=decoded) is not None:
                continue
            self._fetching += 1
            self.small_picture(place, partial(self._came, place), decoded=decoded)

    def _came(self, place: Place, answer: object) -> None:
        self._fetching -= 1
        if isinstance(answer, QImage):
            self.pictured.emit(place)
        self._next()

    # Following a run

    def _run_changed(self) -> None:
        self.previews.clear()
        self._ask_turns()
        self.changed.emit()

    def _node_changed(self, node: str) -> None:
        state = self.status.nodes.get(node)
        if state is not None and state.phase != "running":
            self.previews.pop(node, None)
        job = self.status.job
        if job is not None and job.finished is None and not self._timer.isActive():
            self._timer.start()

    def _ask_turns(self) -> None:
        job = self.status.job
        if job is not None:
            ended = job.finished is not None
            then = partial(self._told_turns, job.id, ended)
            self.engine.ask("turns", job.id, then=then, failed=_ignore)

    def _told_turns(self, job: str, ended: bool, answer: Any) -> None:
        self._turns[job] = kept.read(answer)
        self._final = job if ended else self._final
        self.grown.emit()
        self.changed.emit()

    def _preview(self, job: str, node: str, data: bytes) -> None:
        image = QImage.fromData(data)
        if job == self.job() and not image.isNull():
            self.previews[node] = image
            self.previewed.emit(node)


def _about(answer: Any) -> tuple[Any, int]:
    return answer, TEXT_BYTES


def _image(answer: bytes) -> tuple[QImage, int]:
    image = QImage.fromData(answer).convertToFormat(QImage.Format.Format_RGB32)
    return image, image.sizeInBytes()


def _array(answer: bytes) -> tuple[Any, int]:
    array = np.load(BytesIO(answer), allow_pickle=False)
    return array, array.nbytes


def _ignore(_: object) -> None:
    """Leave what is shown as it is."""
