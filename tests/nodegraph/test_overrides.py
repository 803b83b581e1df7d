"""Parameters set from outside, typed by the node's own declaration."""

import pytest

from nodegraph.errors import OverrideError
from nodegraph.execution.run import resolve_seeds
from nodegraph.overrides import drawn, grid, override, parse_setting, parse_sweep
from nodegraph.workflow import dumps
from tests.nodegraph.toys import graph, n


@pytest.fixture
def toy():
    return graph(
        {
            "one": n("number", {"value": 1}),
            "real": n("real"),
            "text": n("text", value="other.str"),
            "other": n("text"),
            "seed": n("seeded"),
            "pick": n("switch", if_true="one.int", if_false="one.int"),
            "input": n("graph.input"),
        }
    )


@pytest.fixture
def nested():
    """Two uses of a definition with a seed in it."""
    uses = {"one": n("subgraph/inner"), "two": n("subgraph/inner")}
    return graph(uses, {"inner": {"drawn": n("seeded", {"seed": 1})}})


def test_a_setting_in_a_definition_is_one_of_all_its_uses(nested):
    place, value = parse_setting(nested, "inner/drawn.seed=7")
    assert (place, value) == ("inner/drawn.seed", 7)
    assert override(nested, {place: value}).subgraphs["inner"]["drawn"].params["seed"] == 7
    assert nested.subgraphs["inner"]["drawn"].params["seed"] == 1
    assert parse_sweep(nested, "inner/drawn.seed=1,2") == ("inner/drawn.seed", [1, 2])


def test_seeds_drawn_in_a_definition_can_be_set_again(nested):
    random = override(nested, {"inner/drawn.seed": "random"})
    made = drawn(random, resolve_seeds(random))
    assert list(made) == ["inner/drawn.seed"]
    assert override(random, made).subgraphs["inner"]["drawn"].params["seed"] == made.popitem()[1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("iner/drawn.seed=1", "there is no subgraph 'iner'; did you mean 'inner'"),
        ("inner/dawn.seed=1", "there is no node 'dawn'; did you mean 'drawn'"),
    ],
)
def test_a_place_in_no_definition_is_refused_in_words(nested, text, message):
    with pytest.raises(OverrideError, match=message):
        parse_setting(nested, text)


def test_a_setting_changes_a_copy(toy):
    before = dumps(toy)
    assert override(toy, {"one.value": 5})["one"].params["value"] == 5
    assert dumps(toy) == before


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("one.value=7", 7),
        ("real.value=7", 7.0),
        ("other.value=7", "7"),
        ("other.value=a=b", "a=b"),
        ("seed.seed=random", "random"),
        ("pick.condition=no", False),
        ("input.default=[1, 2]", [1, 2]),
        ("input.default=words", "words"),
    ],
)
def test_a_setting_is_read_as_its_parameter_wants_it(toy, text, value):
    place, found = parse_setting(toy, text)
    assert (place, repr(found)) == (text.partition("=")[0], repr(value))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one", "'one' is no setting; write NODE.PARAM=VALUE"),
        ("oen.value=1", "there is no node 'oen'; did you mean 'one'"),
        ("one.valu=1", "has no parameter 'valu'; did you mean 'value'"),
        ("one.value=x", "one.value: 'x' is not a whole number"),
        ("one.value=" + "9" * 5000, "is not a whole number"),
        ("one.value=" + "[" * 100_000, "is not a whole number"),
        ("real.value=NaN", "is not a number"),
        ("real.value=5000", "above 1000"),
        ("text.value=x", "driven by the link from other.str; set that one"),
        ("pick.condition=perhaps", "neither true nor false"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(toy, text, message):
    with pytest.raises(OverrideError, match=message.replace(".", r"\.")):
        parse_setting(toy, text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("one.value=1..4", [1, 2, 3, 4]),
        ("one.value=9..1..-4", [9, 5, 1]),
        ("one.value=3,1", [3, 1]),
        ("real.value=1..2", [1.0, 2.0]),
        ("other.value=1..2", ["1..2"]),
    ],
)
def test_a_sweep_counts_or_lists(toy, text, values):
    assert parse_sweep(toy, text)[1] == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one.value=", "is no sweep; write NODE.PARAM=1..8"),
        ("one.value=1..0", "counts nothing"),
        ("one.value=1..9..0", "counts nothing"),
        ("one.value=1..100000", "makes 100,000 runs; 10,000 are allowed"),
        ("one.value=1.." + "9" * 5000, "is not a whole number"),
        ("one.value=1,x", "is not a whole number"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused_in_words(toy, text, message):
    with pytest.raises(OverrideError, match=message):
        parse_sweep(toy, text)


def test_a_grid_has_every_combination_within_bounds():
    assert list(grid([("a.b", [1, 2]), ("c.d", ["x"])])) == [
        {"a.b": 1, "c.d": "x"},
        {"a.b": 2, "c.d": "x"},
    ]
    assert list(grid([])) == [{}]
    with pytest.raises(OverrideError, match="the sweeps make 40,000 runs"):
        list(grid([("a.b", list(range(200)))] * 2))
