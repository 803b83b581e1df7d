import pytest

from nodegraph.errors import ParamError
from nodegraph.registry import registry
from nodes import value


def test_values_pass_as_they_are():
    assert value.number(value=0.5) == 0.5
    assert value.integer(value=3) == 3
    assert value.text(value="a") == "a"
    assert value.seed(value=2**64 - 1) == 2**64 - 1
    assert value.boolean(value=True) is True


def test_a_list_keeps_the_order_of_its_links():
    assert value.list_of("b", "a") == ["b", "a"]


@pytest.mark.parametrize(
    ("start", "stop", "step", "expected"),
    [(0, 4, 1, [0, 1, 2, 3]), (5, 0, -2, [5, 3, 1]), (0, 0, 1, [])],
)
def test_a_range_leaves_its_end_out(start, stop, step, expected):
    assert value.range_of(start=start, stop=stop, step=step) == expected


@pytest.mark.parametrize(
    ("step", "stop", "message"), [(0, 4, "a step of 0"), (1, 10**9, "1,000,000,000 numbers")]
)
def test_an_endless_range_is_refused(step, stop, message):
    with pytest.raises(ParamError, match=message):
        value.range_of(step=step, stop=stop)


def test_a_note_has_no_sockets_and_never_runs():
    spec = registry["value.note"].spec
    assert not spec.inputs
    assert not spec.outputs
    assert not spec.effect


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"start": 1.0, "stop": 2.0, "count": 3}, [1.0, 1.5, 2.0]),
        ({"start": 1.0, "stop": 100.0, "count": 3, "spacing": "geometric"}, [1.0, 10.0, 100.0]),
        ({"start": -8.0, "stop": -2.0, "count": 3, "spacing": "geometric"}, [-8.0, -4.0, -2.0]),
        ({"start": 3.0, "count": 1}, [3.0]),
        ({"start": 0.0, "stop": 0.3, "count": 2}, [0.0, 0.3]),
    ],
)
def test_numbers_are_evenly_spread_and_end_exactly(arguments, expected):
    found = value.numbers(**arguments)
    assert found == pytest.approx(expected, rel=1e-12)
    assert (found[0], found[-1]) == (expected[0], expected[-1])


@pytest.mark.parametrize("start", [0.0, -1.0])
def test_equal_ratios_never_pass_zero(start):
    with pytest.raises(ParamError, match="use two positive numbers, or linear"):
        value.numbers(start=start, stop=1.0, spacing="geometric")


def test_texts_are_one_a_line():
    assert value.texts(lines=" a fox \n\nheun\r\n") == ["a fox", "heun"]


def test_an_item_is_picked_by_number():
    assert [value.pick(["a", "b", "c"], index=index) for index in (0, 2, -1)] == ["a", "c", "c"]


@pytest.mark.parametrize(("items", "index"), [([], 0), (["a"], 1), (["a"], -2)])
def test_an_item_that_is_not_there_is_refused(items, index):
    with pytest.raises(ParamError, match=f"no item {index}: the list has {len(items)}"):
        value.pick(items, index=index)


def test_a_list_tells_its_length():
    assert value.length([1, [2]]) == 2


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("cfg {}", (7.5,), "cfg 7.5"),
        ("{} at {}", ("euler", 20), "euler at 20"),
        ("{1} {0} {{}}", (1, 2), "2 1 {}"),
        ("{:.2f} {:>5} {:03d}", (1.0, "a", 7), "1.00     a 007"),
        ("{} {}", (4.0, True), "4 yes"),
    ],
)
def test_values_are_put_into_a_text(text, values, expected):
    assert value.format_text(*values, text=text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "single brace"),
        ("{} {}", "no value for {}; there are 1"),
        ("{0.__class__}", "no place for a value"),
        ("{0[0]}", "no place for a value"),
        ("{!r}", "no place for a value"),
        ("{:999999999}", "no way to write a value"),
        ("{:{0}}", "no way to write a value"),
        ("{:d}", "'a' cannot be written as {:d}"),
        ("{" + "9" * 9999 + "}", "no place for a value"),
    ],
)
def test_a_text_reaches_nothing_but_its_values(text, message):
    with pytest.raises(ParamError, match=message):
        value.format_text("a", text=text)


def test_labels_are_a_text_for_each_value():
    assert value.labels([1.0, 7.5], text="cfg {}") == ["cfg 1", "cfg 7.5"]
