"""A picture of the graph, as a file."""

import pytest
from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from gui.canvas.canvas import Canvas
from gui.canvas.looks import Looks
from gui.canvas.scene import Scene
from gui.desk import drawing
from gui.desk.exporting import Exporting
from gui.theme import DARK
from nodegraph.graph import Graph
from tests.nodegraph import toys


@pytest.fixture
def canvas(qtbot, desk, file):
    widget = Canvas(desk.open(file), Looks(DARK))
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def exporting(desk, saving, asking):
    return Exporting(desk, saving, asking)


def test_a_picture_has_the_whole_graph_at_one_or_two_pixels_a_pixel(
    exporting, canvas, answer, tmp_path
):
    left, top, right, bottom = canvas.scene.bounds()
    wanted = QSize(round(right - left) + 80, round(bottom - top) + 80)
    for ratio in (1, 2):
        exporting.as_png(canvas, ratio)
        answer(tmp_path / f"{ratio}.png")
        assert QImage(str(tmp_path / f"{ratio}.png")).size() == wanted * ratio


def test_a_drawing_has_lines_and_no_pixels(exporting, canvas, answer, tmp_path):
    exporting.as_svg(canvas)
    answer(tmp_path / "a.svg")
    data = (tmp_path / "a.svg").read_bytes()
    assert b"<image" not in data
    assert QSvgRenderer(QByteArray(data)).isValid()


def test_nothing_to_draw_gets_a_sentence(exporting, canvas, answer, said, tmp_path):
    canvas.scene = Scene(Graph(toys.catalogue))
    exporting.as_svg(canvas)
    answer(tmp_path / "a.svg")
    assert "there is nothing in it" in said[0]
    assert not (tmp_path / "a.svg").exists()


def test_a_picture_no_program_could_show_gets_a_sentence(
    exporting, canvas, answer, said, tmp_path, monkeypatch
):
    monkeypatch.setattr(drawing, "MOST", 100)
    exporting.as_png(canvas, 2)
    answer(tmp_path / "a.png")
    assert "export it as SVG" in said[0]


def test_a_miniature_fills_one_side_of_what_is_asked(canvas):
    image = drawing.miniature(canvas.document.graph, canvas.looks, QSize(200, 120), 2)
    assert image.width() == 400 or image.height() == 240
    assert image.width() <= 400
    assert image.height() <= 240
