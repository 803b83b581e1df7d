"""Pictures that are no files yet, pasted or dragged from a browser: kept as files, to be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from gui.desk.drawing import encoded
from gui.document.folders import data_folder
from nodegraph.storage import StorageError, write_new

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QImage


def keep_picture(data: QMimeData, folder: Path | None = None) -> Path:
    """Write the picture that is on the clipboard, or was dropped, into the user's data.

    A workflow names it by its path, so it stays there for good.

    Raises:
        StorageError: There is none that can be read, or it cannot be written.
    """
    image = cast("QImage | None", data.imageData())
    if image is None or image.isNull():
        raise StorageError("cannot paste the picture: it cannot be read; save it to a file first")
    return write_new(folder or data_folder() / "pasted", "picture", ".png", encoded(image))
