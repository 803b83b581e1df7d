"""A picture that is no file becomes one before a node loads it."""

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QImage

from gui.desk.pictures import keep_picture
from nodegraph.storage import StorageError


def mime(image):
    data = QMimeData()
    data.setImageData(image)
    return data


def test_each_pasted_picture_is_a_file_of_its_own(qapp, tmp_path):
    image = QImage(12, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    paths = [keep_picture(mime(image), tmp_path / "pasted") for _ in range(2)]
    assert [path.name for path in paths] == ["picture_00001.png", "picture_00002.png"]
    assert QImage(str(paths[0])).pixelColor(3, 3) == QColor("red")


def test_what_is_no_picture_gets_a_sentence(qapp, tmp_path):
    with pytest.raises(StorageError, match="it cannot be read"):
        keep_picture(mime(QImage()), tmp_path)
    with pytest.raises(StorageError, match="it cannot be read"):
        keep_picture(QMimeData(), tmp_path)


def test_a_folder_in_the_way_gets_a_sentence(qapp, tmp_path):
    (tmp_path / "pasted").write_text("in the way")
    image = QImage(2, 2, QImage.Format.Format_RGB32)
    with pytest.raises(StorageError, match="cannot save"):
        keep_picture(mime(image), tmp_path / "pasted")
