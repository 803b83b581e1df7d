import json

import pytest

from nodegraph.comfy.ui.flatten import flatten
from nodegraph.comfy.ui.reading import read
from nodegraph.errors import WorkflowError
from tests.nodegraph.comfy.workflows import TWINS, node, plain, read_json, real, workflow

LATENT = ("LATENT",)


def flat(data):
    return flatten(read(data))


def inputs(data, node_id):
    return flat(data)[node_id]["inputs"]


def with_mode(mode):
    """A latent, scaled by 2, then by 3; the middle one in a mode."""
    return workflow(
        [
            node(1, "EmptyLatentImage", outputs=LATENT, values=[512, 512, 1]),
            node(2, "LatentUpscaleBy", ["samples:LATENT=1"], LATENT, ["area", 2.0], mode=mode),
            node(3, "LatentUpscaleBy", ["samples:LATENT=2"], LATENT, ["area", 3.0]),
        ],
        [[1, 1, 0, 2, 0, "LATENT"], [2, 2, 0, 3, 0, "LATENT"]],
    )


@real
@pytest.mark.parametrize("name", TWINS)
def test_a_flattened_workflow_is_the_prompt_that_comfyui_sent(name):
    assert plain(flat(read_json("ui", name))) == plain(read_json("api", name))


def test_values_get_their_names_and_what_follows_a_seed_has_none():
    data = workflow([node(3, "KSampler", values=[7, "randomize", 20, 8, "euler", "normal", 1])])
    assert inputs(data, "3") == {
        "seed": 7,
        "steps": 20,
        "cfg": 8,
        "sampler_name": "euler",
        "scheduler": "normal",
        "denoise": 1,
    }


def test_a_seed_of_old_files_is_followed_by_a_boolean_and_samplers_have_longer_names():
    values = [7, True, 20, 8, "sample_dpmpp_sde", "normal", 1]
    found = inputs(workflow([node(3, "KSampler", values=values)]), "3")
    assert (found["steps"], found["sampler_name"]) == (20, "dpmpp_sde")


@pytest.mark.parametrize("more", [{"widgets_values_named": {"a": 1}}, {"widgets_values": {"a": 1}}])
def test_values_with_names_need_no_class(more):
    assert inputs(workflow([node(3, "Custom") | more]), "3") == {"a": 1}


def test_an_unknown_class_that_lists_its_widgets_tells_their_names():
    custom = node(3, "Custom", ["*seed:INT", "*strength:FLOAT"], values=[7, "fixed", 0.5])
    assert inputs(workflow([custom]), "3") == {"seed": 7, "strength": 0.5}


def test_a_muted_node_is_not_there_and_neither_is_a_link_from_it():
    made = flat(with_mode(2))
    assert list(made) == ["1", "3"]
    assert "samples" not in made["3"]["inputs"]


def test_a_bypassed_node_passes_on_what_fits():
    made = flat(with_mode(4))
    assert list(made) == ["1", "3"]
    assert made["3"]["inputs"]["samples"] == ["1", 0]


def test_a_bypassed_node_passes_the_input_at_the_outputs_place_before_others_of_its_type():
    data = workflow(
        [
            node(1, "A", outputs=("IMAGE",)),
            node(2, "B", outputs=("IMAGE",)),
            node(3, "C", ["one:IMAGE=1", "two:IMAGE=2"], ("IMAGE", "IMAGE"), mode=4),
            node(4, "D", ["first:IMAGE=3", "second:IMAGE=4"]),
        ],
        [
            [1, 1, 0, 3, 0, "IMAGE"],
            [2, 2, 0, 3, 1, "IMAGE"],
            [3, 3, 0, 4, 0, "IMAGE"],
            [4, 3, 1, 4, 1, "IMAGE"],
        ],
    )
    assert inputs(data, "4") == {"first": ["1", 0], "second": ["2", 0]}


