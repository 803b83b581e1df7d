import PIL.Image
import pytest
import torch

from nodegraph.errors import ParamError
from nodegraph.execution.context import Options
from nodegraph.execution.run import run
from nodegraph.workflow import read
from nodes import arrange
from nodes.lib.arrange import text
from nodes.lib.latents import SizeError
from nodes.types import Image

GROUND = {"light": 1.0, "dark": 0x15 / 255}


def picture(value, height=8, width=8, batch=1):
    return Image(torch.full((batch, height, width, 3), value))


def found(sheet, value):
    """Return the left, top, right and bottom of the pixels of a picture of one value."""
    rows, columns = torch.nonzero((sheet.pixels[0] == value).all(-1), as_tuple=True)
    return tuple(int(one) for one in (columns.min(), rows.min(), columns.max(), rows.max()))


def test_lists_of_lists_are_rows_of_columns():
    rows = [[picture(0.1), picture(0.2)], [picture(0.3), picture(0.4)]]
    sheet = arrange.labelled_grid(rows, gap=4, enlarge=1)
    assert found(sheet, 0.1) == (4, 4, 11, 11)
    assert found(sheet, 0.2) == (16, 4, 23, 11)
    assert found(sheet, 0.3) == (4, 16, 11, 23)
    assert sheet.pixels.shape == (1, 28, 28, 3)


def test_pictures_keep_their_numbers_and_enlarge_by_whole_pixels():
    values = torch.rand(1, 2, 3, 3)
    sheet = arrange.labelled_grid([Image(values)], gap=0, enlarge=3)
    large = torch.nn.functional.interpolate(values.movedim(-1, 1), scale_factor=3)
    assert torch.equal(sheet.pixels, large.movedim(1, -1))


def test_small_pictures_are_enlarged_to_be_seen():
    assert arrange.labelled_grid([picture(0.5)], gap=0).pixels.shape[1:3] == (256, 256)
    assert arrange.labelled_grid([picture(0.5, 300, 300)], gap=0).pixels.shape[1:3] == (300, 300)


@pytest.mark.parametrize(
    ("labels", "columns", "expected"),
    [
        ({"column_labels": ["a", "b", "c"]}, 0, 3),
        ({"row_labels": [1, 2]}, 0, 3),
        ({}, 2, 2),
        ({}, 0, 3),
    ],
)
def test_a_plain_list_is_cut_into_rows(labels, columns, expected):
    images = [picture(index / 10, 64, 64) for index in range(1, 7)]
    sheet = arrange.labelled_grid(images, **labels, columns=columns, enlarge=1)
    tops = [found(sheet, index / 10)[1] for index in range(1, 7)]
    assert tops.count(tops[0]) == expected


def test_columns_stand_below_their_labels_and_rows_beside():
    rows = [[picture(0.25, 256, 256), picture(0.5, 256, 256)]]
    sheet = arrange.labelled_grid(rows, [7.5], ["steps 10", "steps 20"], enlarge=1)
    left, top, right, _ = found(sheet, 0.25)
    above = sheet.pixels[0, :top, left : right + 1]
    beside = sheet.pixels[0, top:, :left]
    for words in (above, beside):
        assert words.min() < 0.2
    columns = torch.nonzero((above < 0.5).any(-1).any(0)).flatten()
    middle = (int(columns.min()) + int(columns.max())) / 2
    assert middle == pytest.approx((right - left) / 2, abs=3)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_the_ground(theme):
    sheet = arrange.labelled_grid([picture(0.5, 256, 256)], ["x"], theme=theme).pixels
    assert sheet[0, 0, 0, 0] == pytest.approx(GROUND[theme])
    assert (sheet - GROUND[theme]).abs().max() > 0.75


def test_a_long_label_makes_no_column_wider():
    long = "a prompt that goes on and on about a fox " * 9
    few = arrange.labelled_grid([picture(0.5, 256, 256)], None, ["a"], enlarge=1).pixels
    many = arrange.labelled_grid([picture(0.5, 256, 256)], None, [long], enlarge=1).pixels
    assert many.shape[2] == few.shape[2]
    assert many.shape[1] > few.shape[1]


def test_smaller_pictures_stand_in_the_middle_of_their_cells():
    sheet = arrange.labelled_grid([picture(0.1, 8, 8), picture(0.2, 4, 4)], gap=2, enlarge=1)
    assert found(sheet, 0.2) == (14, 4, 17, 7)


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        ([], {}, "no picture to lay out; link some to images"),
        ([[], []], {}, "no picture to lay out"),
        ([[picture(0.1)]], {"row_labels": [1, 2]}, "2 row labels for 1 rows; give one for each"),
        ([[picture(0.1)]], {"column_labels": [1, 2]}, "2 column labels for 1 columns"),
        ([picture(0.1, 2048, 2048)], {"enlarge": 32}, "lay fewer pictures out, or enlarge"),
    ],
)
def test_what_makes_no_table_is_refused(images, labels, message):
    with pytest.raises((SizeError, ParamError), match=message):
        arrange.labelled_grid(images, **labels)


