"""What may be dropped on the canvas from elsewhere; the window says what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

NODE_TYPE = "application/x-nodegraph-type"
"""A node type from the library: its id in UTF-8."""


def acceptable(data: QMimeData) -> bool:
    """Tell whether something of a kind that may be dropped is being dragged."""
    return data.hasFormat(NODE_TYPE) or data.hasUrls() or data.hasImage() or data.hasText()


def node_type(data: QMimeData) -> str:
    """Return the id of the node type that is dragged; empty where it is something else."""
    if not data.hasFormat(NODE_TYPE):
        return ""
    return bytes(data.data(NODE_TYPE).data()).decode(errors="replace")
