import pytest

from nodegraph.comfy.check import check
from nodegraph.comfy.findings import PromptError
from nodegraph.comfy.prompt import read


def found(prompt, site, **options):
    """What is wrong, by node: ComfyUI's words for it and the inputs."""
    checked = check(read(prompt), site, **options)
    return {
        node: [(one.type, one.extra_info["input_name"]) for one in findings]
        for node, findings in checked.wrong.items()
    }


def test_a_whole_prompt_has_nothing_wrong(prompt, site):
    checked = check(read(prompt), site)
    assert checked.wrong == {}
    assert checked.outputs == ("9",)
    assert checked.order.index("4") < checked.order.index("6") < checked.order.index("3")


def test_values_are_turned_into_what_the_class_takes(prompt, site):
    prompt["3"]["inputs"] |= {"seed": "12", "steps": 20.0, "cfg": 2}
    values = check(read(prompt), site).values["3"]
    assert (values["seed"], values["steps"], values["cfg"]) == (12, 20, 2.0)


@pytest.mark.parametrize(
    ("node", "name", "value", "type"),
    [
        ("3", "steps", 0, "value_smaller_than_min"),
        ("3", "steps", 10_001, "value_bigger_than_max"),
        ("3", "seed", -1, "value_smaller_than_min"),
        ("3", "seed", 2**64, "value_bigger_than_max"),
        ("3", "cfg", "much", "invalid_input_type"),
        ("3", "cfg", float("nan"), "invalid_input_type"),
        ("3", "steps", float("inf"), "invalid_input_type"),
        ("3", "seed", "9" * 5000, "invalid_input_type"),
        ("3", "model", 5, "invalid_input_type"),
        ("6", "text", "a" * (2**20 + 1), "invalid_input_type"),
        ("3", "sampler_name", "eular", "value_not_in_list"),
        ("3", "scheduler", None, "value_not_in_list"),
        ("4", "ckpt_name", "nobody.safetensors", "value_not_in_list"),
        ("3", "model", ["4", 1], "return_type_mismatch"),
        ("3", "model", ["4", 3], "bad_linked_input"),
        ("3", "model", ["4", -1], "bad_linked_input"),
        ("3", "model", ["99", 0], "bad_linked_input"),
        ("3", "model", ["4"], "bad_linked_input"),
    ],
)
def test_an_input_that_does_not_fit_is_named_with_its_node(prompt, site, node, name, value, type):
    prompt[node]["inputs"][name] = value
    assert found(prompt, site) == {node: [(type, name)]}


def test_a_missing_input_is_said(prompt, site):
    del prompt["8"]["inputs"]["vae"], prompt["3"]["inputs"]["denoise"]
    assert found(prompt, site) == {
        "8": [("required_input_missing", "vae")],
        "3": [("required_input_missing", "denoise")],
    }


def test_inputs_nobody_asks_for_do_not_matter(prompt, site):
    prompt["5"]["inputs"]["choose file to upload"] = ["odd"]
    assert found(prompt, site) == {}


def test_what_no_output_needs_is_not_looked_at(prompt, site):
    prompt["20"] = {"class_type": "KSampler", "inputs": {"steps": "many"}}
    assert found(prompt, site) == {}


def test_what_is_wrong_says_which_outputs_it_stops(prompt, site):
    prompt["10"] = {"class_type": "PreviewImage", "inputs": {"images": ["8", 0]}}
    prompt["11"] = {"class_type": "LoadImage", "inputs": {"image": "cat.png"}}
    prompt["12"] = {"class_type": "PreviewImage", "inputs": {"images": ["11", 0]}}
    prompt["5"]["inputs"]["width"] = 4
    checked = check(read(prompt), site)
    assert checked.findings()["5"].dependent_outputs == ("9", "10")
    assert checked.broken() == {"5", "3", "8", "9", "10"}


def test_only_the_outputs_asked_for_are_looked_at(prompt, site):
    prompt["10"] = {"class_type": "PreviewImage", "inputs": {}}
    assert found(prompt, site, only=["9"]) == {}


def test_unknown_classes_refuse_the_whole_prompt_even_unused(prompt, site):
    prompt["20"] = {"class_type": "WarpDrive", "inputs": {}, "_meta": {"title": "Warp"}}
    prompt["21"] = {"class_type": "Shields", "inputs": {}}
    with pytest.raises(PromptError, match="WarpDrive, Shields") as error:
        check(read(prompt), site)
    answer = error.value.to_json()["error"]
    assert (answer["type"], answer["details"]) == ("invalid_prompt", "Node ID '#20'")
    assert answer["extra_info"]["node_title"] == "Warp"


def test_a_prompt_without_outputs_is_refused(prompt, site):
    del prompt["9"]
    with pytest.raises(PromptError) as error:
        check(read(prompt), site)
    assert error.value.finding.type == "prompt_no_outputs"


def test_a_loop_is_refused_with_the_way_around(prompt, site):
    prompt["5"] = {
        "class_type": "VAEEncode",
        "inputs": {"pixels": ["8", 0], "vae": ["4", 2]},
    }
    with pytest.raises(PromptError) as error:
        check(read(prompt), site)
    ring = ["3", "8", "5"] * 2
    ways = [" -> ".join(ring[start : start + 4]) for start in range(3)]
    assert any(way in str(error.value) for way in ways)


def test_a_long_chain_is_no_problem(site):
    prompt = {"0": {"class_type": "LoadImage", "inputs": {"image": "cat.png"}}}
    prompt["v"] = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "critters"}}
    for i in range(1000):
        prompt[f"e{i}"] = {
            "class_type": "VAEEncode",
            "inputs": {"pixels": [f"d{i - 1}" if i else "0", 0], "vae": ["v", 2]},
        }
        prompt[f"d{i}"] = {
            "class_type": "VAEDecode",
            "inputs": {"samples": [f"e{i}", 0], "vae": ["v", 2]},
        }
    prompt["s"] = {"class_type": "PreviewImage", "inputs": {"images": ["d999", 0]}}
    assert found(prompt, site) == {}
