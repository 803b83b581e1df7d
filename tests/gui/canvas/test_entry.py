from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.canvas.entry import calculated, entered, shown_for_editing
from nodegraph.errors import NodegraphError
from nodegraph.params import Param, Range

STEPS = Param("steps", "int", 20, Range(1, 1000))
CFG = Param("cfg", "float", 7.0, Range(0.0, 30.0, 0.5))
SEED = Param("seed", "int", 0, Range(0, 2**64 - 1), widget="seed")
SIZES = Param("sizes", "list[int]", [])


@pytest.mark.parametrize(
    ("param", "text", "value"),
    [
        (STEPS, "512*1.5", 768),
        (STEPS, "(2+3)*4", 20),
        (STEPS, "7/2", 4),
        (CFG, "3,5", 3.5),
        (CFG, "-2+10", 8.0),
        (SEED, "18446744073709551615", 2**64 - 1),
        (SEED, "random", "random"),
        (SEED, "", "random"),
        (SIZES, "1, 2", [1, 2]),
        (Param("name", "str", ""), "2*3", "2*3"),
        (Param("names", "list[str]", []), "a, b", ["a", "b"]),
    ],
)
def test_what_is_typed_becomes_a_value(param, text, value):
    assert entered(param, text) == value


@pytest.mark.parametrize(
    "text", ["", "two", "1+", "9**9**9", "2**2000", "1/0", "f(1)", "1e400", "(-8)**0.5", "x" * 999]
)
def test_what_is_no_number_is_refused_in_a_sentence(text):
    with pytest.raises(NodegraphError, match=r"\w+ .* \w+"):
        entered(STEPS, text)


@given(st.text(max_size=40))
def test_no_text_does_more_than_be_refused(text):
    with suppress(NodegraphError):
        assert isinstance(calculated(text), (int, float))


@pytest.mark.parametrize(
    ("param", "value"), [(STEPS, 30), (CFG, 0.1), (SEED, "random"), (SIZES, [1, 2])]
)
def test_a_value_that_is_opened_and_kept_stays_the_same(param, value):
    assert entered(param, shown_for_editing(param, value)) == value
