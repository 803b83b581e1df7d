"""A parameter for assistive technology: a control whose value is read and set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleValueInterface

from gui.canvas.entry import entered, shown_for_editing
from gui.canvas.parts import Part, linked_to
from gui.canvas.values import label
from nodegraph.edits import SetParam
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from nodegraph.params import Param

Role, Text = QAccessible.Role, QAccessible.Text


class ParamPart(Part):
    """A parameter, whose value can be read and set."""

    @property
    def param(self) -> Param:
        """What it is by its declaration."""
        return self.card.layout.fields[self.spot.name].param

    @property
    def value(self) -> Any:
        """What it is set to."""
        return self.card.node.params.get(self.spot.name, self.param.default)

    def parent(self) -> QAccessibleInterface:
        """Return its node."""
        return self._root.node_part(self.spot.id)

    def role(self) -> QAccessible.Role:
        """Return which control it is like."""
        if not self.isValid():
            return Role.NoRole
        if isinstance(self.value, bool):
            return Role.CheckBox
        if self.param.choices:
            return Role.ComboBox
        return Role.SpinBox if self.param.type in ("int", "float") else Role.EditableText

    def name(self) -> str:
        """Return the parameter's name."""
        return label(self.spot.name)

    def description(self) -> str:
        """Return its help, and whether a link drives it."""
        drives = linked_to(self.canvas, self.spot) if self._driven() else ""
        return ", ".join(filter(None, (self.param.help, drives)))

    def text(self, t: QAccessible.Text) -> str:
        """Return its value as one would type it."""
        if t == Text.Value and self.isValid():
            return shown_for_editing(self.param, self.value)
        return super().text(t)

    def setText(self, t: QAccessible.Text, text: str) -> None:
        """Set its value as if it were typed."""
        if t == Text.Value and self.isValid():
            try:
                self.set(entered(self.param, text))
            except NodegraphError as error:
                self.canvas.said.emit(str(error))

    def set(self, value: Any) -> None:
        """Set its value, where no link drives it."""
        if not self._driven() and value != self.value:
            self.canvas.document.apply(SetParam(self.spot.id, self.spot.name, value))

    def tell(self, state: Any) -> None:
        """Tell whether it can be set, and whether a switch is on."""
        state.readOnly = self._driven()
        state.editable = not self._driven()
        state.checkable = isinstance(self.value, bool)
        state.checked = self.value is True
        state.hasPopup = bool(self.param.choices)
        state.multiLine = self.param.widget == "multiline"

    def values(self) -> QAccessibleValueInterface | None:
        """Return how its number is read and set."""
        return Values(self) if self.role() == Role.SpinBox else None

    def _driven(self) -> bool:
        return self.canvas.scene.linked(self.spot.id, self.spot.name, output=False)


class Values(QAccessibleValueInterface):
    """The number of a parameter."""

    def __init__(self, part: ParamPart) -> None:
        super().__init__()
        self._part = part

    def currentValue(self) -> Any:
        """Return the number; of a random seed nothing."""
        return self._part.value if isinstance(self._part.value, (int, float)) else None

    def setCurrentValue(self, value: Any) -> None:
        """Set the number, where it fits."""
        self._part.setText(Text.Value, str(value))

    def maximumValue(self) -> Any:
        """Return the largest number allowed."""
        return None if self._part.param.range is None else self._part.param.range.high

    def minimumValue(self) -> Any:
        """Return the smallest number allowed."""
        return None if self._part.param.range is None else self._part.param.range.low

    def minimumStepSize(self) -> Any:
        """Return by how much an arrow changes it."""
        return 1 if self._part.param.range is None else self._part.param.range.step
