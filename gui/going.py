"""Going from the graph to its timeline, to each panel and back, by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from gui.commands.command import Command
from gui.timeline.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.window import Window


def commands(window: Window) -> list[Command]:
    """Return the commands that go on to the next part of the window, and to the one before."""

    def going(by: int) -> Callable[[], None]:
        return lambda: go(window, by)

    return [
        Command(
            "view.next_panel", "Next panel", going(1), "View/Go to", ("F6",),
            help="Give the keyboard to the next of graph, timeline and panels",
        ),
        Command(
            "view.previous_panel", "Previous panel", going(-1), "View/Go to", ("Shift+F6",),
            help="Give the keyboard to the one of graph, timeline and panels before",
        ),
    ]  # fmt: skip


def go(window: Window, by: int) -> None:
    """Give the keyboard to the next part of the window that takes it, around again."""
    parts = [(room, taker) for room in _rooms(window) if (taker := _taker(room)) is not None]
    if not parts:
        return
    now = QApplication.focusWidget()
    inside = [now is not None and (room is now or room.isAncestorOf(now)) for room, _ in parts]
    at = inside.index(True) + by if True in inside else 0
    parts[at % len(parts)][1].setFocus(Qt.FocusReason.TabFocusReason)


def _rooms(window: Window) -> list[QWidget]:
    """Return the graph, its timeline, and the panels that are seen, from the left."""
    page = window.page
    rooms: list[QWidget] = [] if page is None else [page.canvas, *page.findChildren(Timeline)]
    docks = sorted(window.docks.values(), key=lambda dock: (dock.x(), dock.y(), dock.objectName()))
    rooms += [dock.widget() for dock in docks if not dock.visibleRegion().isEmpty()]
    return [room for room in rooms if room.isVisible()]


def _taker(room: QWidget) -> QWidget | None:
    """Return what in a part of the window takes the keyboard first; nothing where nothing does."""
    for widget in [room, *room.findChildren(QWidget)]:
        tabbed = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
        if tabbed and widget.isEnabled() and widget.isVisible() and widget.focusProxy() is None:
            return widget
    return None
