"""Which types may be linked, and what becomes of values on the way."""

from typing import Annotated, Any, Literal, Optional, TypeVar, Union

import pytest

from nodegraph.sockets import (
    STYLES,
    bind,
    checker,
    converter,
    fits,
    item_of,
    socket,
    style,
    substitute,
    type_text,
    union_text,
)
from tests.nodegraph.toys import Box

T = TypeVar("T")


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (int, "int"),
        (bytes, "bytes"),
        (Any, "any"),
        (list, "list[any]"),
        (list[list[int]], "list[list[int]]"),
        (int | str, "int | str"),
        (str | int, "int | str"),
        (Union[str, int, str], "int | str"),  # noqa: UP007
        (Optional[int], "int"),  # noqa: UP045
        (int | None, "int"),
        (Any | int, "any"),
        (T, "~T"),
        (list[T], "list[~T]"),
        (Box, "Box"),
        (Literal["a", "b"], "str"),
        (Annotated[int, "note"], "int"),
    ],
)
def test_a_type_has_one_text(hint, text):
    assert type_text(hint) == text


@pytest.mark.parametrize("hint", [dict[str, int], "int", 3, tuple[int, str]])
def test_a_type_that_no_link_can_carry_is_refused(hint):
    with pytest.raises(TypeError, match=r"cannot be a socket type; use a class, list\[T\]"):
        type_text(hint)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("int", "int", True),
        ("Box", "Box", True),
        ("Box", "Latent", False),
        ("str", "int", False),
        ("int", "float", True),
        ("float", "int", False),
        ("bool", "int", False),
        ("int | str", "str", True),
        ("str", "int | str", True),
        ("int | str", "Box | str", True),
        ("int | str", "Box | float", True),
        ("Box | str", "float | int", False),
        ("any", "Box", True),
        ("Box", "any", True),
        ("int", "list[int]", True),
        ("int", "list[float]", True),
        ("list[int]", "list[float]", True),
        ("list[float]", "list[int]", False),
        ("list[int]", "int", False),
        ("list[any]", "list[int]", True),
        ("list[int]", "list[list[int]]", True),
        ("list[int] | list[str]", "list[str]", True),
        ("list[int] | list[str]", "list[Box]", False),
        ("~T", "Box", True),
    ],
)
def test_links_carry_what_fits(source, target, expected):
    """Exact match, unions by overlap in both directions, any, lists, and the two conversions."""
    assert fits(source, target) is expected


@pytest.mark.parametrize(
    ("one", "other"), [(["int", "str"], ["str", "int"]), (["a | b", "c"], ["c", "b", "a"])]
)
def test_the_order_of_a_union_does_not_matter(one, other):
    assert union_text(one) == union_text(other)


def test_a_union_of_lists_is_no_list():
    assert item_of("list[int] | list[str]") is None
    assert item_of("list[list[int]]") == "list[int]"
    assert substitute("list[~T] | ~T", {"~T": "int"}) == "int | list[int]"


@pytest.mark.parametrize(
    ("sources", "agreed"),
    [
        (["int", "int"], "int"),
        (["int", "float"], "float"),
        (["float", "int"], "float"),
        (["int", "str"], None),
        (["int", "list[int]"], None),
        (["list[int]", "int"], None),
        (["list[int]", "list[float]"], "list[float]"),
        (["any", "int"], "int"),
        (["int", "any"], "int"),
        (["~S", "int"], "int"),
        (["int | str", "str"], "int | str"),
        (["str", "int | str"], "int | str"),
        (["int | str", "Box"], None),
    ],
)
def test_a_variable_is_what_all_its_links_agree_on(sources, agreed):
    bindings = {}
    found = [bind(source, "~T", bindings) for source in sources]
    assert all(found) is (agreed is not None)
    assert agreed is None or bindings == {"~T": agreed}


def test_a_variable_inside_a_list_is_found():
    bindings = {}
    assert bind("list[Box]", "list[~T]", bindings)
    assert bind("Box", "list[~T]", bindings)
    assert bindings == {"~T": "Box"}
    assert not bind("int", "~T", bindings)


@pytest.mark.parametrize(
    ("source", "target", "value", "arrives"),
    [
        ("int", "float", 3, 3.0),
        ("int", "list[float]", 3, [3.0]),
        ("list[int]", "list[float]", [1, 2], [1.0, 2.0]),
        ("any", "list[int]", 4, [4]),
        ("any", "list[int]", [4], [4]),
        ("~T", "list[int]", [4], [4]),
        ("~T", "list[float]", 4, [4.0]),
        ("~T", "float", 4, 4.0),
        ("int | list[int]", "list[int]", [4], [4]),
        ("int | list[int]", "list[int]", 4, [4]),
        ("int | str", "float", 4, 4.0),
        ("list[~T]", "list[float]", [1], [1.0]),
    ],
)
def test_values_arrive_as_the_input_declares_them(source, target, value, arrives):
    given = converter(source, target)(value)
    assert (given, repr(given)) == (arrives, repr(arrives))


@pytest.mark.parametrize(
    ("source", "target"),
    [("int", "int"), ("list[int]", "list[int]"), ("any", "any"), ("int", "~T"), ("Box", "Box")],
)
def test_most_links_convert_nothing(source, target):
    assert converter(source, target) is None


def test_the_class_of_a_value_is_known_unless_its_type_leaves_it_open():
    assert checker("float") == (float, int)
    assert checker("Box | str") == (Box, str)
    assert checker("list[~T]") == (list,)
    assert checker("~T") is checker("any") is checker("path") is checker("Unheard") is None


def test_two_socket_types_cannot_share_a_name():
    with pytest.raises(TypeError, match="two socket types are named Box"):
        socket(color="#000000")(type("Box", (), {}))
    assert STYLES["Box"].color == "#111111"


def test_a_list_is_drawn_as_its_items_are():
    assert style("list[Box]") == style("Box")
    assert style("list[Box] | list[list[Box]]") == style("Box")
    assert style("Unheard").color
