"""What an edit of a document is to somebody who looks at the inside of a subgraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.edits import Batch
from nodegraph.mending import Rewire
from nodegraph.subgraph_edits import EditSubgraph, SetSubgraph, TitleSubgraph, Unmend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.edits import Edit


def seen(edit: Edit, name: str) -> Edit | None:
    """Return an edit of a document as one of a definition; nothing where it does not concern it.

    Edits of other definitions concern it, since it may use them.
    """
    found: list[Edit] = []
    for scope, part in _parts(edit, ""):
        if scope == name or isinstance(part, SetSubgraph | TitleSubgraph):
            found.append(part)
        elif scope:
            found.append(EditSubgraph(scope, part))
    if not found:
        return None
    return found[0] if len(found) == 1 else Batch(tuple(found))


def _parts(edit: Edit, scope: str) -> Iterator[tuple[str, Edit]]:
    """Yield the edits in an edit, each with the definition it is made in; empty: the document."""
    match edit:
        case Batch(edits):
            for one in edits:
                yield from _parts(one, scope)
        case EditSubgraph(inner_scope, inner):
            yield from _parts(inner, inner_scope)
        case Unmend(inner, mends):
            for one in (inner, *mends):
                yield from _parts(one, scope)
        case Rewire(inner_scope):
            yield inner_scope or scope, edit
        case _:
            yield scope, edit
