"""Undo and redo: one step a gesture, made of inverse edits, never of snapshots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from gui.document.inverses import Inverses

if TYPE_CHECKING:
    from nodegraph.edits import Edit


@dataclass(frozen=True, slots=True)
class Step:
    """What one undo, or one redo, makes.

    Attributes:
        title: What the user did: ``Move 3 nodes``.
        edit: Takes the step back, or makes it again once it is taken back.
        number: Names the state the document is in after the step; no two states share one.
        merge: Steps with this key join it while it is the last; empty: none does.
    """

    title: str
    edit: Edit
    number: int
    merge: str = ""


class History:
    """Steps that were made and steps that were taken back, and which state is on the disk."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._open: list[Inverses] = []
        self._numbers = count(1)
        self._saved = 0
        self._sealed = True

    # Reading

    @property
    def is_open(self) -> bool:
        """Whether a gesture is under way; nothing is undone or redone until it ends."""
        return bool(self._open)

    @property
    def dirty(self) -> bool:
        """Whether the state differs from the saved one; undoing back to that is clean again."""
        return self._position != self._saved or any(self._open)

    @property
    def next_undo(self) -> Step | None:
        """What an undo takes back."""
        return self._done[-1] if self._done and not self._open else None

    @property
    def next_redo(self) -> Step | None:
        """What a redo makes again."""
        return self._undone[-1] if self._undone and not self._open else None

    @property
    def _position(self) -> int:
        return self._done[-1].number if self._done else 0

    # Changing

    def begin(self) -> None:
        """Open a gesture, or one inside the one that is open."""
        self._open.append(Inverses())

    def add(self, inverse: Edit, title: str) -> None:
        """Take the inverse of an edit into the open gesture, or make a step of it."""
        inverses = self._open[-1] if self._open else Inverses()
        inverses.add(inverse)
        if not self._open:
            self._push(inverses, title, "")

    def end(self, title: str, merge: str) -> None:
        """Close the innermost gesture: into the one around it, or as a step."""
        inverses = self._open.pop()
        if self._open:
            self._open[-1].extend(inverses)
        elif inverses:
            self._push(inverses, title, merge)

    def abandon(self) -> list[Edit]:
        """Close the innermost gesture, and return what takes it back, in the order to apply."""
        return self._open.pop().backwards()

    def undone(self, inverse: Edit) -> None:
        """Note that the last step was taken back; ``inverse`` makes it again."""
        self._undone.append(replace(self._done.pop(), edit=inverse))
        self._sealed = True

    def redone(self, inverse: Edit) -> None:
        """Note that a step was made again; ``inverse`` takes it back."""
        self._done.append(replace(self._undone.pop(), edit=inverse))
        self._sealed = True

    def saved(self) -> None:
        """Note that the state is on the disk; in the middle of a gesture it is nobody's state."""
        self._saved = -1 if any(self._open) else self._position
        self._sealed = True

    def _push(self, inverses: Inverses, title: str, merge: str) -> None:
        if merge and not self._sealed and self._done[-1].merge == merge:
            last, later = self._done.pop(), inverses
            inverses, title = Inverses(), last.title
            inverses.add(last.edit)
            inverses.extend(later)
        self._done.append(Step(title, inverses.as_edit(title), next(self._numbers), merge))
        self._undone.clear()
        self._sealed = False
