import pytest

from nodegraph.errors import ParamError
from nodes.lists import spread, transpose


@pytest.mark.parametrize(("count", "expected"), [(3, [0, 4, 9]), (1, [9]), (20, list(range(10)))])
def test_a_spread_has_the_first_and_the_last(count, expected):
    assert spread(list(range(10)), count=count) == expected


def test_transposing_makes_columns_of_rows():
    assert transpose([[1, 2, 3], [4, 5, 6]]) == [[1, 4], [2, 5], [3, 6]]
    assert transpose([]) == []


def test_rows_of_several_lengths_have_no_columns():
    with pytest.raises(ParamError, match="the rows have 1, 2 items"):
        transpose([[1], [2, 3]])
