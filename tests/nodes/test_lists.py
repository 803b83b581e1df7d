import pytest

from nodegraph.errors import ParamError
from nodes.lists import integer_list, join, number_list, spread, transpose


@pytest.mark.parametrize(("count", "expected"), [(3, [0, 4, 9]), (1, [9]), (20, list(range(10)))])
def test_a_spread_has_the_first_and_the_last(count, expected):
    assert spread(list(range(10)), count=count) == expected


def test_lists_are_joined_in_the_order_of_their_links():
    assert join([1], [2, 3], []) == [1, 2, 3]


def test_transposing_makes_columns_of_rows():
    assert transpose([[1, 2, 3], [4, 5, 6]]) == [[1, 4], [2, 5], [3, 6]]
    assert transpose([]) == []


def test_rows_of_several_lengths_have_no_columns():
    with pytest.raises(ParamError, match="the rows have 1, 2 items"):
        transpose([[1], [2, 3]])


def test_numbers_are_read_as_they_are_written():
    assert number_list(text="0, 1.5; 2e3 -4\n") == [0.0, 1.5, 2000.0, -4.0]
    assert integer_list(text="1,2, 4 8") == [1, 2, 4, 8]


@pytest.mark.parametrize(
    ("make", "text", "message"),
    [
        (number_list, "1, two", "'two' is no number"),
        (number_list, "", "'' is no number"),
        (number_list, "1, inf", "'inf' is not finite"),
        (integer_list, "1.5", "'1.5' is no whole number"),
    ],
)
def test_what_is_no_number_is_named(make, text, message):
    with pytest.raises(ParamError, match=message):
        make(text=text)
