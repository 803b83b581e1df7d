"""Nodes that hold a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodegraph.export import Part


def held(part: Part) -> None:
    """Write a value."""
    part.heading()
    part.let(part.value("value"))
