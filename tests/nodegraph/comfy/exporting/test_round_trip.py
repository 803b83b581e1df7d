import json

import pytest

from nodegraph.comfy.bringing.bring import bring
from nodegraph.comfy.exporting.api import ExportError, to_api
from nodegraph.comfy.exporting.ui import to_ui
from nodegraph.comfy.site import Site
from nodegraph.comfy.ui.flatten import flatten
from nodegraph.comfy.ui.reading import read
from nodegraph.core_nodes import INPUT
from nodegraph.edits import AddNode, SetMode, SetParam
from nodegraph.graph import Graph, Node
from nodegraph.subgraphs import boundary
from nodegraph.workflow import catalogue, dumps, loads
from tests.nodegraph.comfy.prompts import text_to_picture
from tests.nodegraph.comfy.ui.test_flatten import LATENT, nested, subgraph
from tests.nodegraph.comfy.workflows import EVERY, node, real, signatures, workflow


def brought(data):
    return bring(read(data), Site(catalogue()))[0]


@real
@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_what_came_in_goes_out_as_it_came(path):
    data = json.loads(path.read_text(encoding="utf-8"))
    before = signatures(flatten(read(data)))
    graph = loads(dumps(brought(data)))
    assert signatures(to_api(graph)) == before
    assert signatures(flatten(read(to_ui(graph)))) == before


def test_ids_titles_and_places_come_back():
    decode = node(7, "VAEDecode", title="My decoder", color="#223344", pos=[30, 40])
    (made,) = to_ui(brought(workflow([decode])))["nodes"]
    assert (made["id"], made["title"], made["color"]) == (7, "My decoder", "#223344")
    assert made["pos"] == [30, 40]
    assert made["size"] == [200, 100]


def test_an_unknown_node_comes_back_with_all_its_values():
    values = [1, "a", {"b": [2]}]
    custom = node(7, "Some Custom Node (Pack)", values=values, properties={"cnr_id": "pack"})
    (made,) = to_ui(brought(workflow([custom])))["nodes"]
    assert made["type"] == "Some Custom Node (Pack)"
    assert made["widgets_values"] == values
    assert made["properties"] == {"cnr_id": "pack"}


def test_groups_and_notes_come_back():
    data = workflow([node(3, "Note", values=["words"], pos=[5, 6])])
    data["groups"] = [{"title": "G", "bounding": [1, 2, 300, 400], "color": "#abcdef"}]
    made = to_ui(brought(data))
    assert made["groups"] == [{"title": "G", "bounding": [1, 2, 300, 400], "color": "#abcdef"}]
    (note,) = made["nodes"]
    assert (note["type"], note["widgets_values"], note["pos"]) == (
        "MarkdownNote",
        ["words"],
        [5, 6],
    )


def picture():
    from nodegraph.comfy.files.opening import from_json

    found = from_json(text_to_picture("a red fox", "euler", "karras"))
    return bring(found.workflow, Site(catalogue()), found.kind)[0]


def test_what_was_changed_here_is_what_goes_out():
    graph = picture()
    (schedule,) = (one.id for one in graph if one.type == "sampling.schedule")
    graph.apply(SetParam(schedule, "steps", 33))
    assert to_api(graph)["3"]["inputs"]["steps"] == 33


def test_muted_and_bypassed_nodes_keep_their_modes_in_the_editors_form():
    graph = picture()
    (save,) = (one.id for one in graph if one.type == "image.save")
    graph.apply(SetMode(save, "mute"))
    assert "9" not in to_api(graph)
    modes = {one["id"]: one["mode"] for one in to_ui(graph)["nodes"]}
    assert modes[9] == 2
    assert modes[3] == 0


