"""The form joined to the window: with the last result, beside the graph or alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSizePolicy

from gui.commands.command import Command
from gui.form.panel import FormPanel

if TYPE_CHECKING:
    from gui.editor import Editor
    from gui.running.status import Status
    from gui.seat import Seat
    from nodegraph.engine.jobs import Job

SIDE = 640
"""Pixels of the longer side of a result."""


class Form(QObject):
    """Keeps the panel on the document in front, and knows each document's last result."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._results: dict[Status, QImage] = {}
        self.panel = FormPanel()
        self.panel.model_names = editor.models.of
        self.panel.run_wanted.connect(lambda: editor.window.commands.run("run.all"))
        editor.seated.connect(self._add)
        editor.left.connect(self._drop)
        editor.front_changed.connect(self._follow)
        editor.runner.ended.connect(self._take)

    def _add(self, seat: Seat) -> None:
        seat.status.run_changed.connect(self._tell)
        seat.status.node_changed.connect(partial(self._take_picture, seat.status))

    def _drop(self, seat: Seat) -> None:
        self._results.pop(seat.status, None)

    def _follow(self) -> None:
        seat = self._editor.seat
        self.panel.show_document(seat.document if seat else None)
        self._tell()
        self._show()

    def _tell(self) -> None:
        seat = self._editor.seat
        self.panel.set_running(seat is not None and bool(seat.status.waiting))

    def _show(self) -> None:
        seat = self._editor.seat
        self.panel.show_result(self._results.get(seat.status) if seat else None)

    def _take(self, status: Status, job: Job) -> None:
        """Fetch what a job saved last."""
        saved = [output for output in job.outputs if output.width]
        if saved:
            then = partial(self._read, status)
            self._editor.engine.ask("thumbnail", saved[-1], side=SIDE, then=then)

    def _read(self, status: Status, data: bytes) -> None:
        image = QImage.fromData(data)
        if not image.isNull():
            self._keep(status, image)

    def _take_picture(self, status: Status, path: str) -> None:
        """Take a node's picture for the result, where the run saves nothing."""
        picture, job = status.nodes[path].picture, status.job
        if picture is not None and not (job is not None and job.outputs):
            self._keep(status, picture)

    def _keep(self, status: Status, image: QImage) -> None:
        self._results[status] = image
        self._show()


class Alone:
    """The form in place of everything else, and back."""

    def __init__(self, editor: Editor, panel: FormPanel) -> None:
        self._editor, self._panel = editor, panel
        self._layout: QByteArray | None = None

    @property
    def on(self) -> bool:
        """Whether the form is alone."""
        return self._layout is not None

    def toggle(self) -> None:
        """Show the form alone, or the graph again."""
        if self.on:
            self.leave()
        elif self._editor.seat is not None:
            self._enter()

    def _enter(self) -> None:
        window, grow = self._editor.window, QSizePolicy.Policy.Expanding
        self._layout = window.saveState()
        for dock in window.docks.values():
            dock.hide()
        self._panel.setSizePolicy(grow, grow)
        window.put_above(self._panel)
        self._panel.stand_alone(True)
        self._panel.show()
        window.tabs.hide()
        window.commands.refresh()

    def leave(self) -> None:
        """Show the graph again, and the panels that were there."""
        if self._layout is None:
            return
        window, layout = self._editor.window, self._layout
        self._layout = None
        self._panel.stand_alone(False)
        window.docks["form"].setWidget(self._panel)
        window.tabs.setVisible(window.tabs.count() > 0)
        window.restoreState(layout)
        window.commands.refresh()

    def follow(self) -> None:
        """Stay alone when another document comes to the front; leave when there is none."""
        if self.on and self._editor.seat is None:
            self.leave()
        elif self.on:
            self._editor.window.tabs.hide()


def join_form(editor: Editor) -> FormPanel:
    """Put the form into a dock, and add the command that shows it alone."""
    form = Form(editor)
    editor.window.add_dock("form", "Form", form.panel, "right", keys="Ctrl+2")
    form.panel.paint_wanted.connect(editor.paint_wanted)
    alone = Alone(editor, form.panel)
    form.panel.graph_wanted.connect(alone.leave)
    editor.front_changed.connect(alone.follow)
    editor.window.quit_wanted.connect(alone.leave)
    editor.window.commands.add(
        Command(
            "view.form_only", "Form only", alone.toggle, "View", ("Ctrl+Shift+F",),
            lambda: editor.seat is not None, lambda: alone.on,
            help="Show the form in place of the graph, for who only fills it in",
        )
    )  # fmt: skip
    return form.panel
