"""One value for a viewer: where it is, what it is, and how to get more of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from gui.viewers.look import Place
    from gui.viewers.looking import Looking


@dataclass(eq=False)
class Source:
    """A value. What was asked for comes only as long as it is shown.

    Attributes:
        about: Its description, as the engine gives it.
        shown: Whether it is what a viewer shows.
    """

    looking: Looking
    place: Place
    about: Mapping[str, Any]
    shown: bool = True

    @property
    def kind(self) -> str:
        """What it is to be shown as."""
        return str(self.about.get("kind", "fields"))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its numbers."""
        return tuple(self.about.get("shape", ()))

    def item(self, index: int, about: Mapping[str, Any]) -> Source:
        """Return one item of a list or a batch."""
        place = replace(self.place, item=(*self.place.item, index))
        return Source(self.looking, place, about)

    def small(self, *, decoded: bool = False) -> QImage | None:
        """Return its small picture, if it is here already."""
        return self.looking.small(self.place, decoded=decoded)

    def at_hand(self, side: int) -> QImage | None:
        """Return a picture of it of that size, if it is here already."""
        return self.looking.at_hand(self.place, side)

    def picture(
        self,
        side: int,
        then: Callable[[QImage], object],
        failed: Callable[[str], object],
        *,
        decoded: bool = False,
    ) -> None:
        """Fetch a picture of it."""
        self.looking.picture(
            self.place, side, self._while(then), self._while(failed), decoded=decoded
        )

    def numbers(
        self,
        then: Callable[[Any], object],
        failed: Callable[[str], object],
        window: tuple[int, ...] = (),
    ) -> None:
        """Fetch its numbers, or those of a window: left, top, width, height."""
        self.looking.numbers(self.place, self._while(then), self._while(failed), window)

    def _while(self, take: Callable[[Any], object]) -> Callable[[Any], None]:
        def call(answer: Any) -> None:
            if self.shown:
                take(answer)

        return call