def test_reroutes_are_passed_and_primitives_give_their_value_and_notes_are_dropped():
    data = workflow(
        [
            node(1, "PrimitiveNode", outputs=("INT",), values=[768, "fixed"]),
            node(2, "Reroute", [":*=1"], ("INT",)),
            node(3, "EmptyLatentImage", ["*width:INT=2"], LATENT, [512, 512, 1]),
            node(4, "Note", values=["words"]),
            node(5, "MarkdownNote", values=["words"]),
        ],
        [[1, 1, 0, 2, 0, "INT"], [2, 2, 0, 3, 0, "INT"]],
    )
    assert plain(flat(data)) == {
        "3": ("EmptyLatentImage", {"width": 768, "height": 512, "batch_size": 1})
    }


def test_classes_have_their_new_names():
    data = workflow([node(1, "T2IAdapterLoader", values=["depth.pth"])])
    assert plain(flat(data)) == {"1": ("ControlNetLoader", {"control_net_name": "depth.pth"})}


def subgraph(instance, *, definition=None, outer=()):
    """A use of a subgraph that scales a latent, and reads text from its own boundary."""
    inner = {
        "id": "abc",
        "name": "Scale twice",
        "inputs": [{"name": "samples", "type": "LATENT"}, {"name": "factor", "type": "FLOAT"}],
        "outputs": [{"name": "out", "type": "LATENT"}],
        "nodes": [
            node(
                5,
                "LatentUpscaleBy",
                ["samples:LATENT=1", "*scale_by:FLOAT=2"],
                LATENT,
                ["area", 2.0],
            )
        ],
        "links": [
            {"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 5, "target_slot": 0},
            {"id": 2, "origin_id": -10, "origin_slot": 1, "target_id": 5, "target_slot": 1},
            {"id": 3, "origin_id": 5, "origin_slot": 0, "target_id": -20, "target_slot": 0},
        ],
    }
    return workflow(
        [
            node(1, "EmptyLatentImage", outputs=LATENT, values=[512, 512, 1]),
            instance,
            node(3, "SaveLatent", ["samples:LATENT=2"], values=["x"]),
            *outer,
        ],
        [[1, 1, 0, 2, 0, "LATENT"], [2, 2, 0, 3, 0, "LATENT"], [9, 8, 0, 2, 1, "FLOAT"]],
        definitions={"subgraphs": [definition or inner]},
    )


def test_subgraphs_are_opened_and_their_nodes_are_named_by_the_way_to_them():
    made = flat(subgraph(node(2, "abc", ["samples:LATENT=1"], LATENT)))
    assert plain(made) == {
        "1": ("EmptyLatentImage", {"width": 512, "height": 512, "batch_size": 1}),
        "2:5": (
            "LatentUpscaleBy",
            {"upscale_method": "area", "scale_by": 2.0, "samples": ["1", 0]},
        ),
        "3": ("SaveLatent", {"filename_prefix": "x", "samples": ["2:5", 0]}),
    }


@pytest.mark.parametrize(
    "instance",
    [
        node(2, "abc", ["samples:LATENT=1", "*factor:FLOAT"], LATENT, [4.0]),
        node(
            2,
            "abc",
            ["samples:LATENT=1"],
            LATENT,
            [4.0],
            properties={"proxyWidgets": [["5", "scale_by"]]},
        ),
        node(2, "abc", ["samples:LATENT=1"], LATENT, {"factor": 4.0}),
    ],
)
def test_a_use_sets_the_values_that_are_promoted(instance):
    assert flat(subgraph(instance))["2:5"]["inputs"]["scale_by"] == 4.0


def test_a_primitive_outside_sets_a_value_inside():
    primitive = node(8, "PrimitiveNode", outputs=("FLOAT",), values=[6.0, "fixed"])
    instance = node(2, "abc", ["samples:LATENT=1", "factor:FLOAT=9"], LATENT)
    made = flat(subgraph(instance, outer=[primitive]))
    assert made["2:5"]["inputs"]["scale_by"] == 6.0


def test_a_muted_use_mutes_all_inside_and_a_bypassed_one_passes_on():
    muted = flat(subgraph(node(2, "abc", ["samples:LATENT=1"], LATENT, mode=2)))
    assert plain(muted)["3"] == ("SaveLatent", {"filename_prefix": "x"})
    passed = flat(subgraph(node(2, "abc", ["samples:LATENT=1"], LATENT, mode=4)))
    assert plain(passed)["3"] == ("SaveLatent", {"filename_prefix": "x", "samples": ["1", 0]})
    assert "2:5" not in passed


def nested():
    """A use of a subgraph that uses another one, whose value both promote; the outer sets it."""
    inner = {
        "id": "inner",
        "name": "Inner",
        "inputs": [{"name": "words", "type": "STRING"}],
        "nodes": [node(5, "CLIPTextEncode", ["*text:STRING=1"], ["CONDITIONING"], ["fox"])],
        "links": [{"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 5, "target_slot": 0}],
    }
    outer = {
        "id": "outer",
        "name": "Outer",
        "inputs": [{"name": "prompt", "type": "STRING"}],
        "nodes": [node(4, "inner", ["*words:STRING=1"], values=["cat"])],
        "links": [{"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 4, "target_slot": 0}],
    }
    used = node(3, "outer", ["*prompt:STRING"], values=["owl"])
    return workflow([used], definitions={"subgraphs": [outer, inner]})


def test_a_value_is_set_through_several_walls():
    assert inputs(nested(), "3:4:5") == {"text": "owl"}


def test_a_subgraph_that_contains_itself_is_refused():
    data = nested()
    data["definitions"]["subgraphs"][1]["nodes"].append(node(6, "outer"))
    with pytest.raises(WorkflowError, match="one may contain itself"):
        flat(data)


def group_node(kind):
    inner = [
        node(0, "EmptyLatentImage", outputs=LATENT, values=[64, 64, 1]),
        node(1, "LatentUpscaleBy", ["samples:LATENT"], LATENT, ["area", 2.0]),
    ]
    body = {"nodes": inner, "links": [[0, 0, 1, 0, 1, "LATENT"]], "external": []}
    return workflow(
        [
            node(7, kind, [], LATENT, [512, 256, 2, "bilinear", 3.0]),
            node(8, "SaveLatent", ["samples:LATENT=1"], values=["x"]),
        ],
        [[1, 7, 0, 8, 0, "LATENT"]],
        extra={"groupNodes": {"Big": body}},
    )


@pytest.mark.parametrize("kind", ["workflow/Big", "workflow>Big"])
def test_legacy_group_nodes_are_opened_and_deal_out_their_values(kind):
    assert plain(flat(group_node(kind))) == {
        "7:0": ("EmptyLatentImage", {"width": 512, "height": 256, "batch_size": 2}),
        "7:1": (
            "LatentUpscaleBy",
            {"upscale_method": "bilinear", "scale_by": 3.0, "samples": ["7:0", 0]},
        ),
        "8": ("SaveLatent", {"filename_prefix": "x", "samples": ["7:1", 0]}),
    }


def test_version_1_has_links_as_objects():
    data = with_mode(0)
    keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    data |= {"version": 1, "links": [dict(zip(keys, link, strict=True)) for link in data["links"]]}
    assert plain(flat(data)) == plain(flat(with_mode(0)))


def test_a_value_that_is_a_list_is_no_link():
    custom = node(3, "Custom", values=None) | {"widgets_values_named": {"points": [1, 2]}}
    assert inputs(workflow([custom]), "3") == {"points": {"__value__": [1, 2]}}


def test_nothing_of_a_file_is_changed_by_reading_it():
    data = nested()
    before = json.dumps(data)
    flat(data)
    assert json.dumps(data) == before
