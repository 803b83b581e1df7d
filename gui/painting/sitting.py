"""One mask that is to be painted: in which graph, over which picture, as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage

from gui.painting.files import fitted, keep_mask, read_mask
from gui.painting.subject import FEATHER, kept_edit
from gui.painting.under import picture_under
from nodegraph.errors import GraphError
from nodegraph.execution.context import Options

if TYPE_CHECKING:
    from pathlib import Path

    from gui.document.document import Document
    from gui.painting.stroke import Bytes
    from gui.painting.subject import Subject
    from gui.painting.under import Output

NOTHING = "there is no picture to paint on; link one to the node, or choose its mask's file first"
GROUND = QColor(96, 96, 96)
"""What a mask is painted over that belongs to no picture."""


@dataclass(frozen=True)
class Sitting:
    """A mask before and after it is painted.

    Attributes:
        document: What has the node: a document, or the inside of a subgraph.
        subject: The node and its parameter.
        base: Where relative paths lead from.
    """

    document: Document
    subject: Subject
    base: Path

    @property
    def picture(self) -> Output | None:
        """The output whose picture is underneath."""
        return self.subject.picture or picture_under(self.document.graph, self.subject.node)

    @property
    def title(self) -> str:
        """What the node is called, or the one whose picture it is."""
        graph = self.document.graph
        node_id = self.subject.picture[0] if self.subject.picture else self.subject.node
        return graph[node_id].title or graph.spec(node_id).title

    @property
    def feather(self) -> float | None:
        """How soft the node makes the edges; ``None`` where that cannot be set."""
        graph = self.document.graph
        if not self.subject.has(graph, FEATHER):
            return None
        return float(self.subject.value(graph, FEATHER, 0.0))

    def values(self) -> Bytes | None:
        """Return the mask as it is, (H, W), 255 where it is 1; ``None`` where there is none yet.

        Raises:
            StorageError: Its file cannot be read.
        """
        graph, subject = self.document.graph, self.subject
        path = str(subject.value(graph, subject.param, ""))
        if not path:
            return None
        channel = str(subject.value(graph, "channel", "luminance"))
        invert = subject.value(graph, "invert", False) is True
        return read_mask(Options(base=self.base).resolve(path), channel, invert=invert)

    def keep(self, values: Bytes, feather: float | None) -> None:
        """Write a mask and have the node use it, as one step of the document.

        Raises:
            StorageError: It cannot be written.
            GraphError: The node is not there any more.
        """
        graph, subject = self.document.graph, self.subject
        node_id = subject.picture[0] if subject.picture else subject.node
        if node_id not in graph:
            raise GraphError(f"{node_id} is gone; undo what removed it, and keep the mask again")
        edit = kept_edit(graph, subject, str(keep_mask(values)), feather)
        if edit.edits:
            self.document.apply(edit)


def on(picture: QImage | None, values: Bytes | None) -> tuple[QImage, Bytes, str]:
    """Return a picture and its mask in one size, and what there is to say about that.

    Raises:
        GraphError: There is neither.
    """
    if picture is None and values is None:
        raise GraphError(NOTHING)
    if picture is None:
        assert values is not None
        picture = QImage(values.shape[1], values.shape[0], QImage.Format.Format_RGB32)
        picture.fill(GROUND)
        return picture, values, "It belongs to no picture yet, and is painted on grey."
    size = (picture.width(), picture.height())
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    if values is None:
        return picture, np.zeros(size[::-1], np.uint8), ""
    if values.shape == size[::-1]:
        return picture, values, ""
    height, width = values.shape
    said = f"The mask had {width} by {height} pixels, and now has as many as the picture."
    return picture, fitted(values, size), said
