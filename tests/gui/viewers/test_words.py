import pytest

from gui.viewers import words
from gui.viewers.plot import ticks
from gui.viewers.token_view import shown
from gui.viewers.view import View, fitting
from tests.gui.viewers.values import STATISTICS


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (3.0, "3"), (14.6146, "14.61"), (0.0291675, "0.029"), (-6.8451, "-6.845"),
     (1.25e-7, "1.25e-07"), (None, words.NONE), (float("nan"), words.NONE)],
)  # fmt: skip
def test_numbers_have_as_many_digits_as_one_reads(value, text):
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1400, "1.4 KB"), (24e6, "24 MB")]
)
def test_sizes_are_told_in_their_unit(count, text):
    assert words.size(count) == text


def test_an_axis_has_round_numbers_up_to_its_top():
    assert ticks(157.4) == [0, 50, 100, 150, 200]
    assert ticks(1.0)[-1] >= 1.0
    assert len(ticks(14.6)) <= 7


@pytest.mark.parametrize(
    ("token", "text"),
    [("fox</w>", "fox"), ("cr", "cr-"), ("<|startoftext|>", "start"), ("", words.NONE)],
)
def test_tokens_are_written_as_one_reads_them(token, text):
    assert shown(token) == text


def test_a_picture_that_fits_is_even_above_its_own_size():
    assert fitting((300, 400), (128, 128)) == 2
    assert fitting((300, 400), (600, 100)) == 0.5
    assert fitting((300, 400), (0, 0)) == 1


def test_a_view_moves_and_zooms_about_a_point():
    seen = View().seen((300, 300), (100, 100))
    assert (seen.zoom, seen.x, seen.y) == (3, 50, 50)
    nearer = seen.zoomed(2, 20, 50)
    assert (20 - nearer.x) * nearer.zoom == pytest.approx((20 - seen.x) * seen.zoom)
    assert seen.moved(30, 0).x == 40


def test_films_and_sounds_tell_how_long_they_are():
    film = {"type": "Video", "fps": 8.0, "seconds": 1.5}
    sound = {"type": "Audio", "rate": 24_000, "shape": [1, 2, 36_000]} | STATISTICS
    assert ("Length", "1.500 s at 8 fps") in words.facts(film)
    assert ("Length", "1.500 s at 24,000 Hz") in words.facts(sound)
