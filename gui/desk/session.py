"""Which files were open at a normal end, so that the next start opens them again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gui.desk.desk import Desk
    from gui.settings import Settings

OPEN, FRONT, WANTED = "session.open", "session.front", "session.reopen"


def remember(desk: Desk, settings: Settings) -> None:
    """Note what is open; call it before the documents are closed."""
    settings.set(OPEN, [str(one.path) for one in desk.documents if one.path])
    front = desk.current.path if desk.current else None
    settings.set(FRONT, str(front) if front else None)


def reopen(desk: Desk, settings: Settings) -> None:
    """Open what was open, unless a person does not want that; what is gone is passed over.

    It is forgotten with that: after a crash, the journals say what was open. What is in front
    already, of what no file has, stays there unless it was a file that was.
    """
    before = desk.current
    kept: list[Any] = settings.get(OPEN, [])
    front = settings.get(FRONT, "")
    settings.set(OPEN, None)
    settings.set(FRONT, None)
    if not wanted(settings):
        return
    for path in (Path(one) for one in kept if isinstance(one, str)):
        if path.is_file():
            desk.open(path)
    document = desk.at(Path(front)) if front else before
    if document is not None:
        desk.show(document)


def wanted(settings: Settings) -> bool:
    """Tell whether the files that were open are opened at the start."""
    return settings.get(WANTED, True)


def want(settings: Settings, *, wanted: bool) -> None:
    """Keep whether they are."""
    settings.set(WANTED, wanted)
