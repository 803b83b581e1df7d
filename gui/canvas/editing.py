"""Editing in place: which parameter is being edited, and which comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.fields import FieldEditor
from gui.canvas.text_editor import TextEditor
from nodegraph.edits import SetParam

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.boxes import Box
    from gui.canvas.canvas import Canvas


class Editing:
    """Opens and closes the one editor of a canvas.

    Attributes:
        editor: What stands on the canvas now.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.editor: FieldEditor | TextEditor | None = None

    def open(self, node_id: str, name: str) -> None:
        """Edit a parameter; a switch is switched at once, a folded node unfolds no field."""
        canvas = self._canvas
        self.close()
        field = canvas.scene.cards[node_id].layout.fields.get(name)
        if field is None:
            return
        value = canvas.document.graph[node_id].params.get(name, field.param.default)
        if isinstance(value, bool):
            canvas.document.apply(SetParam(node_id, name, not value))
        else:
            self.editor = FieldEditor(canvas, node_id, field)

    def open_text(self, box: Box, text: str, keep: Callable[[str], None], *, lines: bool) -> None:
        """Edit a text on a rectangle of the scene: a title, or the lines of a note."""
        self.close()
        self.editor = TextEditor(self._canvas, box, text, keep, lines=lines)

    def open_next(self, node_id: str, name: str, step: int) -> None:
        """Edit the next parameter of a node that no link drives and that is no switch."""
        scene = self._canvas.scene
        card = scene.cards[node_id]
        names = [
            one
            for one in card.layout.fields
            if one == name
            or not (
                isinstance(card.node.params.get(one), bool)
                or scene.linked(node_id, one, output=False)
            )
        ]
        self.open(node_id, names[(names.index(name) + step) % len(names)])

    def close(self) -> None:
        """Keep what is typed, where it fits, and close the editor."""
        editor = self.editor
        if editor is not None and not editor.commit():
            editor.close()

    def closed(self) -> None:
        """Forget the editor; it says so itself."""
        self.editor = None

    def follow(self) -> None:
        """Close the editor of a node that is gone."""
        editor = self.editor
        if editor is None or not editor.node_id:
            return
        if editor.node_id not in self._canvas.scene.cards:
            editor.close()
