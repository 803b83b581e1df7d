import json

import pytest

from nodegraph.comfy.bringing.bring import bring
from nodegraph.comfy.exporting.api import to_api
from nodegraph.comfy.importing import report as report_of
from nodegraph.comfy.site import Site
from nodegraph.comfy.ui.flatten import flatten
from nodegraph.comfy.ui.reading import read
from nodegraph.errors import WorkflowError
from nodegraph.workflow import catalogue, dumps, loads
from tests.nodegraph.comfy.ui.test_flatten import group_node, nested, subgraph
from tests.nodegraph.comfy.workflows import EVERY, node, plain, real, workflow

LATENT, IMAGE = ("LATENT",), ("IMAGE",)


def brought(data):
    return bring(read(data), Site(catalogue()))


def one(graph, kind):
    (found,) = (node for node in graph if node.type == kind)
    return found


@real
@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_real_workflows_open_with_a_report_of_every_node_and_are_saved_and_read_again(path):
    data = json.loads(path.read_text(encoding="utf-8"))
    graph, report = brought(data)
    text = dumps(graph)
    assert dumps(loads(text)) == text
    assert report.notes == []
    only_drawn = ("Note", "MarkdownNote", "PrimitiveNode", "Reroute")
    wanted = {str(one["id"]) for one in data["nodes"] if one["type"] not in only_drawn}
    told = {row.id.partition(":")[0] for row in report.rows}
    assert told == wanted
    assert {row.mark for row in report.rows} <= {"exact", "approximate", "unsupported"}


@real
@pytest.mark.parametrize("path", EVERY[:12], ids=lambda path: path.stem)
def test_the_report_can_be_told_from_the_workflow_alone(path):
    graph, report = brought(json.loads(path.read_text(encoding="utf-8")))
    again = report_of(loads(dumps(graph)))
    assert {(row.id, row.mark) for row in again.rows} == {(row.id, row.mark) for row in report.rows}


def test_nodes_stand_where_they_stood():
    decode = node(7, "VAEDecode", pos=[30, 40], size=[200, 60], color="#223344", title="Mine")
    graph, _ = brought(workflow([decode | {"flags": {"collapsed": True}}]))
    made = one(graph, "vae.decode")
    assert graph.view["nodes"][made.id] == {"pos": [30, 10], "color": "#223344", "collapsed": True}
    assert made.title == "Mine"


def test_several_nodes_for_one_stand_together_at_its_place_folded_but_the_last():
    sampler = node(3, "KSampler", values=[7, "fixed", 20, 8, "euler", "normal", 1], pos=[50, 90])
    graph, _ = brought(workflow([sampler]))
    places = [graph.view["nodes"][made.id] for made in graph]
    assert [place["pos"][0] for place in places] == [50] * len(places)
    assert [place.get("collapsed", False) for place in places] == [True] * (len(places) - 1) + [
        False
    ]


def test_groups_are_frames_and_notes_are_notes():
    data = workflow([node(3, "MarkdownNote", values=["**words**"], pos=[5, 66])])
    data["groups"] = [{"title": "G", "bounding": [1, 2, 300, 400], "color": "#3f789e"}]
    view = brought(data)[0].view
    assert view["frames"] == {
        "frame_1": {"title": "G", "pos": [1, 2], "size": [300, 400], "color": "#3f789e"}
    }
    assert view["notes"]["note_1"]["text"] == "**words**"
    assert view["notes"]["note_1"]["pos"] == [5, 36]


def test_reroutes_are_bends_of_links():
    data = workflow(
        [
            node(1, "LoadImage", outputs=(*IMAGE, "MASK"), values=["cat.png", "image"]),
            node(2, "Reroute", ["in:*=1"], IMAGE, pos=[111, 222]),
            node(3, "PreviewImage", ["images:IMAGE=2"]),
        ],
        [[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]],
    )
    graph, _ = brought(data)
    shown = one(graph, "image.preview")
    assert graph.inputs(shown.id) == {"image": [(one(graph, "image.load").id, "image")]}
    assert graph.view["links"] == {f"{shown.id}.image.0": {"points": [[111, 222]]}}


@pytest.mark.parametrize(("number", "mode"), [(2, "mute"), (4, "bypass"), (0, "run")])
def test_muted_and_bypassed_nodes_stay_so(number, mode):
    graph, _ = brought(workflow([node(7, "VAEDecode", mode=number)]))
    assert one(graph, "vae.decode").mode == mode


def test_an_unknown_class_is_kept_with_its_values_and_links_and_says_why():
    data = workflow(
        [
            node(1, "LoadImage", outputs=(*IMAGE, "MASK"), values=["cat.png", "image"]),
            node(2, "MagicFilter", ["image:IMAGE=1", "*power:INT"], IMAGE, [3]),
            node(3, "PreviewImage", ["images:IMAGE=2"]),
        ],
        [[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]],
    )
    graph, report = brought(data)
    magic = one(graph, "comfyui.MagicFilter")
    assert magic.params == {"power": 3}
    assert graph.inputs(magic.id) == {"image": [(one(graph, "image.load").id, "image")]}
    assert graph.inputs(one(graph, "image.preview").id) == {"image": [(magic.id, "IMAGE")]}
    assert magic.extra["comfyui"]["why"] == ["the class MagicFilter is not known here"]
    assert report.count("unsupported") == 1


