"""From any thread to Qt's."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from collections.abc import Callable


class Post(QObject):
    """Calls functions on the thread it was made on, one after another, as they were put.

    It belongs to no other object: threads may put something as long as they know it.
    """

    _put = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._closed = False
        self._calls: deque[tuple[Callable[..., object], tuple[Any, ...]]] = deque()
        self._put.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def put(self, function: Callable[..., object], *args: Any) -> None:
        """Have a function called soon; from any thread. A closed post calls nothing."""
        if self._closed:
            return
        self._calls.append((function, args))
        self._put.emit()

    def close(self) -> None:
        """Call nothing any more: whoever waits may be gone."""
        self._closed = True

    def _call(self) -> None:
        function, args = self._calls.popleft()
        if self._closed:
            return
        function(*args)
