"""What arrives at an input, and what a node may return."""

import pytest

from nodegraph.errors import NodeError, WorkflowError
from tests.nodegraph.toys import calls, graph, n


@pytest.mark.parametrize(("source", "fits"), [("i", True), ("s", True), ("f", False)])
def test_a_union_takes_each_of_its_types_and_no_other(run, source, fits):
    """[8]"""
    outputs = {"i": "i.int", "s": "s.str", "f": "f.float"}
    nodes = {"i": n("number"), "s": n("text"), "f": n("real")}
    nodes |= {"through": n("identity", value=outputs[source])}
    nodes |= {"either": n("either", x="through.value")}
    if fits:
        assert run(nodes)["either"].startswith(("int", "str"))
    else:
        with pytest.raises(WorkflowError, match=r"gives float, either\.x takes int \| str"):
            graph(nodes)


def test_an_int_link_becomes_a_float_and_no_float_an_int(run):
    """[9]"""
    result = run({"i": n("number", {"value": 3}), "twice": n("scale", x="i.int")})
    assert type(result["twice"]) is float
    with pytest.raises(WorkflowError, match=r"f\.float gives float, bad\.a takes int"):
        graph({"f": n("real"), "i": n("number"), "bad": n("add", a="f.float", b="i.int")})


def test_a_variadic_input_is_given_all_its_links_in_order(run):
    """[15]"""
    nodes = {f"n{i}": n("number", {"value": i}) for i in range(12)}
    order = [11, 0, 10, 1, 9, 2, 3, 4, 5, 6, 7, 8]
    nodes["all"] = n("gather", items=[f"n{i}.int" for i in order])
    assert run(nodes)["all"] == order
    assert run({"none": n("gather")})["none"] == []


def test_a_driven_param_is_checked_like_any_other(run):
    nodes = {"x": n("real", {"value": 900.0}), "twice": n("scale", x="x.float")}
    nodes["again"] = n("real", value="twice.float")
    with pytest.raises(
        NodeError, match=r"again .*: value: 1800\.0 is above 1000; use -1000 to 1000"
    ):
        run(nodes)


def test_a_driven_param_does_not_count_by_the_value_it_hides(run):
    def nodes(hidden):
        return {"t": n("text", {"value": "x"}), "e": n("text", {"value": hidden}, value="t.str")}

    assert run(nodes("a"))["e"] == run(nodes("b"))["e"] == "x"
    assert calls["text"] == 2


def test_an_optional_input_without_a_link_is_none(run):
    assert run({"m": n("maybe")})["m"] == -1
    assert run({"x": n("number", {"value": 5}), "m": n("maybe", value="x.int")})["m"] == 5


def test_several_outputs_are_found_by_name_and_an_optional_one_may_be_none(run):
    result = run({"x": n("real", {"value": 3.0}), "s": n("split", x="x.float")})
    assert (result["s.whole"], result["s.rest"]) == (3, None)


@pytest.mark.parametrize("source", ["count.list", "through.value", "any.value", "pick.value"])
def test_a_list_arrives_whole_however_it_came(run, source):
    nodes = {
        "count": n("count", {"stop": 4}),
        "through": n("identity", value="count.list"),
        "any": n("anything", value="count.list"),
        "pick": n("switch", if_true="through.value", if_false="any.value"),
        "sum": n("total", numbers=source),
    }
    assert run(nodes)["sum"] == 6


@pytest.mark.parametrize("source", ["one.int", "through.value", "any.value"])
def test_a_single_value_becomes_a_list_however_it_came(run, source):
    nodes = {
        "one": n("number", {"value": 4}),
        "through": n("identity", value="one.int"),
        "any": n("anything", value="one.int"),
        "sum": n("total", numbers=source),
        "floats": n("floats", numbers=source),
        "scaled": n("scale", x=source),
    }
    result = run(nodes)
    assert result["sum"] == 4
    assert [type(one) for one in [*result["floats"], result["scaled"]]] == [float, float]


def test_a_node_that_returns_another_class_than_it_declares_fails_with_both_names(run):
    nodes = {"x": n("anything", value="t.str"), "t": n("text"), "u": n("unbox", box="x.value")}
    with pytest.raises(NodeError, match="'str' object has no attribute 'number'"):
        run(nodes)


def test_an_input_that_needs_a_value_says_where_none_came_from(run):
    def nodes(number):
        return {
            "x": n("real", {"value": number}),
            "parts": n("split", x="x.float"),
            "twice": n("scale", x="parts.rest"),
        }

    assert run(nodes(2.5))["twice"] == 1.0
    with pytest.raises(NodeError, match=r"twice .*: x is empty, since parts\.rest gave nothing"):
        run(nodes(2.0))