def test_a_value_that_does_not_fit_keeps_the_node_as_it_came():
    sampler = node(3, "KSampler", values=[7, "fixed", 20, 8, "sampler of tomorrow", "normal", 1])
    graph, report = brought(workflow([sampler]))
    assert [made.type for made in graph] == ["comfyui.KSampler"]
    assert "sampler of tomorrow" in report.rows[0].why[0]


def test_a_node_that_lacks_links_is_ours_without_them():
    graph, _ = brought(workflow([node(7, "VAEDecode", ["samples:LATENT", "vae:VAE"])]))
    assert graph.inputs(one(graph, "vae.decode").id) == {}


def test_an_empty_latent_that_nobody_reads_is_kept():
    graph, _ = brought(workflow([node(5, "EmptyLatentImage", outputs=LATENT, values=[64, 64, 1])]))
    assert [made.type for made in graph] == ["comfyui.EmptyLatentImage"]


def encoder(*instances):
    inner = {
        "id": "abc",
        "name": "Encode words",
        "inputs": [{"name": "words", "type": "STRING"}, {"name": "clip", "type": "CLIP"}],
        "outputs": [{"name": "meaning", "type": "CONDITIONING"}],
        "nodes": [
            node(5, "CLIPTextEncode", ["clip:CLIP=2", "*text:STRING=1"], ["CONDITIONING"], ["fox"])
        ],
        "links": [
            {"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 5, "target_slot": 1},
            {"id": 2, "origin_id": -10, "origin_slot": 1, "target_id": 5, "target_slot": 0},
            {"id": 3, "origin_id": 5, "origin_slot": 0, "target_id": -20, "target_slot": 0},
        ],
    }
    loader = node(1, "CheckpointLoaderSimple", (), ("MODEL", "CLIP", "VAE"), ["critters"])
    links = [[one["id"], 1, 1, one["id"], 1, "CLIP"] for one in instances]
    return workflow([loader, *instances], links, definitions={"subgraphs": [inner]})


def use(node_id, *values):
    slots = ["*words:STRING", f"clip:CLIP={node_id}"]
    return node(node_id, "abc", slots, ["CONDITIONING"], list(values), title="Encode words")


def test_subgraphs_are_ours_with_the_values_that_are_promoted():
    graph, report = brought(encoder(use(2)))
    assert list(graph.subgraphs) == ["encode_words"]
    used = one(graph, "subgraph/encode_words")
    spec = graph.spec(used.id)
    assert (list(spec.inputs), list(spec.outputs)) == (["clip"], ["meaning"])
    assert spec.params["words"].default == "fox"
    assert [row.id for row in report.rows] == ["1", "2:5"]


def test_uses_that_set_the_same_share_a_definition_and_others_have_one_of_their_own():
    graph, _ = brought(encoder(use(2, "cat"), use(3, "cat"), use(4, "dog")))
    kinds = [made.type for made in graph if made.type.startswith("subgraph/")]
    assert kinds == ["subgraph/encode_words"] * 2 + ["subgraph/encode_words_2"]
    texts = {path: entry["inputs"].get("text") for path, entry in to_api(graph).items()}
    assert texts == {"1": None, "2:5": "cat", "3:5": "cat", "4:5": "dog"}


def test_a_value_set_on_the_use_goes_out():
    from nodegraph.edits import SetParam

    graph, _ = brought(encoder(use(2)))
    graph.apply(SetParam(one(graph, "subgraph/encode_words").id, "words", "owl"))
    assert to_api(graph)["2:5"]["inputs"]["text"] == "owl"


def test_a_subgraph_that_contains_itself_gets_a_sentence():
    inner = {"id": "abc", "name": "Round", "nodes": [node(5, "abc")], "links": []}
    with pytest.raises(WorkflowError, match="the subgraph Round contains itself"):
        brought(subgraph(node(2, "abc"), definition=inner))


def test_of_alternatives_in_a_text_the_first_is_taken_and_the_file_keeps_them():
    text = "a {red|blue} fox // nice"
    data = workflow([node(5, "CLIPTextEncode", values=[text])])
    graph, report = brought(data)
    assert one(graph, "text.encode").params["text"] == "a red fox "
    assert "of the alternatives in text the first is taken" in report.rows[0].why[0]
    assert to_api(graph)["5"]["inputs"]["text"] == text


@pytest.mark.parametrize("data", [nested(), group_node("workflow>Big")], ids=["nested", "group"])
def test_nested_and_legacy_subgraphs_go_out_as_they_came(data):
    graph, _ = brought(data)
    assert plain(to_api(loads(dumps(graph)))) == plain(flatten(read(data)))
