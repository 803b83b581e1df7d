"""What is looked at: an output by name, and the one value of it that is shown now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Turn: TypeAlias = tuple[int, ...]
"""The turn of each zone around a node, outermost first."""


@dataclass(frozen=True, slots=True)
class Look:
    """An output to look at, run after run.

    Attributes:
        node: By path, ``use/inner`` inside of subgraphs.
        turn: Always this turn; ``None`` for the one that the timeline shows.
        item: Of a list or a batch only this item, of lists in it this one, and so on.
    """

    node: str
    output: str
    turn: Turn | None = None
    item: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where one value is, which never changes again: of one job, and of one turn."""

    job: str
    node: str
    output: str
    turn: Turn = ()
    item: tuple[int, ...] = ()
