"""Runs joined to the pages: states on the nodes, problems, commands, the engine's fate."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog
from shiboken6 import isValid

from gui.desk.bars import Choice
from gui.running.checking import Checker
from gui.running.commands import commands
from gui.running.locating import Locator
from gui.scope.showing import tell_all, tell_path, tell_zone_path
from gui.scope.way import prefix
from gui.sentences import as_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.editor import Editor
    from gui.running.status import Status
    from gui.seat import Seat
    from nodegraph.engine.jobs import Job

ENGINE, RUN, LOCATED = "engine", "run", "located"
LOST = "What it had computed is lost; the run begins anew once there is another worker."
MOST = 1000
"""Runs that may be asked for at once."""


def join(editor: Editor) -> None:
    """Show runs on the canvases, and the engine's state in the window."""
    editor.window.commands.add(
        *commands(
            editor.runner,
            editor.engine,
            lambda: editor.seat.status if editor.seat else None,
            partial(selected, editor),
            partial(_ask_times, editor),
        )
    )
    editor.seated.connect(partial(_follow_status, editor))
    editor.left.connect(partial(_forget, editor))
    editor.engine.state_changed.connect(partial(_tell_engine, editor))
    editor.runner.ended.connect(partial(_tell_end, editor))
    editor.runner.lost.connect(partial(_tell_lost, editor))
    editor.status_bar.show_engine(editor.engine.state)


def selected(editor: Editor) -> list[str]:
    """Return the selected nodes by path."""
    if editor.seat is None:
        return []
    before = prefix(editor.seat.page.uses)
    return [before + node_id for node_id in sorted(editor.seat.canvas.selected)]


def _follow_status(editor: Editor, seat: Seat) -> None:
    status, page = seat.status, seat.page
    Checker(editor.engine, status)
    Locator(editor.engine, seat.document).told.connect(partial(seat.bars.tell, LOCATED))

    def show_node(path: str) -> None:
        if isValid(page):  # answers that are under way come after a window that has closed
            tell_path(page.canvas, page.uses, status, path)

    def show_zone(path: str) -> None:
        if isValid(page):
            tell_zone_path(page.canvas, page.uses, status, path)

    def in_view() -> list[str]:
        canvas, before = page.canvas, prefix(page.uses)
        area = canvas.camera.area(0, 0, canvas.width(), canvas.height())
        return [before + card.id for card in canvas.scene.cards_in(area)]

    status.in_view = in_view
    page.destroyed.connect(lambda: setattr(status, "in_view", tuple))
    status.node_changed.connect(show_node)
    status.zone_changed.connect(show_zone)
    status.run_changed.connect(editor.window.commands.refresh_soon)
    status.run_changed.connect(partial(_follow_run, seat))
    page.canvas_changed.connect(lambda: tell_all(page.canvas, page.uses, status))


def _ask_times(editor: Editor, then: Callable[[int], object]) -> None:
    """Ask how often to run, without waiting."""
    dialog = QInputDialog(editor.window)
    dialog.setWindowTitle("Run several times")
    dialog.setLabelText("How often? Seeds that are not locked are drawn anew for each run.")
    dialog.setInputMode(QInputDialog.InputMode.IntInput)
    dialog.setIntRange(1, MOST)
    dialog.setIntValue(4)
    dialog.intValueSelected.connect(then)
    dialog.open()


def _forget(editor: Editor, seat: Seat) -> None:
    editor.runner.forget(seat.status)


def _tell_engine(editor: Editor) -> None:
    state = editor.engine.state
    editor.status_bar.show_engine(state)
    editor.window.commands.refresh_soon()
    if state.phase == "failed":
        choices = [Choice("Restart the engine", editor.engine.restart, primary=True)]
        editor.bars.tell(ENGINE, state.text, choices, "error")
    elif state.phase in ("lost", "restarting"):
        editor.bars.tell(ENGINE, state.text)
    elif state.answers:
        editor.bars.drop(ENGINE)


def _follow_run(seat: Seat) -> None:
    """Put away what was told of a run once another one begins."""
    if seat.status.job is not None and seat.status.job.id != seat.told:
        seat.bars.drop(RUN)


def _tell_lost(editor: Editor, status: Status, job: Job) -> None:
    """Say in its tab that a run has lost what ran it, and goes on."""
    seat = editor.seats[status.document]
    seat.told = job.id
    text = f"{as_sentence(job.note)} {LOST}"
    seat.bars.tell(RUN, text, [Choice("Stop the run", partial(editor.runner.stop, status))])


def _tell_end(editor: Editor, status: Status, job: Job) -> None:
    """Say how a run went: in its tab where no node is to blame for how it ended."""
    seat = editor.seats[status.document]
    seat.bars.drop(RUN)
    if job.error is not None and not job.error.node:
        seat.told = job.id
        again = Choice("Run again", partial(editor.runner.again, status), primary=True)
        seat.bars.tell(RUN, job.error.message, [again], "error")
    if status.message:
        editor.say(status.message)
    editor.window.commands.refresh_soon()
