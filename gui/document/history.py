"""Undo and redo: one step a gesture, made of inverse edits, never of snapshots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from nodegraph.edits import Batch, SetMode, SetParam, SetTitle, SetView
from nodegraph.subgraph_edits import EditSubgraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nodegraph.edits import Edit

Slot: TypeAlias = tuple[str, ...]


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
        self._open: list[list[Edit]] = []
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
        self._open.append([])

    def add(self, inverse: Edit, title: str) -> None:
        """Take the inverse of an edit into the open gesture, or make a step of it."""
        if self._open:
            self._open[-1].append(inverse)
        else:
            self._push([inverse], title, "")

    def end(self, title: str, merge: str) -> None:
        """Close the innermost gesture: into the one around it, or as a step."""
        inverses = self._open.pop()
        if self._open:
            self._open[-1] += inverses
        elif inverses:
            self._push(inverses, title, merge)

    def abandon(self) -> list[Edit]:
        """Close the innermost gesture, and return what takes it back, in the order to apply."""
        return self._open.pop()[::-1]

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

    def _push(self, inverses: list[Edit], title: str, merge: str) -> None:
        number = next(self._numbers)
        if merge and not self._sealed and self._done[-1].merge == merge:
            last = self._done.pop()
            inverses, title = [last.edit, *inverses], last.title
        self._done.append(Step(title, joined(inverses, title), number, merge))
        self._undone.clear()
        self._sealed = False


def joined(inverses: Iterable[Edit], title: str) -> Edit:
    """Return one edit that does what several inverses do when the last is made first.

    Of the many values that a scrub or a drag sets in one place, only the oldest comes back: the
    rest are left out, as long as nothing but values is set meanwhile, and in one scope.
    """
    kept: list[Edit] = []
    seen: set[Slot] = set()
    scope: Slot | None = None
    for edit in (edit for inverse in inverses for edit in _flat(inverse)):
        place = _place(edit)
        if place is None or place[0] != scope:
            seen.clear()
            scope = None if place is None else place[0]
        if place is not None:
            if place[1] in seen:
                continue
            seen.add(place[1])
        kept.append(edit)
    return kept[0] if len(kept) == 1 else Batch(tuple(reversed(kept)), title)


def _flat(inverse: Edit) -> Iterator[Edit]:
    """Yield the edits of batches within batches, the one to make last first."""
    if isinstance(inverse, Batch):
        for edit in reversed(inverse.edits):
            yield from _flat(edit)
    else:
        yield inverse


def _place(edit: Edit) -> tuple[Slot, Slot] | None:
    """Return the subgraph and the place where an edit sets a value; nothing for any other edit.

    Which values fit may depend on another scope's, so that only those of one scope may be left out.
    """
    match edit:
        case SetParam(node_id, name, _):
            return (), ("param", node_id, name)
        case SetView(section, key, _):
            return (), ("view", section, key)
        case SetTitle(node_id, _):
            return (), ("title", node_id)
        case SetMode(node_id, _):
            return (), ("mode", node_id)
        case EditSubgraph(name, inner):
            place = _place(inner)
            return None if place is None else ((name, *place[0]), place[1])
        case _:
            return None
