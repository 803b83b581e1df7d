"""Runs joined to the pages: states on the nodes, problems, commands, the engine's fate."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gui.desk.bars import Choice
from gui.scope.showing import tell_all, tell_path, tell_zone_path

if TYPE_CHECKING:
    from gui.editor import Editor
    from gui.running.status import Status
    from gui.seat import Seat
    from nodegraph.engine.jobs import Job

ENGINE = "engine"


def join(editor: Editor) -> None:
    """Show runs on the canvases, and the engine's state in the window."""
    editor.seated.connect(_follow_status)
    editor.left.connect(partial(_forget, editor))
    editor.engine.state_changed.connect(partial(_tell_engine, editor))
    editor.runner.ended.connect(partial(_tell_end, editor))
    editor.status_bar.show_engine(editor.engine.state)


def _follow_status(seat: Seat) -> None:
    status, page = seat.status, seat.page

    def show_node(path: str) -> None:
        tell_path(page.canvas, page.uses, status, path)

    def show_zone(path: str) -> None:
        tell_zone_path(page.canvas, page.uses, status, path)

    status.in_view = lambda: list(page.canvas.scene.cards)
    status.node_changed.connect(show_node)
    status.zone_changed.connect(show_zone)
    page.canvas_changed.connect(lambda: tell_all(page.canvas, page.uses, status))


def _forget(editor: Editor, seat: Seat) -> None:
    editor.runner.forget(seat.status)


def _tell_engine(editor: Editor) -> None:
    state = editor.engine.state
    editor.status_bar.show_engine(state)
    editor.window.commands.refresh()
    if state.phase == "failed":
        choices = [Choice("Restart the engine", editor.engine.restart, primary=True)]
        editor.bars.tell(ENGINE, state.text, choices, "error")
    elif state.phase in ("lost", "restarting"):
        editor.bars.tell(ENGINE, state.text)
    elif state.answers:
        editor.bars.drop(ENGINE)


def _tell_end(editor: Editor, status: Status, job: Job) -> None:
    if status.message:
        editor.say(status.message)
    editor.window.commands.refresh()
