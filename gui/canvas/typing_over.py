"""Keys on a focused parameter: typing begins its edit, others switch it or bring its default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from nodegraph.edits import SetParam

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas
    from gui.canvas.hits import Hit

NUMERIC = "0123456789+-.("
"""What a number or a sum begins with; other letters stay shortcuts."""

HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def typed(canvas: Canvas, focus: Hit, event: QKeyEvent) -> bool:
    """Do what a key means on a focused parameter; tells whether it means anything."""
    if not wants(canvas, focus, event):
        return False
    if event.key() == Qt.Key.Key_Backspace:
        param = canvas.scene.cards[focus.id].layout.fields[focus.name].param
        canvas.document.apply(SetParam(focus.id, focus.name, param.default))
        return True
    canvas.edit(focus.id, focus.name)
    if canvas.editor is not None:
        again = QKeyEvent(event.type(), event.key(), event.modifiers(), event.text())
        QApplication.sendEvent(canvas.editor.widget, again)
    return True


def wants(canvas: Canvas, focus: Hit, event: QKeyEvent) -> bool:
    """Tell whether a key means something on what is focused that is a shortcut elsewhere."""
    if focus.part != "field" or canvas.pointing.tool is not None:
        return False
    if event.modifiers() & HELD or canvas.scene.linked(focus.id, focus.name, output=False):
        return False
    return event.key() == Qt.Key.Key_Backspace or _begins(_value(canvas, focus), event)


def _begins(value: object, event: QKeyEvent) -> bool:
    """Tell whether a key is the first letter of a value that is typed over the old one."""
    if isinstance(value, bool):
        return event.key() == Qt.Key.Key_Space
    text = event.text()
    if not text.strip() or not text.isprintable():
        return False
    return text in NUMERIC if isinstance(value, (int, float)) else True


def _value(canvas: Canvas, focus: Hit) -> object:
    field = canvas.scene.cards[focus.id].layout.fields[focus.name]
    return canvas.document.graph[focus.id].params.get(focus.name, field.param.default)
