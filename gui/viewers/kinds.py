"""Which viewer shows which kind of value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.viewers.list_view import ListItems
from gui.viewers.picture_view import PictureView
from gui.viewers.plot import Plot
from gui.viewers.sound_view import SoundView
from gui.viewers.text_view import NumberView, TextView
from gui.viewers.token_view import TokenView

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.looks import Looks
    from gui.viewers.viewer import Viewer

PICTURES = ("image", "mask", "latent", "video")


def make_viewer(kind: str, looks: Callable[[], Looks]) -> Viewer:
    """Return a new viewer of a kind of value; what no viewer is made for is shown in words."""
    if kind in PICTURES:
        return PictureView(looks)
    if kind == "list":
        return ListItems(_Rack(looks).viewer)
    made: dict[str, Callable[[], Viewer]] = {
        "conditioning": lambda: TokenView(looks),
        "schedule": lambda: Plot(looks),
        "number": lambda: NumberView(looks),
        "audio": lambda: SoundView(looks),
    }
    return made.get(kind, TextView)()


class _Rack:
    """Viewers of the items of a list, each made once."""

    def __init__(self, looks: Callable[[], Looks]) -> None:
        self._looks = looks
        self._made: dict[str, Viewer] = {}

    def viewer(self, kind: str) -> Viewer:
        """Return the viewer of a kind."""
        shared = "image" if kind in PICTURES else kind
        if shared not in self._made:
            self._made[shared] = make_viewer(shared, self._looks)
        return self._made[shared]
