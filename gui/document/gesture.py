"""A gesture: many edits that are one undo step."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from gui.document.document import Document


class Gesture:
    """Edits made between ``begin`` and ``end`` are one step; ``cancel`` takes them back.

    As a context manager it is cancelled when the body raises. One inside another joins it, and may
    be cancelled by itself.
    """

    def __init__(self, document: Document, title: str, merge: str = "") -> None:
        self._document, self._title, self._merge = document, title, merge

    def begin(self) -> Gesture:
        """Open it; for a drag, which lasts over several events."""
        self._document.begin()
        return self

    def end(self) -> None:
        """Make one step of the edits since ``begin``; of none, no step."""
        self._document.end(self._title, self._merge)

    def cancel(self) -> None:
        """Take the edits since ``begin`` back, as if there had been none."""
        self._document.cancel()

    def __enter__(self) -> Gesture:
        return self.begin()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end() if kind is None else self.cancel()
