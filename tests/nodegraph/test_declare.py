"""A signature says all that a node type is."""

import importlib.metadata
from collections.abc import Generator
from typing import Annotated, Any, Literal

import pytest

from nodegraph import Lazy, Range, Registry
from nodegraph.declare import NodeType
from nodegraph.errors import ParamError, UnknownChoiceError, UnknownNodeError
from nodegraph.params import FilePath, FolderPath, Multiline, Seed, check_json
from nodegraph.spec import Input, Output
from tests.nodegraph import toys


def spec(name):
    return toys.registry[name].spec


def declare(function, type_id="some.node", **traits):
    registry = Registry()
    registry.node(type_id, **traits)(function)
    return registry


def test_what_stands_before_the_star_is_an_input():
    assert list(spec("toy.add").inputs.values()) == [
        Input("a", "int", help="The one."),
        Input("b", "int"),
    ]
    assert spec("toy.maybe").inputs["value"] == Input("value", "int", optional=True)
    assert spec("toy.gather").inputs["items"] == Input("items", "~T", variadic=True)
    assert spec("toy.switch").inputs["if_true"] == Input("if_true", "~T", lazy=True)
    assert spec("toy.either").inputs["x"].type == "int | str"
    assert spec("toy.anything").inputs["value"].type == "any"
    assert spec("toy.total").inputs["numbers"].type == "list[int]"


def test_what_stands_after_the_star_is_a_parameter():
    params = spec("toy.text").params
    assert params["value"].widget == "multiline"
    assert params["color"].choices == ("red", "green")
    assert spec("toy.real").params["value"].range == Range(-1000.0, 1000.0, step=0.5)
    assert spec("toy.read").params["path"].widget == "file"
    assert spec("toy.seeded").params["seed"].widget == "seed"
    assert spec("toy.read").file_params == ("path",)


def test_help_comes_from_the_docstring():
    add = spec("toy.add")
    assert add.summary == "Add two numbers."
    assert add.params["plus"].help == "What is added besides, on two lines."


def test_outputs_are_named_by_their_types_or_their_fields():
    assert list(spec("toy.add").outputs.values()) == [Output("int", "int")]
    assert list(spec("toy.box").outputs) == ["box"]
    assert list(spec("toy.identity").outputs) == ["value"]
    assert list(spec("toy.show").outputs) == []
    assert list(spec("toy.split").outputs.values()) == [
        Output("whole", "int"),
        Output("rest", "float", optional=True),
    ]


def test_a_generator_declares_the_two_ends_of_a_zone():
    begin, end = spec("toy.repeat.begin"), spec("toy.repeat.end")
    assert (begin.role, begin.pair, end.role, end.pair) == ("begin", end.id, "end", begin.id)
    assert {o.name: o.type for o in begin.outputs.values()} == {"index": "int", "value": "~T"}
    assert {i.name: i.type for i in end.inputs.values()} == {"value": "~T", "collect": "~Collected"}
    assert {o.name: o.type for o in end.outputs.values()} == {
        "value": "~T",
        "collected": "list[~Collected]",
    }
    assert list(spec("toy.two.end").inputs) == ["a", "b", "collect"]
    assert spec("toy.for_each.begin").independent
    assert not begin.independent
    assert "toy.repeat" not in toys.registry


def test_a_title_comes_from_the_id():
    assert spec("toy.for_each.begin").title == "For each begin"
    assert spec("toy.add").title == "Add"
    assert spec("toy.add").category == "toy"


def test_the_function_comes_back_unchanged():
    def node(*, value: int = 0) -> int:
        return value

    assert Registry().node("some.node")(node) is node


def nothing_returned(x: int):
    pass


def no_default(*, x: int) -> int:
    return x


def unfit(*, x: dict[str, int] = {}) -> int:  # noqa: B006
    return 0


def untyped(x) -> int:
    return x


def defaulted(x: int = 3) -> int:
    return x


def keywords(**x: int) -> int:
    return 0


def out_of_range(*, x: Annotated[int, Range(1, 5)] = 0) -> int:
    return x


def no_choice(*, x: Literal["a", "b"] = "c") -> str:
    return x


def numbers(*, x: Literal[1, 2] = 1) -> int:
    return x


def lazy_zone(x: Lazy[int]) -> Generator[int, int, int]:
    yield 1
    return 1


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (nothing_returned, "some.node: say what it returns, None included"),
        (no_default, "parameter 'x' needs a default"),
        (unfit, "cannot be a socket type|use int, float, str, bool or a list"),
        (untyped, "say the type of 'x'"),
        (defaulted, "input 'x' may only have None as its default; make it a parameter"),
        (keywords, "'x' takes any keywords; name each"),
        (out_of_range, "the default of parameter 'x' does not fit: 0 is below 1"),
        (no_choice, "the default of parameter 'x' does not fit: unknown x 'c'"),
        (numbers, "the default of parameter 'x' does not fit: unknown x '1'"),
        (lazy_zone, "a zone cannot take the lazy input 'x'"),
    ],
)
def test_a_signature_that_says_too_little_is_refused_in_words(function, message):
    with pytest.raises(TypeError, match=message):
        declare(function)


