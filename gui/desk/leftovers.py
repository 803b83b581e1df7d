"""What was open when the editor was killed, and what to do about it: restore, discard, later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.desk.bars import Choice
from gui.document.placing import counted
from gui.document.recovery import left_over

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gui.desk.bars import Bars
    from gui.desk.desk import Desk
    from gui.document.recovery import Left

KEY = "recovery"


class Leftovers:
    """Journals of editors that are gone; no other editor takes them while this one has them."""

    def __init__(self, desk: Desk, journals: Path | None = None) -> None:
        self._desk, self._folder = desk, journals
        self._left: list[Left] = []

    def __len__(self) -> int:
        return len(self._left)

    def find(self) -> None:
        """Look again, also for what was put off; what was edited last comes last, so in front."""
        self.later()
        self._left = left_over(self._folder)[::-1]

    @property
    def sentence(self) -> str:
        """What was left, for a bar."""
        edited = sum(1 for left in self._left if left.edits)
        was = "was" if len(self._left) == 1 else "were"
        what = f"{counted(len(self._left), 'workflow')} {was} open"
        with_edits = f", {edited} with unsaved changes" if edited else ""
        return f"{what} when the editor ended unexpectedly{with_edits}."

    def offer(self, bars: Bars) -> None:
        """Show a bar, where there is anything to offer."""
        if self._left:
            choices = [
                Choice("Restore", self.restore, primary=True),
                Choice("Discard", self.discard),
                Choice("Later", self.later),
            ]
            bars.tell(KEY, self.sentence, choices)

    def restore(self) -> None:
        """Open all of it again, complete to the last edit.

        Each has a journal of its own before the old one goes. What cannot be read is kept.
        """
        waiting, self._left = self._left, []
        self._restore(waiting)

    def resume(self) -> None:
        """Open again what an editor that was asked to end has left, without a question."""
        kept = [left for left in self._left if left.kept]
        self._left = [left for left in self._left if not left.kept]
        self._restore(kept)

    def _restore(self, waiting: Sequence[Left]) -> None:
        for left in waiting:
            found = left.rebuild(self._desk.catalogue)
            if found.graph is None:
                sentence = f"{_name(left)} cannot be restored: {found.notes[0]}"
                self._desk.failed.emit(left.path, sentence)
                left.release()
                continue
            free = found.path is not None and self._desk.at(found.path) is None
            path = found.path if free else None
            recovered = found.dirty or bool(found.notes) or path != found.path
            document = self._desk.adopt(found.graph, path, recovered=recovered)
            left.discard()
            for note in found.notes:
                self._desk.noted.emit(document, note)

    def discard(self) -> None:
        """Remove it for good."""
        for left in self._left:
            left.discard()
        self._left = []

    def later(self) -> None:
        """Keep it for another start, or for Recover in the menu."""
        for left in self._left:
            left.release()
        self._left = []


def _name(left: Left) -> str:
    return left.path.name if left.path else "an untitled workflow"
