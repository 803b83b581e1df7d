"""The menu bar, made from the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenuBar

    from gui.commands.commands import Commands

ORDER = ("File", "Edit", "View", "Graph", "Run", "Window", "Help")
"""Of the menus; others stand before Window."""


def fill(bar: QMenuBar, commands: Commands) -> None:
    """Make the menus anew; a command stands where ``menu`` says, in the order they were added."""
    bar.clear()
    menus: dict[str, QMenu] = {}
    named = sorted({one.menu.partition("/")[0] for one in commands if one.menu}, key=_rank)
    for name in named:
        menus[name] = _menu(bar, name, commands)
        bar.addMenu(menus[name])
    groups: dict[str, str] = {}
    for command in commands:
        if command.menu:
            menu = _inside(menus, command.menu)
            group = command.id.partition(".")[0]
            if groups.setdefault(command.menu, group) != group:
                menu.addSeparator()
                groups[command.menu] = group
            menu.addAction(commands.action(command.id))


def _inside(menus: dict[str, QMenu], path: str) -> QMenu:
    """Return the menu of a path such as ``Edit/Align``, made where it is not there yet."""
    if path not in menus:
        parent, _, name = path.rpartition("/")
        menus[path] = _inside(menus, parent).addMenu(name)
    return menus[path]


def _menu(bar: QMenuBar, name: str, commands: Commands) -> QMenu:
    menu = QMenu(f"&{name}", bar)
    menu.aboutToShow.connect(commands.refresh)
    return menu


def _rank(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else ORDER.index("Run"), name)
