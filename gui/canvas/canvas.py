"""The canvas: one painted widget. It redraws from the document's announcements alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from gui.canvas.camera import Camera, fitted
from gui.canvas.dropping import acceptable
from gui.canvas.editing import Editing
from gui.canvas.hits import Hit, hit
from gui.canvas.keys import Keys
from gui.canvas.options import Options
from gui.canvas.paint import paint
from gui.canvas.paint_header import on_badge
from gui.canvas.pointing import Pointing
from gui.canvas.scene import Scene
from gui.canvas.sheet import Marks, Sheet
from gui.canvas.states import States
from gui.canvas.telling import tell_node, tell_zone
from gui.canvas.views import Views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtGui import (
        QDragEnterEvent,
        QDragMoveEvent,
        QDropEvent,
        QHelpEvent,
        QKeyEvent,
        QMouseEvent,
        QNativeGestureEvent,
        QPaintEvent,
        QRegion,
        QWheelEvent,
    )

    from gui.canvas.areas import Area
    from gui.canvas.boxes import Box
    from gui.canvas.fields import FieldEditor
    from gui.canvas.looks import Looks
    from gui.canvas.states import NodeState, ZoneState
    from gui.canvas.text_editor import TextEditor
    from gui.canvas.tools.tool import Pointer
    from gui.canvas.wires import Wire
    from gui.document.document import Document
    from nodegraph.edits import Edit

NO_KEY = Qt.KeyboardModifier.NoModifier
PIECES = 3
"""A region of more pieces is painted as one."""


class Canvas(QWidget):
    """Shows a document's graph and lets one change it by hand.

    Attributes:
        selection_changed: Other nodes are selected now.
        wanted: A node is wanted at a ``Pointer``, to link to an ``End``, or to ``None``.
        moved: The view shows another part of the scene.
        looked: The value of a node's output is to be looked at: a socket or a link was clicked.
        entered: The inside of a subgraph's node is to be shown.
        left: What is around is to be shown.
        menu_wanted: A menu is wanted for a ``Hit``, at a ``Pointer``.
        help_wanted: Help is wanted on a node type, by id, or on one of its sockets or parameters.
        options_changed: A person chose otherwise how links are drawn.
        dropped: Mime data was dropped at a ``Pointer``.
        browse: A file is to be chosen for a node's parameter.
        mask_wanted: A node's mask is to be painted by hand.
        said: A sentence for the person, such as why something cannot be done.
        model_names: Tells which models of a kind there are, to be offered where one is named.
        painted: How much the last paint painted, by kind.
        pointing: The gesture under way.
        editing: The editor of the parameter that is being edited.
        keys: What the keyboard does here, and what has the focus.
        views: The parts of the scene that were looked at before.
    """

    selection_changed = Signal()
    wanted = Signal(object, object)
    moved = Signal()
    looked = Signal(str, str)
    entered = Signal(str)
    left = Signal()
    menu_wanted = Signal(object, object)
    help_wanted = Signal(str, str)
    options_changed = Signal()
    dropped = Signal(object, object)
    browse = Signal(str, str)
    mask_wanted = Signal(str)
    said = Signal(str)

    def __init__(self, document: Document, looks: Looks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.looks = document, looks
        self.scene = Scene(document.graph)
        self.camera = Camera()
        self.states, self.marks = States(), Marks()
        self.model_names: Callable[[str], Sequence[str]] = lambda _: ()
        self.options, self.views = Options(), Views(self)
        self.painted: Counter[str] | None = None
        self.pointing, self.editing = Pointing(self), Editing(self)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Graph")
        document.changed.connect(self._follow)
        self.keys = Keys(self)

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
        if self.devicePixelRatioF().is_integer() and self.pointing.quiet:
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

    def set_options(self, options: Options) -> None:
        """Draw links as a person chose."""
        if options.course != self.scene.course:
            self.scene.draw_links(options.course)
        if options != self.options:
            self.options = options
            self.options_changed.emit()
            self.update()

    # Selecting

    @property
    def selected(self) -> set[str]:
        """The ids of the selected nodes."""
        return self.marks.selected

    def select(self, node_ids: Iterable[str], areas: Iterable[Area] = ()) -> None:
        """Select these nodes, frames and notes, and no others."""
        chosen, marked = set(node_ids) & self.scene.cards.keys(), set(areas)
        marked &= {*self.scene.areas()} if marked else set()
        if chosen != self.marks.selected or marked != self.marks.areas:
            for node_id in chosen - self.marks.selected if len(chosen) < 100 else ():
                self.scene.raise_card(node_id)
            self.marks.selected, self.marks.areas = chosen, marked
            self.selection_changed.emit()
            self.update()

    # Editing in place

    @property
    def editor(self) -> FieldEditor | TextEditor | None:
        """The editor of the parameter that is being edited."""
        return self.editing.editor

    def edit(self, node_id: str, name: str) -> None:
        """Edit a parameter in place; a switch is switched at once."""
        self.editing.open(node_id, name)

    def close_editor(self) -> None:
        """Keep what is typed, where it fits, and close the editor."""
        self.editing.close()

    # Telling

    def set_state(self, node_id: str, state: NodeState) -> None:
        """Show what a run says of a node."""
        tell_node(self, node_id, state)

    def set_zone_state(self, zone: str, state: ZoneState | None) -> None:
        """Show which turn a zone is in."""
        tell_zone(self, zone, state)

    # Pointing

    def hit(self, pointer: Pointer, *, params: bool = False) -> Hit:
        """Return what is under the pointer."""
        found = hit(self.scene, pointer.x, pointer.y, self.pointing.reach, params=params)
        hidden = found.link is not None and self._hides(self.scene.wires[found.link])
        return Hit() if hidden else found

    def wires_in(self, area: Box) -> list[Wire]:
        """Return the links that show in an area, but for those of types that are hidden."""
        return [wire for wire in self.scene.wires_in(area) if not self._hides(wire)]

    def _hides(self, wire: Wire) -> bool:
        hidden = self.options.hidden
        return bool(hidden) and self.scene.carried(wire) in hidden

    def pointer(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        """Return a point of the widget and the keys held with it."""
        return self.pointing.pointer(at, modifiers)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture; a second button breaks one off."""
        self.pointing.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or point at something."""
        self.pointing.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture."""
        self.pointing.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what is under the pointer, or ask for a node where there is nothing."""
        self.pointing.double(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, or move the view."""
        self.pointing.wheel(event)

    def event(self, event: QEvent) -> bool:
        """Take in the touchpad's pinch, for which Qt has no handler of its own."""
        if event.type() == QEvent.Type.NativeGesture:
            self.pointing.pinch(cast("QNativeGestureEvent", event))
            return True
        if event.type() == QEvent.Type.ToolTip:
            self._tell_why(cast("QHelpEvent", event))
            return True
        return super().event(event)

    def _tell_why(self, event: QHelpEvent) -> None:
        """Say over a node's mark in what it is not what it was."""
        x, y = self.camera.to_scene(event.pos().x(), event.pos().y())
        card = self.scene.cards.get(self.hit(self.pointer(QPointF(event.pos()), NO_KEY)).id)
        state = self.states.nodes.get(card.id) if card else None
        if card is None or state is None or not on_badge(x - card.x, y - card.y):
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPos(), state.why, self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what may be dropped."""
        if acceptable(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take what may be dropped."""
        if acceptable(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped, and where."""
        if acceptable(event.mimeData()):
            event.acceptProposedAction()
            pointer = self.pointer(event.position(), event.modifiers())
            self.dropped.emit(event.mimeData(), pointer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Break a gesture off with Escape, move the view by hand with Space, ask for a node with
        Tab; the rest is the window's.
        """
        pointing = self.pointing
        if event.key() == Qt.Key.Key_Escape and pointing.tool is not None:
            pointing.break_off()
        elif event.key() == Qt.Key.Key_Space and pointing.tool is None:
            if not event.isAutoRepeat():
                pointing.panning, pointing.used = True, False
        elif event.key() == Qt.Key.Key_Tab and pointing.tool is None:
            self.wanted.emit(pointing.where(), None)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Ask for a node with Space, where it did not move the view."""
        pointing = self.pointing
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
            super().keyReleaseEvent(event)
            return
        wanted, pointing.panning = pointing.panning and not pointing.used, False
        if wanted:
            self.wanted.emit(pointing.where(), None)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Leave the Tab key to ``keyPressEvent``."""
        return False

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is asked for, and no more."""
        painter = QPainter(self)
        self.painted = Counter()
        for rect in _few(event.region()):
            self._paint_part(painter, QRectF(rect))
        painter.setClipRegion(event.region())
        if self.pointing.tool is not None:
            painter.translate(self.camera.x, self.camera.y)
            painter.scale(self.camera.scale, self.camera.scale)
            self.pointing.tool.paint(painter)
        self.keys.focused.paint(painter)
        painter.end()

    def _paint_part(self, painter: QPainter, rect: QRectF) -> None:
        area = self.camera.area(rect.left(), rect.top(), rect.right(), rect.bottom())
        sheet = Sheet(self.scene, self.looks, self.camera, area, self.states, self.marks)
        sheet.options = self.options
        painter.setClipRect(rect)
        paint(painter, rect, sheet)
        self.painted = (self.painted or Counter()) + sheet.tally

    def _follow(self, edit: Edit) -> None:
        self.repaint_box(self.scene.follow(edit))
        self.editing.follow()
        marks, scene = self.marks, self.scene
        if not (marks.selected <= scene.cards.keys() and marks.areas <= {*scene.areas()}):
            self.select(marks.selected, marks.areas)

    def repaint_box(self, box: Box | None) -> None:
        """Have a part of the scene painted anew; ``None`` for all of it."""
        if box is None:
            self.update()
            return
        left, top = self.camera.to_view(box[0], box[1])
        right, bottom = self.camera.to_view(box[2], box[3])
        rect = QRectF(left, top, right - left, bottom - top).toAlignedRect()
        self.update(rect.adjusted(-14, -14, 14, 14) & QRect(0, 0, self.width(), self.height()))


def _few(region: QRegion) -> list[QRect]:
    """Return the rectangles of a region, or of one in many pieces the one around them."""
    pieces: list[QRect] = [*cast("Iterable[QRect]", region)]
    return pieces if len(pieces) <= PIECES else [region.boundingRect()]
