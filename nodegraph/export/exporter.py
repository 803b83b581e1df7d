"""What packs offer so that their nodes can be written as Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from nodegraph.errors import ProblemsError
from nodegraph.registry import offered

if TYPE_CHECKING:
    from pathlib import Path

    from nodegraph.export.writer import Part

GROUP = "nodegraph.export"

Emitter: TypeAlias = "Callable[[Part], None]"
"""Writes the lines of one node, and says what its outputs are called in them."""


class ExportError(ProblemsError):
    """The workflow cannot be written as a script; every node in the way is named."""


@dataclass(frozen=True)
class Exporter:
    """How the nodes of a pack are written.

    Attributes:
        emitters: By type id; of a zone, by its begin's.
        functions: Files of Python that scripts take their imports and functions from. They are
            read, never imported.
        left_out: Types that a script does without: what only shows something.
    """

    emitters: Mapping[str, Emitter]
    functions: tuple[Path, ...] = ()
    left_out: frozenset[str] = field(default_factory=frozenset[str])

    def __or__(self, other: Exporter) -> Exporter:
        """Return both as one."""
        return Exporter(
            {**self.emitters, **other.emitters},
            (*self.functions, *other.functions),
            self.left_out | other.left_out,
        )


@cache
def load_exporter() -> Exporter:
    """Return what all installed packs offer."""
    joined = Exporter({})
    for found in offered(GROUP):
        joined |= found
    return joined
