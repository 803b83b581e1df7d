"""Pictures of a graph: for a file, and small ones for the browser of templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from gui.canvas.camera import Camera, fitted
from gui.canvas.paint import paint_scene, picture
from gui.canvas.scene import Scene
from nodegraph.storage import StorageError

if TYPE_CHECKING:
    from gui.canvas.boxes import Box
    from gui.canvas.looks import Looks
    from gui.canvas.states import States
    from nodegraph.graph import Graph

MARGIN = 40
"""Around the graph, in scene pixels."""

MOST = 20_000
"""Pixels a side that a picture may have."""


LARGER, INSET = 4, 40
"""How much larger a miniature is painted first, for the details, and its margin there in px."""


def png(scene: Scene, looks: Looks, ratio: float, states: States | None = None) -> bytes:
    """Return a picture of the whole graph.

    Args:
        scene: The graph.
        looks: In which theme.
        ratio: Pixels a scene pixel.
        states: What a run says of the nodes.

    Raises:
        StorageError: There is nothing to draw, or it would be too large.
    """
    box = _whole(scene)
    width, height = (
        round((high - low) * ratio) for low, high in zip(box[:2], box[2:], strict=True)
    )
    if max(width, height) > MOST:
        raise StorageError(
            f"cannot draw the graph: {width:,} by {height:,} pixels are more than the {MOST:,} a "
            "side that most programs can show; export it as SVG"
        )
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    paint_scene(painter, scene, looks, box, states)
    painter.end()
    return encoded(image)


def svg(scene: Scene, looks: Looks, title: str, states: States | None = None) -> bytes:
    """Return a drawing of the whole graph, sharp at every size.

    Raises:
        StorageError: There is nothing to draw.
    """
    from PySide6.QtSvg import QSvgGenerator

    box = _whole(scene)
    size = QSize(round(box[2] - box[0]), round(box[3] - box[1]))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    painter = QPainter(generator)
    paint_scene(painter, scene, looks, box, states)
    painter.end()
    return bytes(buffer.data().data())


def miniature(graph: Graph, looks: Looks, size: QSize, ratio: float) -> QImage:
    """Return a small picture of a graph, as large as fits in; one of its sides may be shorter.

    Args:
        graph: Everything in it stands somewhere.
        looks: In which theme.
        size: Of the picture in logical pixels.
        ratio: Device pixels a logical pixel.
    """
    scene = Scene(graph)
    left, top, right, bottom = scene.bounds() or (0.0, 0.0, 1.0, 1.0)
    scale = fitted((left, top, right, bottom), LARGER * size.width(), LARGER * size.height(), 0.0)
    camera = Camera(round(INSET - left * scale.scale), round(INSET - top * scale.scale), scale.step)
    whole = QSize(
        round((right - left) * scale.scale + 2 * INSET),
        round((bottom - top) * scale.scale + 2 * INSET),
    )
    smooth, keep = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.KeepAspectRatio
    return picture(scene, looks, camera, whole, ratio=ratio).scaled(size * ratio, keep, smooth)


def encoded(image: QImage) -> bytes:
    """Return an image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]
    return bytes(buffer.data().data())


def _whole(scene: Scene) -> Box:
    box = scene.bounds()
    if box is None:
        raise StorageError("cannot draw the graph: there is nothing in it; add a node first")
    rect = QRectF(box[0], box[1], box[2] - box[0], box[3] - box[1])
    rect = QRectF(rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN).toAlignedRect())
    return rect.left(), rect.top(), rect.right(), rect.bottom()
