"""Commands that are about the canvas in front, whichever that is when they are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.areas import Kind
    from gui.canvas.canvas import Canvas

Act: TypeAlias = "Callable[[Canvas], object]"
Test: TypeAlias = "Callable[[Canvas], bool]"


@dataclass(frozen=True, slots=True)
class On:
    """Makes of functions of a canvas what commands take.

    Attributes:
        current: Gives the canvas in front; ``None`` where there is none.
    """

    current: Callable[[], Canvas | None]

    def do(self, act: Act) -> Callable[[], None]:
        """Return what does it to the canvas in front; a refusal is said there."""

        def run() -> None:
            canvas = self.current()
            if canvas is None:
                return
            try:
                act(canvas)
            except NodegraphError as error:
                canvas.said.emit(str(error))

        return run

    def when(self, test: Test) -> Callable[[], bool]:
        """Return whether there is a canvas of which something is so."""

        def holds() -> bool:
            canvas = self.current()
            return canvas is not None and test(canvas)

        return holds

    def words(self, text: Callable[[Canvas], str], otherwise: str) -> Callable[[], str]:
        """Return a title that depends on the canvas."""

        def title() -> str:
            canvas = self.current()
            return otherwise if canvas is None else text(canvas)

        return title


def here(_: Canvas) -> bool:
    """Tell that any canvas will do."""
    return True


def some(canvas: Canvas) -> bool:
    """Tell whether nodes are selected."""
    return bool(canvas.selected)


def anything(canvas: Canvas) -> bool:
    """Tell whether nodes, frames or notes are selected."""
    return bool(canvas.selected or canvas.marks.areas)


def several(canvas: Canvas) -> bool:
    """Tell whether more than one node is selected."""
    return len(canvas.selected) > 1


def one(canvas: Canvas) -> bool:
    """Tell whether a single node is selected."""
    return len(canvas.selected) == 1


def filled(canvas: Canvas) -> bool:
    """Tell whether there are nodes."""
    return bool(canvas.scene.cards)


def chosen(canvas: Canvas) -> list[str]:
    """Return the selected nodes in an order that does not change."""
    return sorted(canvas.selected)


def areas_of(canvas: Canvas, kind: Kind) -> list[str]:
    """Return the selected frames, or the selected notes."""
    return sorted(key for one, key in canvas.marks.areas if one == kind)
