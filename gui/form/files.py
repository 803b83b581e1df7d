"""The widgets of parameters that name files: any, one of weights, a mask's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFileDialog

from gui.canvas.offering import offer, show_all
from gui.form.line import Line, button

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodegraph.params import Param


class Path(Line):
    """A file or a folder, with a button that browses."""

    def __init__(self, param: Param) -> None:
        super().__init__(param)
        self.browse = button("Browse…", f"Choose a {param.widget}")
        self.browse.clicked.connect(self._browse)
        self.row.addWidget(self.browse)

    def _browse(self) -> None:
        dialog = QFileDialog(self.window(), f"Choose a {self.param.widget}")
        if self.param.widget == "folder":
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.chosen)
        dialog.open()

    def chosen(self, path: str) -> None:
        """Take a path in."""
        self.line.setText(path)
        self.edited.emit(path)


class Model(Path):
    """A file of weights, by a name of those there are or by its path.

    Attributes:
        names: Tells which there are of a kind, each time the line is gone to.
    """

    def __init__(self, param: Param) -> None:
        super().__init__(param)
        self.names: Callable[[str], Sequence[str]] = lambda _: ()
        self.line.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Offer the names as they are by now; all of them where the line is clicked."""
        if isinstance(event, QFocusEvent) and event.gotFocus():
            if event.reason() == Qt.FocusReason.PopupFocusReason:
                return False  # from the names themselves, of which one may just be taken
            offer(self.line, self.names(self.param.kind), self.edited.emit)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            show_all(self.line)
        return False


class Mask(Path):
    """A mask's file, with a button for painting it besides.

    Attributes:
        paint_wanted: The button was pressed.
    """

    paint_wanted = Signal()

    def __init__(self, param: Param) -> None:
        super().__init__(param)
        self.paint = button("Paint…", "Paint the mask by hand")
        self.paint.clicked.connect(self.paint_wanted)
        self.row.insertWidget(1, self.paint)
