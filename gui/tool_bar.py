"""The bar under the menus: what everybody needs, each a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from gui.icons import icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QToolBar

    from gui.commands.commands import Commands
    from gui.theme import Theme

LEFT = (
    ("edit.undo", "undo"),
    ("edit.redo", "redo"),
    ("canvas.add", "add"),
    ("find.open", "search"),
)
RIGHT = (("run.stop", "stop"), ("run.all", "play"))
MAIN = "run.all"


def fill(bar: QToolBar, commands: Commands, theme: Theme) -> None:
    """Make the bar's buttons anew, of those commands that there are."""
    bar.clear()
    known = {command.id for command in commands}
    for id, glyph in LEFT:
        if id in known:
            bar.addWidget(_button(commands, id, glyph, theme))
    gap = QWidget()
    gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(gap)
    for id, glyph in RIGHT:
        if id in known:
            bar.addWidget(_button(commands, id, glyph, theme))


def _button(commands: Commands, id: str, glyph: str, theme: Theme) -> QToolButton:
    action, command = commands.action(id), commands[id]
    button = QToolButton()
    main = id == MAIN
    color = (theme.surface if theme.name == "dark" else theme.body) if main else theme.strong
    action.setIcon(icon(glyph, color))
    button.setDefaultAction(action)
    button.setProperty("primary" if main else "flat", True)
    if main:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    keys = action.shortcut().toString()
    button.setToolTip(f"{command.text}  {keys}" if keys else command.text)
    button.setAccessibleName(command.text)
    return button
