"""Node packs: which are installed, and which are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.registry import broken_packs, load_packs

if TYPE_CHECKING:
    from nodegraph.cli.output import Output


def warn_of_broken_packs(output: Output) -> None:
    """Name the packs that could not be loaded: their node types are unknown."""
    load_packs()
    for name, reason in broken_packs.items():
        output.note(f"warning: node pack {name!r} is broken and was left out: {reason}")
