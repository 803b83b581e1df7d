"""One thing a person can do: its name, its keys, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Where: TypeAlias = Literal["window", "canvas"]


def always() -> bool:
    """Return that it can be done."""
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can do.

    Attributes:
        id: Permanent, since a person's own shortcuts name it: ``edit.undo``.
        title: What menus call it; a function where that depends on the state.
        menu: Where it stands: ``Edit``, ``View/Align``; empty for the palette alone.
        keys: Its shortcuts unless a person chose others, in Qt's portable text: ``Ctrl+Z``.
        enabled: Whether it can be done now.
        checked: Whether a switch is on; ``None`` for what is no switch.
        where: ``canvas`` for keys that work only while the canvas has the focus, such as letters.
        help: A sentence for the status bar, the palette and the list of shortcuts.
    """

    id: str
    title: str | Callable[[], str]
    run: Callable[[], object]
    menu: str = ""
    keys: tuple[str, ...] = ()
    enabled: Callable[[], bool] = always
    checked: Callable[[], bool] | None = None
    where: Where = "window"
    help: str = ""

    @property
    def text(self) -> str:
        """What it is called now."""
        return self.title if isinstance(self.title, str) else self.title()

    @property
    def name(self) -> str:
        """What a list shows, where no menu says what it belongs to: ``Edit: Undo``."""
        group = self.menu.rpartition("/")[2] or self.id.partition(".")[0].capitalize()
        return f"{group}: {self.text.rstrip('…')}"
