"""Names offered below a line that names something, the more of it is typed the fewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QLineEdit


def offer(line: QLineEdit, names: Sequence[str], chosen: Callable[[str], object]) -> None:
    """Have a line offer names: those that have in them what is typed, in any case.

    Args:
        line: Where a name is typed.
        names: All there are; without any, nothing is offered.
        chosen: Told the one that is taken; the line shows it by then.
    """
    if not names:
        return
    completer = QCompleter(list(names), line)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)

    def take(name: str) -> None:
        line.setText(name)
        chosen(name)

    line.setCompleter(completer)
    completer.activated.connect(take)


def show_all(line: QLineEdit) -> None:
    """Show every name that a line offers, whatever is in it."""
    completer = cast("QCompleter | None", line.completer())
    if completer is not None:
        completer.setCompletionPrefix("")
        completer.complete()
