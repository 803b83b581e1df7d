import math

import pytest

from nodegraph.comfy.findings import PromptError, RefusedError
from nodegraph.comfy.prompt import Linked, PromptNode, loads, read


def test_a_node_has_class_inputs_and_title():
    prompt = read({"3": {"class_type": "A", "inputs": {"x": 1}, "_meta": {"title": "Mine"}}})
    assert prompt == {"3": PromptNode("3", "A", {"x": 1}, "Mine")}


def test_a_list_is_a_link():
    node = PromptNode("1", "A", {"x": ["1:2", 0]})
    assert node.value("x") == Linked("1:2", 0)


@pytest.mark.parametrize("given", [[], ["1"], ["1", "0"], ["1", 0, 0], [None, 0], ["1", True]])
def test_a_list_that_is_no_link_is_refused(given):
    with pytest.raises(RefusedError) as error:
        PromptNode("1", "A", {"x": given}).value("x")
    assert error.value.finding.type == "bad_linked_input"


def test_a_wrapped_list_is_a_constant():
    assert PromptNode("1", "A", {"x": {"__value__": [1, 2]}}).value("x") == [1, 2]


def test_what_is_not_asked_for_is_let_be_even_nan():
    prompt = loads('{"1": {"class_type": "A", "inputs": {}, "is_changed": [NaN], "more": 1e999}}')
    assert prompt["1"] == PromptNode("1", "A")


def test_nan_stays_what_it_is_in_an_input():
    prompt = loads('{"1": {"class_type": "A", "inputs": {"x": NaN}}}')
    assert math.isnan(prompt["1"].value("x"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "object"),
        ("{", "not JSON"),
        ('{"1": 2}', "Node ID '#1'"),
        ('{"1": {"inputs": {}}}', "class_type"),
        ('{"1": {"class_type": "A", "inputs": []}}', "values by their names"),
        ('{"1": {"class_type": "A"}, "1": {"class_type": "B"}}', "stands twice"),
        ("[" * 100, "nested"),
    ],
)
def test_what_is_no_prompt_is_refused_with_a_sentence(text, words):
    with pytest.raises(PromptError, match=words) as error:
        loads(text)
    assert error.value.finding.type == "invalid_prompt"


def test_a_prompt_may_not_be_endless():
    with pytest.raises(PromptError, match="10,001 nodes"):
        read({str(i): {"class_type": "A"} for i in range(10_001)})
