import math

import numpy as np
import pytest
import torch

from nodegraph.errors import ParamError
from nodes import plot
from nodes.lib import plots
from nodes.lib.plots import histogram, lines
from nodes.types import Image, Latent, Mask, Schedule

SMALL = {"width": 320, "height": 240}
STYLE = plots.Style(width=320, height=240)


@pytest.fixture
def drawn(monkeypatch):
    """Keep the axes that were drawn on."""
    kept = []
    name = plots._name

    def keep(axes, style):
        kept.append(axes)
        name(axes, style)

    monkeypatch.setattr(plots, "_name", keep)
    return kept


@pytest.mark.parametrize(("width", "height"), [(960, 600), (333, 241), (2048, 512)])
def test_a_plot_has_the_size_that_is_asked_for(width, height):
    image = plot.lines(None, None, [1.0, 2.0], width=width, height=height)
    assert image.pixels.shape == (1, height, width, 3)


@pytest.mark.parametrize(("theme", "value"), [("light", 1.0), ("dark", 0x15 / 255)])
def test_the_ground_is_that_of_the_theme(theme, value):
    assert plot.lines(None, None, [1.0], theme=theme, **SMALL).pixels[0, 0, 0, 0] == value


def test_every_line_stands_out_from_its_ground():
    for theme, colors in plots.LINES.items():
        ground = luminance(plots.GROUNDS[theme][0])
        for color in colors:
            one, other = sorted((luminance(color), ground))
            assert (other + 0.05) / (one + 0.05) >= 3.0, (theme, color)


def luminance(color):
    """Return the relative luminance of WCAG 2.1."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_lines_stand_where_x_says(drawn):
    plot.lines([1.0, 2.0, 8.0], ["a", "b"], [[1, 2, 3], [4, 5]], **SMALL)
    one, other = drawn[0].lines
    assert one.get_xdata().tolist() == [1.0, 2.0, 8.0]
    assert other.get_xdata().tolist() == [1.0, 2.0]
    assert [line.get_label() for line in (one, other)] == ["a", "b"]


def test_names_are_written_as_they_are(drawn):
    plot.lines(None, ["_x", "$5 or $6"], [1.0], [2.0], title="$ {", **SMALL)
    names = [text.get_text() for text in drawn[0].get_legend().get_texts()]
    assert names == [" _x", r"\$5 or \$6"]


def test_log_axes_leave_out_what_they_cannot_show(drawn):
    image = plot.lines(None, None, [0.0, 1.0, 10.0, -1.0], log_y=True, **SMALL)
    assert drawn[0].get_yscale() == "log"
    assert image.pixels.isfinite().all()


@pytest.mark.parametrize(
    ("arguments", "params", "message"),
    [
        ((None, None), {}, "no numbers to plot; link a list"),
        ((None, None, []), {}, "no numbers to plot"),
        (([1.0], None, [1, 2]), {}, "x has 1 numbers, a line has 2"),
        ((None, ["a"], [1], [2]), {}, "1 labels for 2 lines; give one for each, or none"),
        ((None, None, [0, -1]), {"log_y": True}, "shows positive numbers alone; switch log_y off"),
        ((None, None, [[1]] * 65), {}, "65 lines are more than can be told apart"),
    ],
)
def test_what_makes_no_plot_is_refused(arguments, params, message):
    with pytest.raises(ParamError, match=message):
        plot.lines(*arguments, **params)


def test_single_numbers_lists_and_lists_of_lists_are_lines():
    assert lines.series([1, [2, 3], [[4], [5, 6]]]) == [[1.0], [2.0, 3.0], [4.0], [5.0, 6.0]]


def test_numbers_that_are_not_finite_leave_a_gap():
    image = plot.lines(None, None, [1.0, math.nan, math.inf, 2.0], **SMALL)
    assert image.pixels.isfinite().all()


def test_schedules_are_named_after_their_recipes(drawn):
    karras = [Schedule((1.0, 0.5, 0.0), "karras"), Schedule((1.0, 0.0), "karras")]
    plot.schedule(karras, Schedule((2.0, 1.0, 0.0), "normal"), **SMALL)
    names = [line.get_label() for line in drawn[0].lines]
    assert names == ["karras, 2 steps", "karras, 1 steps", "normal"]
    assert drawn[0].lines[0].get_ydata().tolist() == [1.0, 0.5, 0.0]


def test_an_empty_schedule_is_refused():
    with pytest.raises(ParamError, match="no schedule to plot"):
        plot.schedule(Schedule((), "karras"))


def test_a_histogram_counts_as_numpy_does(drawn):
    numbers = torch.randn(500, generator=torch.Generator().manual_seed(1))
    plot.histogram(numbers.tolist(), bins=20, **SMALL)
    counts, edges = np.histogram(numbers.numpy(), 20)
    stairs = drawn[0].patches[0].get_data()
    assert stairs.values.tolist() == counts.tolist()
    assert stairs.edges.tolist() == pytest.approx(edges.tolist(), rel=1e-5)


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (Image(torch.rand(2, 4, 4, 3)), 3),
        (Latent(torch.randn(2, 4, 4, 4)), 4),
        (Mask(torch.zeros(1, 4, 4)), 1),
        ([0.5, 0.5], 1),
    ],
)
def test_each_channel_is_counted_by_itself(value, count):
    assert len(histogram.channels(value)[0]) == count
    assert plot.histogram(value, **SMALL).pixels.isfinite().all()


def test_a_histogram_of_no_numbers_is_refused():
    with pytest.raises(ParamError, match="no finite number to count"):
        plot.histogram([math.nan])