@pytest.mark.parametrize("type_id", ["node", "Some.node", "some.", "some node", "1.a"])
def test_a_type_id_has_one_form(type_id):
    with pytest.raises(TypeError, match=r"is no type id; write family\.name in lower case"):
        declare(toys.number, type_id)


def test_a_default_has_its_canonical_form():
    def node(*, x: float = 1, y: list[float] = (1, 2)) -> None:  # type: ignore[assignment]
        pass

    params = declare(node)["some.node"].spec.params
    assert repr((params["x"].default, params["y"].default)) == "(1.0, [1.0, 2.0])"


def everything(
    *,
    i: Annotated[int, Range(1, 10)] = 1,
    f: Annotated[float, Range(0.0, 1.0)] = 0.5,
    s: Multiline = "",
    b: bool = False,
    li: list[int] = [],  # noqa: B006
    c: Literal["red", "green"] = "red",
    seed: Seed = 0,
    any: Any = None,
    file: FilePath = "",
    folder: FolderPath = "",
) -> None:
    pass


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("i", "5", "'5' is not a whole number; write one such as 20"),
        ("i", True, "True is not a whole number"),
        ("i", 0, "0 is below 1; use 1 to 10"),
        ("i", 11, "11 is above 10; use 1 to 10"),
        ("i", 10**400, "is above 10"),
        ("f", "x", "'x' is not a number; write one such as 7.5"),
        ("f", float("nan"), "nan is not a finite number"),
        ("f", float("inf"), "inf is not a finite number"),
        ("f", 10**400, "is not a finite number"),
        ("f", 1.5, "1.5 is above 1; use 0 to 1"),
        ("s", 3, "3 is not text; write it in quotes"),
        ("s", "\ud800", "half a character"),
        ("b", 1, "1 is neither true nor false"),
        ("li", 3, r"3 is not a list; write \[3\]"),
        ("li", ["a"], "'a' is not a whole number"),
        ("c", "blue", "unknown c 'blue'; known are red, green"),
        ("c", "gren", "did you mean 'green'"),
        ("c", [], "unknown c"),
        ("seed", -1, "below 0"),
        ("seed", 2**64, "above 18446744073709551615"),
        ("seed", "x", "not a whole number"),
        ("any", {1}, "is not JSON; use numbers"),
        ("any", {"a": float("nan")}, "not a finite number"),
        ("any", {1: 2}, "1 is not text"),
        ("file", None, "None is not text"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_what_would(name, value, message):
    param = declare(everything)["some.node"].spec.params[name]
    with pytest.raises((ParamError, UnknownChoiceError), match=message):
        param.check(value)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("i", 10, "10"),
        ("f", 1, "1.0"),
        ("li", (1, 2), "[1, 2]"),
        ("c", "green", "'green'"),
        ("seed", 2**64 - 1, str(2**64 - 1)),
        ("seed", "random", "'random'"),
        ("any", {"a": (1, None)}, "{'a': [1, None]}"),
    ],
)
def test_a_value_that_fits_has_one_form(name, value, kept):
    assert repr(declare(everything)["some.node"].spec.params[name].check(value)) == kept


def test_json_nests_only_so_deep():
    value: Any = 1
    for _ in range(60):
        value = [value]
    with pytest.raises(ParamError, match="more than 50 levels"):
        check_json(value)


def test_two_packs_cannot_share_a_type_id(monkeypatch):
    def one(*, value: int = 0) -> int:
        return value

    def other(*, value: int = 0) -> int:
        return value

    registry = declare(one)
    registry.node("some.node")(one)
    other.__module__ = "other_pack"
    with pytest.raises(TypeError, match=r"declared in .* and in other_pack; type ids are unique"):
        registry.node("some.node")(other)


def test_an_unknown_type_is_answered_with_the_nearest():
    with pytest.raises(
        UnknownNodeError, match=r"unknown node type 'toy.ad'; did you mean 'toy.add'"
    ):
        toys.registry["toy.ad"]


class Entry:
    def __init__(self, name, load):
        self.name, self.load = name, load


def test_a_broken_pack_is_left_out_and_named(monkeypatch):
    loaded = []

    def broken():
        raise ImportError("no module named lost")

    packs = [Entry("broken", broken), Entry("good", lambda: loaded.append("good"))]
    home = importlib.import_module("nodegraph.registry")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: packs)
    monkeypatch.setattr(home, "broken_packs", {})
    assert home.load_packs.__wrapped__() is home.registry
    assert (loaded, home.broken_packs) == (
        ["good"],
        {"broken": "ImportError: no module named lost"},
    )


def test_a_catalogue_shows_the_specifications_alone():
    assert len(toys.catalogue) == len(toys.registry)
    assert toys.catalogue["toy.add"] is spec("toy.add")
    assert "toy.ad" not in toys.catalogue
    assert isinstance(toys.registry["toy.add"], NodeType)


def test_the_stamp_changes_with_the_source():
    assert toys.registry.stamp == toys.registry.stamp != Registry().stamp
