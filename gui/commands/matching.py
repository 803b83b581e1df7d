"""Which commands a few typed letters mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.fuzzy import begins, score

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gui.commands.command import Command

IN_HELP = -100.0
"""How well a command fits whose help alone holds the words: after all whose name does."""


def ranked(commands: Iterable[Command], query: str, recent: Sequence[str] = ()) -> list[Command]:
    """Return the commands that fit, the best first: what can be done before what cannot.

    Args:
        commands: All there are.
        query: What was typed; empty: all as they came, those used lately first.
        recent: Ids of those, the latest first.
    """
    found: list[tuple[tuple[bool, float, int, str], Command]] = []
    for command in commands:
        good = fit(query, command.name, command.help)
        if good is not None:
            late = recent.index(command.id) if command.id in recent else len(recent)
            found.append(((not command.enabled(), -good, late, command.name), command))
    if not query.strip():
        found.sort(key=lambda one: (one[0][0], one[0][2]))
    else:
        found.sort(key=lambda one: one[0])
    return [command for _, command in found]


def fit(query: str, name: str, help: str = "") -> float | None:
    """Return how well a query fits a command, more is better; nothing where it does not."""
    found = score(query, name)
    if found is not None:
        return found
    helpful = help.lower()
    return IN_HELP if all(begins(word, helpful) for word in query.lower().split()) else None
