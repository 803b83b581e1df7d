"""Strokes as arithmetic: what they cover, that they are undone, what they cost."""

import time

import numpy as np
import pytest

from gui.painting.box import NOWHERE
from gui.painting.mask import PaintedMask
from gui.painting.shapes import lasso, rectangle
from gui.painting.stroke import Brush, Spot, Stroke, covered

HARD = Brush(size=10, hardness=1.0)


def blank(width=64, height=48):
    return PaintedMask(np.zeros((height, width), np.uint8))


def paint(mask, *spots, brush=HARD):
    mask.begin(Spot(*spots[0]), brush)
    for spot in spots[1:]:
        mask.go(Spot(*spot))
    mask.end()


def distance(x, y, begin, end):
    """Return how far pixels' middles are from a line, written otherwise than in the product."""
    line = np.array(end, float) - begin
    middles = np.stack(np.meshgrid(np.arange(x) + 0.5, np.arange(y) + 0.5), -1) - begin
    share = np.clip(middles @ line / max(line @ line, 1e-9), 0, 1)
    return np.linalg.norm(middles - share[..., None] * line, axis=-1)


@pytest.mark.parametrize("end", [(50.0, 30.0), (10.0, 40.0), (12.0, 10.0)])
def test_a_hard_stroke_covers_what_is_nearer_than_its_radius(end):
    mask = blank()
    paint(mask, (12.0, 10.0), end)
    far = distance(64, 48, (12.0, 10.0), end)
    assert (mask.values[far < 4.4] == 255).all()
    assert (mask.values[far > 5.6] == 0).all()


def test_a_soft_stroke_fades_from_its_core_to_its_rim():
    row = covered((0, 0, 40, 40), Spot(20, 20), Spot(20, 20), Brush(40, 0.5))[20].astype(int)
    assert row[19] == 255
    assert (np.diff(row[20:]) <= 0).all()
    assert row[29] == pytest.approx(255, abs=12)
    assert row[39] < 12


def test_a_stroke_that_crosses_itself_is_no_more_opaque_there():
    mask = blank()
    brush = Brush(10, 1.0, opacity=0.5)
    paint(mask, (10, 10), (40, 30), (10, 30), (40, 10), brush=brush)
    assert mask.values.max() == 128


def test_pressure_makes_a_stroke_thin():
    mask = blank()
    paint(mask, (10, 24, 0.2), (54, 24, 1.0))
    wide = (mask.values > 127).sum(axis=0)
    assert wide[12] < 4
    assert wide[52] > 8


def test_the_thinnest_brush_paints_whole_pixels():
    mask = blank(8, 8)
    paint(mask, (3.2, 4.9), brush=Brush(1, 1.0))
    assert np.argwhere(mask.values).tolist() == [[4, 3]]
    assert mask.values[4, 3] == 255


def test_erasing_takes_away_what_is_covered():
    mask = blank()
    mask.fill_all()
    paint(mask, (20, 20), brush=Brush(10, 1.0, erases=True))
    assert mask.values[20, 20] == 0
    assert mask.values[40, 40] == 255


def test_a_pointer_that_hardly_moves_costs_nothing_until_it_is_lifted():
    stroke = Stroke(np.zeros((100, 100), np.uint8), Brush(50, 1.0))
    stroke.go(Spot(50, 50))
    assert stroke.go(Spot(50.3, 50)) == NOWHERE
    assert stroke.go(Spot(50.3, 50), end=True) != NOWHERE


def test_a_stroke_beside_the_picture_is_no_step():
    mask = blank()
    paint(mask, (-100, -100), (-50, -50))
    assert mask.steps == 0


def test_strokes_are_undone_and_made_again_to_the_byte():
    mask = blank(700, 600)
    states = [mask.values.copy()]
    for spots in (((10, 10), (690, 590)), ((300, 20),)):
        paint(mask, *spots)
        states.append(mask.values.copy())
    mask.invert()
    states.append(mask.values.copy())
    for state in states[-2::-1]:
        mask.undo()
        assert np.array_equal(mask.values, state)
    mask.undo()
    for state in states[1:]:
        mask.redo()
        assert np.array_equal(mask.values, state)


def test_a_stroke_under_way_is_broken_off_by_undo():
    mask = blank()
    mask.begin(Spot(20, 20), HARD)
    mask.undo()
    assert not mask.values.any()
    assert (mask.steps, mask.undone) == (0, 0)


def test_a_rectangle_takes_whole_pixels_within_the_picture():
    box, cover = rectangle((10.4, 5.2), (-3.0, 8.7), (64, 48))
    assert box == (0, 5, 11, 9)
    assert (cover == 255).all()


def test_a_lasso_fills_what_it_goes_around():
    mask = blank()
    mask.fill(*lasso([(10, 10), (40, 10), (40, 30), (10, 30)], mask.size), Brush())
    assert (mask.values[10:30, 10:40] == 255).all()
    assert mask.values.sum() == 255 * 20 * 30


def test_old_steps_go_where_they_take_too_much_memory(monkeypatch):
    monkeypatch.setattr("gui.painting.steps.BUDGET", 1)
    mask = blank()
    paint(mask, (10, 10))
    paint(mask, (30, 30))
    assert mask.steps == 1
    mask.undo()
    assert mask.values[10, 10] == 255


def test_on_a_large_picture_a_dab_costs_what_it_covers():
    mask = blank(4096, 4096)
    changed = []
    mask.changed = changed.append
    mask.begin(Spot(2000, 2000), Brush(80))
    began = time.process_time()
    for number in range(1, 51):
        mask.go(Spot(2000 + 10 * number, 2000))
    spent = time.process_time() - began
    assert max((right - left) * (bottom - top) for left, top, right, bottom in changed) < 100 * 100
    assert spent / 50 < 0.02, "a dab of 80 pixels takes about a millisecond"
