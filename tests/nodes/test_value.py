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