def test_a_workflow_that_was_made_here_goes_out_too():
    graph = picture()
    fresh = Graph(graph.catalogue)
    for one in graph:
        fresh.apply(AddNode(Node(one.id, one.type, one.version, one.params)))
    fresh.dag.add_edges_from(graph.dag.edges(keys=True))
    classes = {entry["class_type"] for entry in to_api(fresh).values()}
    assert classes == {
        "CheckpointLoaderSimple",
        "CLIPTextEncode",
        "EmptyLatentImage",
        "KSampler",
        "VAEDecode",
        "SaveImage",
    }


def test_what_comfyui_has_nothing_for_is_refused_by_name():
    graph = Graph(catalogue())
    graph.apply(AddNode(Node("curve", "forward.curve")))
    with pytest.raises(ExportError, match=r"curve: ComfyUI has nothing for forward\.curve"):
        to_api(graph)


def test_bends_come_back_as_reroutes_of_links():
    data = workflow(
        [
            node(1, "LoadImage", outputs=("IMAGE", "MASK"), values=["cat.png", "image"]),
            node(2, "Reroute", ["in:*=1"], ("IMAGE",), pos=[111, 222]),
            node(3, "PreviewImage", ["images:IMAGE=2"]),
        ],
        [[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]],
    )
    (link,) = read(to_ui(brought(data))).graph.links.values()
    assert (link.source, link.target, link.points) == ("1", "3", ((111.0, 222.0),))


def definitions(data):
    """What counts of a graph of ours with its definitions: nodes, links and places.

    Inputs of definitions go by their names: those that set nothing here leave no gap there.
    """
    return {name: counted(graph) for name, graph in {"": data, **data.subgraphs}.items()}


def counted(graph):
    names = {one.id: f"input {one.params['name']}" for one in boundary(graph, INPUT)}
    nodes = {
        names.get(one.id, one.id): (one.type, {**one.params, "order": 0}, one.mode) for one in graph
    }
    links = {
        (names.get(one.source, one.source), one.output, one.target, one.input)
        for one in graph.links()
    }
    places = {
        key: (one.get("pos"), one.get("collapsed"))
        for key, one in graph.view.get("nodes", {}).items()
        if key not in names
    }
    return nodes, links, places


def scaled(instance):
    """A use of a subgraph that scales a latent, which a picture becomes."""
    data = subgraph(instance)
    data["nodes"][0] = node(1, "VAEEncode", outputs=LATENT)
    return data


SUBGRAPHS = [
    scaled(node(2, "abc", ["samples:LATENT=1"], LATENT)),
    scaled(node(2, "abc", ["samples:LATENT=1", "*factor:FLOAT"], LATENT, [3.0])),
    nested(),
]


@pytest.mark.parametrize("data", SUBGRAPHS, ids=["plain", "promoted", "nested"])
def test_subgraphs_come_back_as_definitions_and_are_the_same_again(data):
    first = brought(data)
    drawn = json.loads(json.dumps(to_ui(first)))
    names = {one["name"] for one in drawn["definitions"]["subgraphs"]}
    assert names == {one["name"] for one in data["definitions"]["subgraphs"]}
    again = brought(drawn)
    assert definitions(again) == definitions(first)
    assert signatures(to_api(again)) == signatures(flatten(read(data)))
    assert to_ui(again) == drawn


SAMPLER = ["model:MODEL=1", "positive:CONDITIONING=2", "negative:CONDITIONING=3"]
SET = [7, "fixed", 20, 8.0, "euler", "normal", 1.0]
EMPTY = [512, 512, 1]


def sampling(uses, definitions, links):
    """A workflow that samples 512 x 512, with subgraphs between the empty latent and the end."""
    nodes = [
        node(1, "CheckpointLoaderSimple", (), ("MODEL", "CLIP", "VAE"), ["a.safetensors"]),
        node(2, "CLIPTextEncode", ["clip:CLIP=4"], ["CONDITIONING"], ["fox"]),
        *uses,
    ]
    known = [[1, 1, 0, 6, 0, "MODEL"], [2, 2, 0, 6, 1, "*"], [3, 2, 0, 6, 2, "*"]]
    known += [[4, 1, 1, 2, 0, "CLIP"], [5, 6, 0, 7, 0, "LATENT"], [6, 1, 2, 7, 1, "VAE"]]
    nodes.append(node(7, "VAEDecode", ["samples:LATENT=5", "vae:VAE=6"], ["IMAGE"]))
    nodes.append(node(8, "PreviewImage", ["images:IMAGE=9"]))
    known.append([9, 7, 0, 8, 0, "IMAGE"])
    return workflow(nodes, [*known, *links], definitions={"subgraphs": definitions})


