"""The canvas: one painted widget. It redraws from the document's announcements alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from gui.canvas.camera import Camera, fitted
from gui.canvas.fields import FieldEditor
from gui.canvas.hits import Hit, hit
from gui.canvas.paint import paint
from gui.canvas.scene import Scene
from gui.canvas.sheet import FULL, Marks, Sheet
from gui.canvas.states import NodeState, States, ZoneState
from gui.canvas.tools.pan import Pan
from gui.canvas.tools.start import tool_for
from gui.canvas.tools.tool import Pointer, Tool
from nodegraph.edits import SetParam

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QRegion, QWheelEvent

    from gui.canvas.boxes import Box
    from gui.canvas.looks import Looks
    from gui.document.document import Document
    from nodegraph.edits import Edit

REACH = 9.0
"""Pixels of the widget within which a socket or a link counts as pointed at."""

PIECES = 3
"""A region of more pieces is painted as one."""

NOTCH = 120
"""What a wheel turns by one notch, in eighths of a degree."""


class Canvas(QWidget):
    """Shows a document's graph and lets one change it by hand.

    Attributes:
        selection_changed: Other nodes are selected now.
        wanted: A node is wanted at a ``Pointer``, to link to an ``End``, or to ``None``.
        moved: The view shows another part of the scene.
        painted: How much the last paint painted, by kind.
        editor: The editor of the parameter that is being edited.
    """

    selection_changed = Signal()
    wanted = Signal(object, object)
    moved = Signal()

    def __init__(self, document: Document, looks: Looks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.looks = document, looks
        self.scene = Scene(document.graph)
        self.camera = Camera()
        self.states, self.marks = States(), Marks()
        self.painted: Counter[str] | None = None
        self.editor: FieldEditor | None = None
        self._tool: Tool | None = None
        self._last: Pointer | None = None
        self._turned = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Graph")
        document.changed.connect(self._follow)

    # Looking

    def look(self, camera: Camera) -> None:
        """Show another part of the scene."""
        if camera != self.camera:
            self.close_editor()
            self.camera = camera
            self.update()
            self.moved.emit()

    def pan(self, dx: int, dy: int) -> None:
        """Move the view by whole pixels; what stays in view is copied, not painted."""
        if not (dx or dy):
            return
        self.close_editor()
        self.camera = self.camera.panned(dx, dy)
        if self.devicePixelRatioF().is_integer() and self._tool_is_quiet():
            self.scroll(dx, dy, self.rect())  # of a rectangle, since else children move too
        else:
            self.update()
        self.moved.emit()

    def zoom(self, steps: int, x: float | None = None, y: float | None = None) -> None:
        """Go nearer by steps of the ladder, around a point of the widget or its middle."""
        x = self.width() / 2 if x is None else x
        y = self.height() / 2 if y is None else y
        self.look(self.camera.zoomed(steps, x, y))

    def center(self, x: float, y: float) -> None:
        """Show what is around a point of the scene, at the same zoom."""
        left, top = self.camera.to_view(x, y)
        self.pan(round(self.width() / 2 - left), round(self.height() / 2 - top))

    def fit(self, node_ids: Iterable[str] = ()) -> None:
        """Show some nodes, or everything."""
        box = self.scene.bounds(node_ids)
        if box is not None:
            self.look(fitted(box, self.width(), self.height()))

    # Selecting

    @property
    def selected(self) -> set[str]:
        """The ids of the selected nodes."""
        return self.marks.selected

    def select(self, node_ids: Iterable[str]) -> None:
        """Select these nodes and no others."""
        chosen = set(node_ids) & self.scene.cards.keys()
        if chosen != self.marks.selected:
            for node_id in chosen - self.marks.selected if len(chosen) < 100 else ():
                self.scene.raise_card(node_id)
            self.marks.selected = chosen
            self.selection_changed.emit()
            self.update()

    # Editing in place

    def edit(self, node_id: str, name: str) -> None:
        """Edit a parameter in place; a switch is switched at once."""
        self.close_editor()
        field = self.scene.cards[node_id].layout.fields[name]
        value = self.document.graph[node_id].params.get(name, field.param.default)
        if isinstance(value, bool):
            self.document.apply(SetParam(node_id, name, not value))
        else:
            self.editor = FieldEditor(self, node_id, field)

    def edit_next(self, node_id: str, name: str, step: int) -> None:
        """Edit the next parameter of a node that no link drives and that is no switch."""
        card = self.scene.cards[node_id]
        names = [
            one
            for one in card.layout.fields
            if one == name
            or not (
                isinstance(card.node.params.get(one), bool)
                or self.scene.linked(node_id, one, output=False)
            )
        ]
        self.edit(node_id, names[(names.index(name) + step) % len(names)])

    def close_editor(self) -> None:
        """Keep what is typed, where it fits, and close the editor."""
        editor = self.editor
        if editor is not None and not editor.commit():
            editor.close()

    def editor_closed(self) -> None:
        """Forget the editor; it says so itself."""
        self.editor = None

    # Telling

    def set_state(self, node_id: str, state: NodeState) -> None:
        """Show what a run says of a node."""
        before = self.states.nodes.get(node_id, NodeState())
        self.states.nodes[node_id] = state
        if node_id not in self.scene.cards:
            return
        height = _thumbnail_height(state)
        if height != self.scene.thumbnails.get(node_id, 0.0):
            self._repaint(self.scene.show_thumbnail(node_id, height))
        elif before.message or state.message:
            self.update()
        else:
            self._repaint(self.scene.boxes[node_id])

    def set_zone_state(self, zone: str, state: ZoneState | None) -> None:
        """Show which turn a zone is in."""
        if state is None:
            self.states.zones.pop(zone, None)
        else:
            self.states.zones[zone] = state
        if zone in self.scene.regions:
            left, top, right, _ = self.scene.regions[zone].box
            self._repaint((left, top, right, top + 40))

    # Pointing

    def hit(self, pointer: Pointer, *, params: bool = False) -> Hit:
        """Return what is under the pointer."""
        reach = REACH / self.camera.scale if self.camera.scale >= FULL else 0.0
        return hit(self.scene, pointer.x, pointer.y, reach, params=params)

    def pointer(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        """Return a point of the widget and the keys held with it."""
        return Pointer(
            *self.camera.to_scene(at.x(), at.y()),
            at.x(),
            at.y(),
            bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
            bool(modifiers & Qt.KeyboardModifier.ControlModifier),
            bool(modifiers & Qt.KeyboardModifier.AltModifier),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture; a second button breaks one off."""
        self.close_editor()
        if self._tool is not None:
            self.break_off()
            return
        pointer = self.pointer(event.position(), event.modifiers())
        self._tool = tool_for(self, event.button(), pointer, self.hit(pointer))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or point at something."""
        self._last = pointer = self.pointer(event.position(), event.modifiers())
        if self._tool is not None:
            self._tool.move(pointer)
        else:
            self._hover(self.hit(pointer))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture."""
        tool, self._tool = self._tool, None
        if tool is not None:
            tool.release(self.pointer(event.position(), event.modifiers()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for a node where there is nothing."""
        pointer = self.pointer(event.position(), event.modifiers())
        if event.button() == Qt.MouseButton.LeftButton and not self.hit(pointer).part:
            self.wanted.emit(pointer, None)
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer; a touchpad's two fingers move the view instead."""
        pixels, at = event.pixelDelta(), event.position()
        if not pixels.isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan(pixels.x(), pixels.y())
        else:
            self._turned += event.angleDelta().y()
            steps = int(self._turned / NOTCH)
            self._turned -= steps * NOTCH
            self.zoom(steps, at.x(), at.y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Break a gesture off with Escape, ask for a node with Space or Tab; the rest is the
        window's.
        """
        if event.key() == Qt.Key.Key_Escape and self._tool is not None:
            self.break_off()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Tab) and self._tool is None:
            self.wanted.emit(self._last or self._middle(), None)
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Leave the Tab key to ``keyPressEvent``."""
        return False

    def break_off(self) -> None:
        """End a gesture as if it had never been."""
        tool, self._tool = self._tool, None
        if tool is not None:
            tool.cancel()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is asked for, and no more."""
        painter = QPainter(self)
        self.painted = Counter()
        for rect in _few(event.region()):
            self._paint_part(painter, QRectF(rect))
        painter.setClipRegion(event.region())
        if self._tool is not None:
            painter.translate(self.camera.x, self.camera.y)
            painter.scale(self.camera.scale, self.camera.scale)
            self._tool.paint(painter)
        painter.end()

    def _paint_part(self, painter: QPainter, rect: QRectF) -> None:
        area = self.camera.area(rect.left(), rect.top(), rect.right(), rect.bottom())
        sheet = Sheet(self.scene, self.looks, self.camera, area, self.states, self.marks)
        painter.setClipRect(rect)
        paint(painter, rect, sheet)
        self.painted = (self.painted or Counter()) + sheet.tally

    def _follow(self, edit: Edit) -> None:
        self._repaint(self.scene.follow(edit))
        if self.editor is not None and self.editor.node_id not in self.scene.cards:
            self.editor.close()
        if not self.marks.selected <= self.scene.cards.keys():
            self.select(self.marks.selected)

    def _repaint(self, box: Box | None) -> None:
        """Have a part of the scene painted anew; ``None`` for all of it."""
        if box is None:
            self.update()
            return
        left, top = self.camera.to_view(box[0], box[1])
        right, bottom = self.camera.to_view(box[2], box[3])
        rect = QRectF(left, top, right - left, bottom - top).toAlignedRect()
        self.update(rect.adjusted(-14, -14, 14, 14) & QRect(0, 0, self.width(), self.height()))

    def _hover(self, found: Hit) -> None:
        before = (self.marks.hovered, self.marks.wire)
        self.marks.hovered = found.id if found.id in self.scene.cards else ""
        self.marks.wire = found.link
        if before != (self.marks.hovered, self.marks.wire):
            for node_id in {before[0], self.marks.hovered} & self.scene.cards.keys():
                self._repaint(self.scene.boxes[node_id])
            for link in (before[1], self.marks.wire):
                if link in self.scene.wires:
                    self._repaint(self.scene.wire_boxes[link])

    def _middle(self) -> Pointer:
        return self.pointer(QPointF(self.rect().center()), Qt.KeyboardModifier.NoModifier)

    def _tool_is_quiet(self) -> bool:
        """Tell whether nothing floats on top of the scene that a copy would take along."""
        return self._tool is None or isinstance(self._tool, Pan)


def _few(region: QRegion) -> list[QRect]:
    """Return the rectangles of a region, or of one in many pieces the one around them."""
    pieces: list[QRect] = [*cast("Iterable[QRect]", region)]
    return pieces if len(pieces) <= PIECES else [region.boundingRect()]


def _thumbnail_height(state: NodeState) -> float:
    """Return how high a picture stands on a node, in scene pixels."""
    if state.picture is None or state.picture.isNull():
        return 0.0
    return min(200.0 * state.picture.height() / state.picture.width(), 240.0)
