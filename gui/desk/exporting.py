"""A picture of the graph as a file: PNG at one or two pixels a pixel, or SVG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gui.desk.drawing import png, svg
from nodegraph.storage import StorageError

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas
    from gui.desk.asking import Asking
    from gui.desk.desk import Desk
    from gui.desk.saving import Saving

SCALES = (1.0, 2.0)


class Exporting:
    """Draws what a canvas shows, all of it, and asks where the picture goes."""

    def __init__(self, desk: Desk, saving: Saving, asking: Asking) -> None:
        self._desk, self._saving, self._asking = desk, saving, asking

    def as_png(self, canvas: Canvas, ratio: float) -> None:
        """Export a PNG.

        Args:
            canvas: What it shows.
            ratio: Pixels a scene pixel.
        """
        suffix = "" if ratio == 1 else f"@{ratio:g}x"
        self._ask(canvas, f"{suffix}.png", ["PNG picture (*.png)"], ratio)

    def as_svg(self, canvas: Canvas) -> None:
        """Export an SVG."""
        self._ask(canvas, ".svg", ["SVG drawing (*.svg)"], 1.0)

    def _ask(self, canvas: Canvas, ending: str, filters: list[str], ratio: float) -> None:
        path = self._desk.current.path if self._desk.current else None
        suggested = Path(f"{path.stem if path else 'workflow'}{ending}")
        self._asking.save(
            "Export a picture of the graph",
            suggested,
            filters,
            lambda path: self._write(canvas, path, ratio),
        )

    def _write(self, canvas: Canvas, path: Path, ratio: float) -> None:
        try:
            if path.suffix == ".svg":
                data = svg(canvas.scene, canvas.looks, path.stem, canvas.states)
            else:
                data = png(canvas.scene, canvas.looks, ratio, canvas.states)
        except StorageError as error:
            self._desk.failed.emit(self._desk.current, str(error))
            return
        self._saving.write(path, data)