def inner(number, source, slot, target, entry=0):
    """A link inside of a definition."""
    ends = {"origin_id": source, "origin_slot": slot, "target_id": target, "target_slot": entry}
    return {"id": number, **ends}


def gives_size():
    """The empty latent is in a definition, whose use has two walls around it."""
    deep = {"id": "deep", "name": "Deep", "outputs": [{"name": "size", "type": "LATENT"}]}
    deep["nodes"] = [node(5, "EmptyLatentImage", outputs=LATENT, values=EMPTY)]
    deep["links"] = [inner(1, 5, 0, -20)]
    wall = {"id": "wall", "name": "Wall", "outputs": [{"name": "size", "type": "LATENT"}]}
    wall["nodes"], wall["links"] = [node(4, "deep", outputs=LATENT)], [inner(1, 4, 0, -20)]
    sampler = node(6, "KSampler", [*SAMPLER, "latent_image:LATENT=7"], LATENT, SET)
    uses = [node(3, "wall", outputs=LATENT), sampler]
    return sampling(uses, [wall, deep], [[7, 3, 0, 6, 3, "LATENT"]])


def takes_size(between=False):
    """The sampler is in a definition, which the empty latent is led into."""
    names = ("model", "positive", "negative", "size")
    kinds = ("MODEL", "CONDITIONING", "CONDITIONING", "LATENT")
    ends = [{"name": one, "type": kind} for one, kind in zip(names, kinds, strict=True)]
    walk = {"id": "walk", "name": "Walk", "inputs": ends, "outputs": [{"name": "out"}]}
    sampler = node(5, "KSampler", [*SAMPLER, "latent_image:LATENT=4"], LATENT, SET)
    walk["nodes"] = [sampler]
    walk["links"] = [inner(n + 1, -10, n, 5, n) for n in range(4)] + [inner(5, 5, 0, -20)]
    uses = [
        node(9, "EmptyLatentImage", outputs=LATENT, values=EMPTY),
        node(6, "walk", [*SAMPLER, "size:LATENT=7"], LATENT),
    ]
    passed = {"id": "pass", "name": "Pass", "inputs": [{"name": "size", "type": "LATENT"}]}
    passed |= {"outputs": [{"name": "size"}], "nodes": [], "links": [inner(1, -10, 0, -20)]}
    if not between:
        return sampling(uses, [walk], [[7, 9, 0, 6, 3, "LATENT"]])
    uses.append(node(3, "pass", ["size:LATENT=8"], LATENT))
    links = [[8, 9, 0, 3, 0, "LATENT"], [7, 3, 0, 6, 3, "LATENT"]]
    return sampling(uses, [walk, passed], links)


SIZES = [gives_size(), takes_size(), takes_size(between=True)]


@pytest.mark.parametrize("data", SIZES, ids=["out", "in", "through"])
def test_an_empty_latent_keeps_its_links_over_the_walls_of_subgraphs(data):
    before = signatures(flatten(read(data)))
    graph = loads(dumps(brought(data)))
    assert signatures(to_api(graph)) == before
    drawn = json.loads(json.dumps(to_ui(graph)))
    assert signatures(flatten(read(drawn))) == before
    again = brought(drawn)
    assert definitions(again) == definitions(graph)
    assert signatures(to_api(again)) == before


@real
@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_a_real_workflow_is_the_same_after_another_round(path):
    first = brought(json.loads(path.read_text(encoding="utf-8")))
    assert definitions(brought(to_ui(first))) == definitions(first)
