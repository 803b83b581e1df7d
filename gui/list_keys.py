"""A list that is moved through by keys typed into the line above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QListWidget

STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


def take_key(
    event: QKeyEvent,
    rows: QListWidget,
    page: int,
    choose: Callable[[], object],
    close: Callable[[], object],
) -> bool:
    """Move, choose with Enter, close with Escape; tells whether the key is used up, as Tab is.

    Args:
        page: Rows that Page Up and Page Down move by.
    """
    key = Qt.Key(event.key())
    if key == Qt.Key.Key_Escape:
        close()
    elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        choose()
    elif key in STEPS or key in PAGES:
        row = rows.currentRow() + STEPS.get(key, page * PAGES.get(key, 0))
        rows.setCurrentRow(min(max(row, 0), rows.count() - 1))
    else:
        return key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
    return True
