import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from gui.canvas.looks import Looks
from gui.theme import DARK
from gui.viewers.two_pictures import TwoPictures


def picture(path, color):
    image = QImage(8, 6, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    image.save(str(path))
    return path


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_two_pictures_are_named_under_one_slider(window, tmp_path):
    one, other = picture(tmp_path / "a.png", "red"), picture(tmp_path / "b.png", "blue")
    shown = TwoPictures(one, other, lambda: Looks(DARK), window)

    assert "a.png" in shown.names.text()
    assert shown.plate.image.pixelColor(0, 0) == QColor("red")


def test_what_is_no_picture_is_said(window, tmp_path):
    one = picture(tmp_path / "a.png", "red")
    other = tmp_path / "b.png"
    other.write_text("rubbish")
    shown = TwoPictures(one, other, lambda: Looks(DARK), window)

    assert "b.png is no picture" in shown.plate.empty
