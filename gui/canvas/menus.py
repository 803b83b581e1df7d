"""Context menus, made of commands by what is under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QMenu

from gui.canvas.beside import area_of, area_spot, node_spot
from gui.canvas.hits import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer
    from gui.commands.commands import Commands

Extra: TypeAlias = "tuple[str, Callable[[], object]]"
"""A line that another room adds: its title, and what it does."""

CLIP = ("edit.cut", "edit.copy", "edit.paste", "edit.duplicate", "edit.delete")
NODE = (
    "run.to", "mask.paint", "model.find", "",
    "node.rename", "node.mute", "node.bypass", "node.collapse", "Color", "",
    "scope.enter", "scope.title", "scope.make", "scope.unpack", "scope.unique", "scope.keep",
    "frame.add", "",
    "Align", "layout.selection", "Select", "",
    "link.start", "link.insert", "link.swap", "link.isolate", "",
    *CLIP, "", "node.accept", "node.rename_id", "node.help",
)  # fmt: skip
SOCKET = (
    "link.start", "link.cut", "links.hide_type", "links.show_types", "", "run.to", "node.help",
)  # fmt: skip
FIELD = (
    "param.edit", "param.reset", "param.draw", "param.lock", "param.browse", "mask.paint",
    "model.find", "",
    "link.start", "link.cut", "", "node.help",
)  # fmt: skip
WIRE = (
    "link.cut", "link.insert", "", "link.bend", "link.unbend", "link.straighten", "",
    "links.hide_type", "links.show_types", "Links",
)  # fmt: skip
AREA = ("node.rename", "Color", "", *CLIP)
ZONE = ("run.to", "frame.add", "layout.selection", "", *CLIP)
GROUND = (
    "node.add", "note.add", "edit.paste", "",
    "Select", "layout.all", "",
    "view.fit", "view.actual_size", "view.back", "view.minimap", "view.snap", "Links", "",
    "edit.undo", "edit.redo",
)  # fmt: skip

LINES: dict[str, tuple[str, ...]] = {
    "header": NODE, "body": NODE, "corner": NODE, "socket": SOCKET, "field": FIELD,
    "wire": WIRE, "bend": WIRE,
    "frame": AREA, "frame edge": AREA, "note": AREA, "note edge": AREA, "region": ZONE,
}  # fmt: skip
"""By what is under the pointer: ids of commands, names of submenus, and gaps."""

SUBMENUS = {"Color": "color.", "Align": "align.", "Select": "select.", "Links": "links."}
"""Of each submenu what the ids in it begin with."""

ALWAYS = ("edit.paste", "edit.undo", "edit.redo")
"""What is shown greyed where it cannot be done; anything else is left out."""


def menu_for(hit: Hit, commands: Commands, extras: Iterable[Extra] = ()) -> QMenu:
    """Return the menu of what was hit: only what can be done now, in groups.

    Args:
        hit: What the menu is about.
        commands: Of the window; those that are not there are left out.
        extras: What else may be done with it, first in the menu.
    """
    commands.refresh()
    menu = QMenu()
    menu.setToolTipsVisible(True)
    for title, run in extras:
        menu.addAction(title).triggered.connect(_calling(run))
    menu.addSeparator()
    for line in LINES.get(hit.part, GROUND):
        if not line:
            menu.addSeparator()
        elif line in SUBMENUS:
            _add_submenu(menu, line, commands)
        elif line in commands and _shown(commands, line):
            menu.addAction(commands.action(line))
    return menu


def menu_on(canvas: Canvas, hit: Hit, commands: Commands, extras: Iterable[Extra] = ()) -> QMenu:
    """Return the menu of what was hit on a canvas, and have commands be about that until it hides;
    it is there to be popped up, and deletes itself.
    """
    if hit.part == "region" and hit.id in canvas.scene.regions:
        canvas.select(canvas.scene.regions[hit.id].nodes)
    area = area_of(hit)
    if area is not None and area not in canvas.marks.areas:
        canvas.select((), [area])
    focused, before = canvas.keys.focused, canvas.keys.focus
    spot = spot_of(canvas, hit)
    if spot != before:
        focused.put(spot, select=False, ring=False)
    menu = menu_for(hit, commands, extras)
    menu.setParent(canvas, menu.windowFlags())
    menu.aboutToHide.connect(menu.deleteLater)
    if spot != before:
        # An action is triggered after its menu has hidden.
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, canvas, focused.drop_silent))
    return menu


def pop_up(
    canvas: Canvas, commands: Commands, extras: Iterable[Extra], hit: Hit, pointer: Pointer
) -> None:
    """Show the menu of what was hit at a pointer."""
    menu = menu_on(canvas, hit, commands, extras)
    menu.popup(canvas.mapToGlobal(QPoint(round(pointer.left), round(pointer.top))))


def spot_of(canvas: Canvas, hit: Hit) -> Hit | None:
    """Return what would have the focus for what was hit."""
    if hit.link is not None or (hit.part == "socket" and not hit.param):
        return hit
    area = area_of(hit)
    if area is not None:
        return area_spot(area)
    card = canvas.scene.cards.get(hit.id)
    if card is None:
        return None
    if hit.name in card.layout.fields and not hit.output:
        return Hit("field", hit.id, hit.name, param=True)
    return hit if hit.part == "socket" else node_spot(hit.id)


def _add_submenu(menu: QMenu, title: str, commands: Commands) -> None:
    begin = SUBMENUS[title]
    ids = [one.id for one in commands if one.id.startswith(begin) and _shown(commands, one.id)]
    if ids:
        inner = menu.addMenu(title)
        inner.addActions([commands.action(id) for id in ids])


def _shown(commands: Commands, id: str) -> bool:
    return id in ALWAYS or commands.action(id).isEnabled()


def _calling(run: Callable[[], object]) -> Callable[[], None]:
    def call() -> None:
        run()

    return call
