"""How links are drawn, the same on every canvas and at the next start."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from gui.canvas.courses import COURSES
from gui.canvas.options import Options

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas
    from gui.editor import Editor
    from gui.seat import Seat

KEPT = "canvas"


def join(editor: Editor) -> None:
    """Give every canvas the options, and keep what is chosen on one."""
    editor.seated.connect(partial(_follow_pages, editor))


def read(data: dict[str, Any]) -> Options:
    """Return options as kept; what is not understood is as usual."""
    usual, course = Options(), data.get("course")
    return Options(
        course if course in COURSES else usual.course,
        data.get("over") is True,
        frozenset(one for one in data.get("hidden") or () if isinstance(one, str)),
        data.get("snap") is not False,
    )


def _follow_pages(editor: Editor, seat: Seat) -> None:
    seat.page.made.connect(partial(_prepare, editor))


def _prepare(editor: Editor, canvas: Canvas) -> None:
    canvas.set_options(read(editor.settings.get(KEPT, {})))
    canvas.options_changed.connect(partial(_keep, editor, canvas))


def _keep(editor: Editor, canvas: Canvas) -> None:
    data = asdict(canvas.options)
    editor.settings.set(KEPT, data | {"hidden": sorted(canvas.options.hidden)})
    for seat in editor.seats.values():
        for one in seat.page.canvases:
            one.set_options(canvas.options)
