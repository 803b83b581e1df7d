"""The mask over the picture: from near and from afar, tinted, softened."""

import numpy as np
import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage

from gui.painting.feathering import Feathering
from gui.painting.levels import Levels
from gui.painting.mask import PaintedMask
from gui.painting.overlay import Overlay
from gui.painting.stroke import Brush, Spot


def noise(width, height):
    return np.random.default_rng(1).integers(0, 256, (height, width), np.uint8)


def test_smaller_copies_are_means_and_follow_a_change():
    values = noise(1001, 700)
    levels = Levels(values)
    values[300:420, 100:333] = 255
    levels.refresh((100, 300, 333, 420))
    half, side = levels.at(0.5)
    assert side == 2
    mean = values[:700, :1000].reshape(350, 2, 500, 2).mean(axis=(1, 3))
    assert np.abs(half[:, :500] - mean).max() <= 0.5
    fresh, _ = Levels(values).at(0.1)
    assert np.array_equal(levels.at(0.1)[0], fresh)


@pytest.mark.parametrize("radius", [2.0, 30.0])
def test_softened_edges_follow_a_change_as_if_all_were_made_anew(radius):
    values = np.zeros((400, 500), np.uint8)
    soft = Feathering(values, radius)
    values[100:200, 150:300] = 255
    soft.refresh((150, 100, 300, 200))
    whole = Feathering(values, radius).soft.astype(int)
    assert np.abs(soft.soft - whole).max() <= 6


def test_softening_is_the_nodes():
    torch = pytest.importorskip("torch")
    from nodes.lib import masks

    values = np.zeros((60, 80), np.uint8)
    values[20:40, 20:50] = 255
    expected = masks.blurred(torch.from_numpy(values[None] / np.float32(255)), 4.0)[0].numpy()
    assert np.abs(Feathering(values, 4.0).soft / 255 - expected).max() < 0.02


def test_each_pixel_of_the_screen_shows_the_mask_under_it(qapp):
    mask = PaintedMask(noise(8, 6))
    overlay = Overlay(mask)
    overlay.shown = "mask"
    image = overlay.image(QRect(10, 20, 80, 60), QRectF(10, 20, 80, 60), 1.0)
    shown = [[image.pixelColor(x * 10 + 5, y * 10 + 5).red() for x in range(8)] for y in range(6)]
    assert shown == mask.values.tolist()


def test_a_part_that_is_painted_alone_is_as_in_the_whole(qapp):
    overlay = Overlay(PaintedMask(noise(900, 700)))
    spot = QRectF(8, 8, 423.7, 329.5)
    whole = overlay.image(QRect(8, 8, 400, 300), spot, 2.0)
    part = overlay.image(QRect(108, 58, 50, 40), spot, 2.0)
    cut = whole.copy(200, 100, 100, 80)
    cut.setDevicePixelRatio(2.0)
    assert part == cut


def test_a_tint_lets_the_picture_through_and_nothing_hides_what_is_not_masked(qapp):
    mask = PaintedMask(np.zeros((4, 4), np.uint8))
    mask.begin(Spot(0.5, 0.5), Brush(1, 1.0))
    mask.end()
    overlay = Overlay(mask)
    image = overlay.image(QRect(0, 0, 4, 4), QRectF(0, 0, 4, 4), 1.0)
    assert image.pixelColor(3, 3).alpha() == 0
    assert 100 < image.pixelColor(0, 0).alpha() < 200
    assert image.pixelColor(0, 0).red() > 2 * image.pixelColor(0, 0).green()
    overlay.shown = "picture"
    hidden = overlay.image(QRect(0, 0, 4, 4), QRectF(0, 0, 4, 4), 1.0)
    assert hidden.pixelColor(0, 0) == QColor(0, 0, 0, 0)
    assert hidden.format() == QImage.Format.Format_ARGB32_Premultiplied
