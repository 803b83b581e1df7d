"""What a viewer of one kind of value can do, for the panel that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from gui.viewers.source import Source


class Viewer(Protocol):
    """Shows one value after another, as far as possible in the same way: nearness, channel."""

    @property
    def face(self) -> QWidget:
        """What is shown."""
        ...

    def show_value(self, source: Source) -> None:
        """Show a value."""
        ...

    def image(self) -> QImage:
        """Return what is to be saved as a picture; a null one where there is none."""
        ...

    def text(self) -> str:
        """Return what is to be copied as text; nothing where a picture says more."""
        ...
