"""The focused parameter: its default, a seed's dice and lock, a file to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gui.canvas.buttons import OF
from gui.canvas.tools.press import press
from gui.commands.command import Command
from nodegraph.edits import SetParam

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.acts.on import On
    from gui.canvas.buttons import Button
    from gui.canvas.canvas import Canvas
    from gui.canvas.measure import Field


def reset(canvas: Canvas) -> None:
    """Give the focused parameter its default again."""
    focus, field = canvas.keys.focus, _field(canvas)
    if focus is not None and field is not None:
        canvas.document.apply(SetParam(focus.id, focus.name, field.param.default))


def edit(canvas: Canvas) -> None:
    """Edit the focused parameter in place."""
    focus = canvas.keys.focus
    if focus is not None:
        canvas.edit(focus.id, focus.name)


def draw(canvas: Canvas) -> None:
    """Draw the focused seed anew, unless it is locked."""
    _press(canvas, "dice")


def lock(canvas: Canvas) -> None:
    """Lock the focused seed against being drawn anew, or let it go."""
    _press(canvas, "lock")


def browse(canvas: Canvas) -> None:
    """Choose a file for the focused parameter."""
    _press(canvas, "browse")


def _press(canvas: Canvas, button: Button) -> None:
    focus = canvas.keys.focus
    if focus is not None:
        press(canvas, focus.id, focus.name, button)


def _field(canvas: Canvas) -> Field | None:
    """Return the focused parameter as it is drawn."""
    focus = canvas.keys.focus
    if focus is None or focus.part != "field" or focus.id not in canvas.scene.cards:
        return None
    return canvas.scene.cards[focus.id].layout.fields.get(focus.name)


def _free(canvas: Canvas) -> bool:
    """Tell whether the focused parameter can be set here."""
    focus = canvas.keys.focus
    if focus is None or _field(canvas) is None:
        return False
    return not canvas.scene.linked(focus.id, focus.name, output=False)


def _has(button: Button) -> Callable[[Canvas], bool]:
    def test(canvas: Canvas) -> bool:
        field = _field(canvas)
        return field is not None and _free(canvas) and button in OF.get(field.param.widget, ())

    return test


def _locked(canvas: Canvas) -> bool:
    focus = canvas.keys.focus
    return (
        focus is not None
        and focus.id in canvas.scene.cards
        and focus.name in canvas.scene.cards[focus.id].locked
    )


def commands(on: On) -> list[Command]:
    """Return the commands of this topic."""

    def make(id: str, title: str, act: Any, key: str, test: Any, **more: Any) -> Command:
        keys = (key,) if key else ()
        return Command(
            f"param.{id}", title, on.do(act), "Node/Parameter", keys, on.when(test),
            where="canvas", help=act.__doc__, **more,
        )  # fmt: skip

    return [
        make("edit", "Edit value", edit, "", _free),
        make("reset", "Reset to default", reset, "", _free),
        make("draw", "Draw seed anew", draw, "R", _has("dice")),
        make("lock", "Lock seed", lock, "Shift+R", _has("lock"), checked=on.when(_locked)),
        make("browse", "Choose file…", browse, "", _has("browse")),
    ]
