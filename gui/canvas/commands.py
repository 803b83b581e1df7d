"""Everything a person can do to the canvas in front, as commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.acts import arranging, choosing, clipping, links, nodes, params, steps, views
from gui.canvas.acts.on import On

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.canvas import Canvas
    from gui.commands.command import Command

TOPICS = (steps, clipping, choosing, nodes, params, arranging, links, views)


def commands(current: Callable[[], Canvas | None]) -> list[Command]:
    """Return the commands of whichever canvas is in front when they are called."""
    on = On(current)
    return [command for topic in TOPICS for command in topic.commands(on)]
