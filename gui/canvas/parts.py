"""What assistive technology is told of the parts of a canvas: nodes, sockets, parameters, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleInterface,
    QAccessibleValueInterface,
)
from shiboken6 import Shiboken

from gui.canvas.beside import area_of
from gui.canvas.spots import box_of, exists, rows
from gui.canvas.values import label

if TYPE_CHECKING:
    from gui.canvas.accessible import CanvasPart
    from gui.canvas.canvas import Canvas
    from gui.canvas.cards import Card
    from gui.canvas.hits import Hit

Role, Text = QAccessible.Role, QAccessible.Text
PHASES = {"running": "running", "done": "done", "cached": "unchanged", "error": "failed"}
NOTHING: Any = Shiboken.VoidPtr(0)  # type: ignore[attr-defined]
"""A null address; ``None`` and 0 would end the process (PySide6 6.11)."""

MODES = {"mute": "muted", "bypass": "bypassed"}


class Part(QAccessibleInterface):
    """A part of a canvas by its spot; it comes and goes with what is there.

    Attributes:
        spot: What it is.
    """

    def __init__(self, root: CanvasPart, spot: Hit) -> None:
        super().__init__()
        self._root, self.spot = root, spot
        self._extras: dict[Any, Any] = {}

    @property
    def canvas(self) -> Canvas:
        """The canvas it is on."""
        return self._root.canvas

    @property
    def card(self) -> Card:
        """The node it is, or stands on."""
        return self.canvas.scene.cards[self.spot.id]

    def isValid(self) -> bool:
        """Tell whether it is there still."""
        return self._root.isValid() and exists(self.canvas.scene, self.spot)

    def object(self) -> Any:
        """Return that no object stands for it alone."""
        return None

    def window(self) -> Any:
        """Return the window it is in."""
        return self._root.window()

    def parent(self) -> QAccessibleInterface:
        """Return what it is part of."""
        return self._root

    def childCount(self) -> int:
        """Return how many parts it has."""
        return 0

    def child(self, index: int) -> Any:
        """Return one of its parts."""
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return which of its parts one is; -1 for none."""
        return -1

    def childAt(self, x: int, y: int) -> Any:
        """Return the part under a point of the screen."""
        return None

    def setText(self, t: QAccessible.Text, text: str) -> None:
        """Change nothing."""

    def text(self, t: QAccessible.Text) -> str:
        """Return its name, its description or its value."""
        if not self.isValid():
            return ""
        if t == Text.Name:
            return self.name()
        return self.description() if t == Text.Description else ""

    def name(self) -> str:
        """Return what it is called."""
        raise NotImplementedError

    def description(self) -> str:
        """Return what is to be said of it besides."""
        return ""

    def rect(self) -> QRect:
        """Return where it is on the screen."""
        box = box_of(self.canvas.scene, self.spot) if self.isValid() else None
        if box is None:
            return QRect()
        camera = self.canvas.camera
        (left, top), (right, bottom) = camera.to_view(*box[:2]), camera.to_view(*box[2:])
        corner = self.canvas.mapToGlobal(QPoint(round(left), round(top)))
        return QRect(corner.x(), corner.y(), round(right - left), round(bottom - top))

    def state(self) -> QAccessible.State:
        """Return what it can be, and is."""
        state: Any = QAccessible.State()
        valid = self.isValid()
        state.invalid = not valid
        state.focusable = valid
        state.focused = valid and self.canvas.keys.focus == self.spot and self.canvas.hasFocus()
        if valid:
            self.tell(state)
        return state

    def tell(self, state: Any) -> None:
        """Add to the state what is so of this kind of part."""

    def interface_cast(self, t: QAccessible.InterfaceType) -> Any:
        """Return what more it can do; its address is taken, so it is kept."""
        if t not in self._extras:
            made = None
            if t == QAccessible.InterfaceType.ActionInterface:
                made = Actions(self)
            elif t == QAccessible.InterfaceType.ValueInterface:
                made = self.values()
            self._extras[t] = made
        extra = self._extras[t]
        return NOTHING if extra is None else extra

    def values(self) -> QAccessibleValueInterface | None:
        """Return how its number is read and set."""
        return None

    def press(self) -> None:
        """Do what Enter would."""
        self.canvas.keys.focused.put(self.spot)
        self.canvas.keys.enter()


