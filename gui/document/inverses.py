"""What takes several edits back, gathered as they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from nodegraph.edits import Batch, SetMode, SetParam, SetTitle, SetView
from nodegraph.subgraph_edits import EditSubgraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.edits import Edit

Slot: TypeAlias = tuple[str, ...]


class Inverses:
    """Inverses of edits, in the order these were made.

    Of the many values that a scrub or a drag sets in one place, only the oldest comes back: the
    rest are left out, as long as nothing but values is set meanwhile, and in one scope. So a drag
    costs what it moves, however long it lasts.
    """

    def __init__(self) -> None:
        self._kept: list[Edit] = []
        self._seen: set[Slot] = set()
        self._scope: Slot | None = None

    def __bool__(self) -> bool:
        return bool(self._kept)

    def add(self, inverse: Edit) -> None:
        """Take in what takes the last edit back."""
        for edit in _flat(inverse):
            if not self._known(edit):
                self._kept.append(edit)

    def extend(self, others: Inverses) -> None:
        """Take in those of edits that were made after these."""
        for edit in others._kept:
            self.add(edit)

    def backwards(self) -> list[Edit]:
        """Return them in the order to apply."""
        return self._kept[::-1]

    def as_edit(self, title: str) -> Edit:
        """Return one edit that takes everything back, or nothing where that fails."""
        return self._kept[0] if len(self._kept) == 1 else Batch(tuple(self.backwards()), title)

    def _known(self, edit: Edit) -> bool:
        """Tell whether an older value for the same place is kept, and remember the place."""
        place = _place(edit)
        scope, slot = (None, None) if place is None else place
        if scope is None or scope != self._scope:
            self._seen.clear()
            self._scope = scope
        if slot is None or slot in self._seen:
            return slot is not None
        self._seen.add(slot)
        return False


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