def test_a_strip_shows_the_first_the_last_and_some_between():
    steps = [picture((index + 1) / 100) for index in range(20)]
    sheet = arrange.film_strip(steps, most=8, gap=2, enlarge=1)
    assert sheet.pixels.shape == (1, 12, 82, 3)
    shown = sheet.pixels[0, 6, 6:80:10, 0].mul(100).round().int().tolist()
    assert (len(shown), shown[0], shown[-1]) == (8, 1, 20)
    assert shown == sorted(set(shown))


def test_a_strip_is_wrapped_into_even_rows():
    tall = arrange.film_strip([picture(0.5, batch=20)], gap=0, enlarge=1).pixels
    assert tall.shape == (1, 24, 56, 3)
    assert (
        arrange.film_strip([picture(0.5, batch=20)], columns=5, gap=0, enlarge=1).pixels.shape[2]
        == 5 * 8
    )


def test_a_strip_writes_below_each_picture():
    plain = arrange.film_strip([picture(0.5, 128, 128)], enlarge=2).pixels
    words = arrange.film_strip([picture(0.5, 128, 128)], [14.6], enlarge=2).pixels
    assert words.shape[1] > plain.shape[1]
    _, _, _, bottom = found(Image(words), 0.5)
    assert words[0, bottom + 1 :].min() < 0.2


def test_labels_are_picked_along_with_their_pictures():
    steps = [picture(0.5, 64, 64) for _ in range(3)]
    ends = arrange.film_strip(steps, ["a", "b", "c"], most=2).pixels
    assert torch.equal(ends, arrange.film_strip(steps[:2], ["a", "c"]).pixels)


def test_a_strip_of_nothing_or_with_labels_missing_is_refused():
    with pytest.raises(SizeError, match="no picture for the strip"):
        arrange.film_strip([])
    with pytest.raises(ParamError, match="1 labels for 2 pictures; give one for each, or none"):
        arrange.film_strip([picture(0.5, batch=2)], ["a"])


def test_a_batch_holds_pictures_batches_and_lists_in_order():
    whole = arrange.batch([picture(0.1)], [picture(0.2, batch=2), picture(0.3)]).pixels
    assert whole[:, 0, 0, 0].tolist() == pytest.approx([0.1, 0.2, 0.2, 0.3])


def test_a_batch_of_several_sizes_is_refused():
    with pytest.raises(SizeError, match="here are 8 x 8, 4 x 8; resize or crop them first"):
        arrange.batch([picture(0.1)], [picture(0.1, 8, 4)])
    with pytest.raises(SizeError, match="no picture to put into a batch"):
        arrange.batch()


def test_a_batch_is_taken_apart():
    parts = arrange.unbatch(picture(0.5, batch=3))
    assert [one.pixels.shape[0] for one in parts] == [1, 1, 1]


@pytest.mark.parametrize(("index", "count", "expected"), [(0, 1, [0]), (-2, 2, [2, 3])])
def test_pictures_are_picked_by_number(index, count, expected):
    whole = Image(torch.arange(4.0).view(4, 1, 1, 1).expand(4, 2, 2, 3))
    assert arrange.pick(whole, index=index, count=count).pixels[:, 0, 0, 0].tolist() == expected


@pytest.mark.parametrize(("index", "count"), [(4, 1), (-5, 1), (3, 2)])
def test_a_picture_that_is_not_there_is_refused(index, count):
    with pytest.raises(ParamError, match="the batch has 4, counted from 0"):
        arrange.pick(picture(0.5, batch=4), index=index, count=count)


def test_two_zones_in_each_other_make_a_table_named_by_their_lists(tmp_path):
    workflow = {
        "nodegraph": 1,
        "nodes": {
            "cfg": {"type": "value.numbers", "version": 1, "params": {"count": 2}},
            "names": {"type": "value.texts", "version": 1, "params": {"lines": "euler\nheun\nlms"}},
            "rows": {"type": "flow.for_each.begin", "version": 1, "zone": "r",
                     "inputs": {"items": "cfg.list"}},
            "columns": {"type": "flow.for_each.begin", "version": 1, "zone": "c",
                        "inputs": {"items": "names.list"}},
            "one": {"type": "plot.lines", "version": 1, "params": {"width": 240, "height": 240},
                    "inputs": {"series": "rows.item", "title": "columns.item"}},
            "row": {"type": "flow.for_each.end", "version": 1, "zone": "c",
                    "inputs": {"value": "one.image"}},
            "table": {"type": "flow.for_each.end", "version": 1, "zone": "r",
                      "inputs": {"value": "row.list"}},
            "grid": {"type": "image.labelled_grid", "version": 1,
                     "params": {"row_title": "cfg", "gap": 4, "enlarge": 1},
                     "inputs": {"images": "table.list", "row_labels": "cfg.list",
                                "column_labels": "names.list"}},
            "save": {"type": "image.save", "version": 1, "inputs": {"image": "grid.image"}},
        },
    }  # fmt: skip
    result = run(read(workflow), options=Options(out=tmp_path))
    (path,) = result.files
    with PIL.Image.open(path) as sheet:
        width, height = sheet.size
    assert width > 3 * 240
    assert 2 * 240 < height < width


def test_no_break_spaces_hold_words_together():
    face = text.font(16)
    width = face.getlength("one = 1")
    assert text.fit("one\xa0=\xa01 two\xa0=\xa02", face, width + 8, 3) == [
        "one\xa0=\xa01",
        "two\xa0=\xa02",
    ]