class NodePart(Part):
    """A node, whose parts are its sockets and parameters."""

    def role(self) -> QAccessible.Role:
        """Return that it groups its sockets and parameters."""
        return Role.Grouping

    def name(self) -> str:
        """Return its title."""
        return self.card.title

    def description(self) -> str:
        """Return its type, whether it runs, how the run went, and its error in words."""
        node, spec = self.card.node, self.card.layout.spec
        state = self.canvas.states.nodes.get(node.id)
        words = [node.type if spec.known else f"{node.type}, unknown here", f"id {node.id}"]
        words += [MODES[node.mode]] if node.mode in MODES else []
        if state is not None and state.phase in PHASES:
            words += [PHASES[state.phase]]
            words += [state.message] if state.message else []
        return ", ".join(words)

    def tell(self, state: Any) -> None:
        """Tell whether it is selected, folded and running."""
        known = self.canvas.states.nodes.get(self.spot.id)
        state.selectable = state.movable = state.expandable = True
        state.selected = self.spot.id in self.canvas.selected
        state.collapsed = self.card.layout.collapsed
        state.busy = known is not None and known.phase == "running"

    def childCount(self) -> int:
        """Return how many sockets and parameters it has."""
        return len(rows(self.card)) if self.isValid() else 0

    def child(self, index: int) -> Part | None:
        """Return a socket or a parameter, in the order of the Tab key."""
        spots = rows(self.card) if self.isValid() else []
        return self._root.part(spots[index]) if 0 <= index < len(spots) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return which socket or parameter one is."""
        spots = rows(self.card) if self.isValid() else []
        return spots.index(child.spot) if isinstance(child, Part) and child.spot in spots else -1

    def childAt(self, x: int, y: int) -> Part | None:
        """Return the socket or the parameter under a point of the screen."""
        parts = [self._root.part(spot) for spot in rows(self.card)] if self.isValid() else []
        return next((part for part in parts if part.rect().contains(x, y)), None)


class SocketPart(Part):
    """An input or an output."""

    def role(self) -> QAccessible.Role:
        """Return that it can be pressed."""
        return Role.Button

    def parent(self) -> QAccessibleInterface:
        """Return its node."""
        return self._root.node_part(self.spot.id)

    def name(self) -> str:
        """Return which socket it is: ``latent, input``."""
        return f"{label(self.spot.name)}, {'output' if self.spot.output else 'input'}"

    def description(self) -> str:
        """Return its type and where its links lead."""
        layout = self.card.layout
        sockets = layout.outputs if self.spot.output else layout.inputs
        return f"{sockets[self.spot.name].type}, {linked_to(self.canvas, self.spot)}"

    def tell(self, state: Any) -> None:
        """Tell whether it has a link."""
        state.linked = self.canvas.scene.linked(
            self.spot.id, self.spot.name, output=self.spot.output
        )


class WirePart(Part):
    """A link, while it has the focus."""

    def role(self) -> QAccessible.Role:
        """Return that it is a link."""
        return Role.Link

    def name(self) -> str:
        """Return from where to where it leads."""
        link, cards = self.spot.link, self.canvas.scene.cards
        if link is None:
            return ""
        source, target = cards[link.source].title, cards[link.target].title
        return f"link from {label(link.output)} of {source} to {label(link.input)} of {target}"


class BendPart(WirePart):
    """A bend of a link, while it has the focus."""

    def name(self) -> str:
        """Return which bend of which link it is."""
        return f"bend {int(self.spot.name) + 1} of the {super().name()}"


class AreaPart(Part):
    """A frame or a note."""

    def role(self) -> QAccessible.Role:
        """Return that a frame groups what stands in it, and that a note is text."""
        return Role.Grouping if self.spot.part == "frame" else Role.Note

    def name(self) -> str:
        """Return a frame's title, or a note's text."""
        scene, key = self.canvas.scene, self.spot.id
        if self.spot.part == "frame":
            return f"frame {scene.frames[key].title}".strip()
        return f"note {scene.notes[key].text}".strip()

    def tell(self, state: Any) -> None:
        """Tell whether it is selected."""
        state.selectable = state.movable = True
        state.selected = area_of(self.spot) in self.canvas.marks.areas


class Actions(QAccessibleActionInterface):
    """What can be done to a part: press it, focus it, ask for its menu."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self._part = part

    def actionNames(self) -> list[str]:
        """Return the names of what can be done."""
        return [self.pressAction(), self.setFocusAction(), self.showMenuAction()]

    def doAction(self, actionName: str) -> None:
        """Do one of them."""
        part = self._part
        if not part.isValid():
            return
        if actionName == self.pressAction():
            part.press()
        elif actionName == self.setFocusAction():
            part.canvas.setFocus()
            part.canvas.keys.focused.put(part.spot)
        elif actionName == self.showMenuAction():
            part.canvas.keys.focused.put(part.spot)
            part.canvas.menu_wanted.emit(part.spot, part.canvas.keys.pointer())

    def keyBindingsForAction(self, actionName: str) -> list[str]:
        """Return the keys that do the same."""
        keys = {self.pressAction(): ["Return"], self.showMenuAction(): ["Menu"]}
        return keys.get(actionName, [])


def linked_to(canvas: Canvas, spot: Hit) -> str:
    """Return in words where the links of a socket lead."""
    cards, wires = canvas.scene.cards, canvas.scene.wires_of(spot.id)
    if spot.output:
        ends = [
            f"{label(wire.link.input)} of {cards[wire.link.target].title}"
            for wire in wires
            if (wire.link.source, wire.link.output) == (spot.id, spot.name)
        ]
        return f"linked to {' and '.join(sorted(ends))}" if ends else "not linked"
    starts = [
        f"{label(wire.link.output)} of {cards[wire.link.source].title}"
        for wire in sorted(wires, key=lambda wire: wire.link.index)
        if (wire.link.target, wire.link.input) == (spot.id, spot.name)
    ]
    return f"linked from {' and '.join(starts)}" if starts else "not linked"
