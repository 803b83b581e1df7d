"""What leads along a picture: unions are told their kind, and networks their vae and mask."""

import pytest

from nodegraph.comfy.prompt import read
from nodegraph.comfy.site import Site
from nodegraph.comfy.translate import translate
from nodegraph.workflow import catalogue

SITE = Site(catalogue(), lenient=True)


def graph_of(apply, kind="auto", **more):
    """Translate a picture that is led through a union network."""
    nodes = {
        "1": ("CheckpointLoaderSimple", {"ckpt_name": "critters"}),
        "2": ("CLIPTextEncode", {"clip": ["1", 1], "text": "a fox"}),
        "3": ("LoadImage", {"image": "edges.png"}),
        "4": ("ControlNetLoader", {"control_net_name": "union.safetensors"}),
        "5": ("SetUnionControlNetType", {"control_net": ["4", 0], "type": kind}),
        "6": (
            apply,
            {
                "positive": ["2", 0],
                "negative": ["2", 0],
                "control_net": ["5", 0],
                "vae": ["1", 2],
                "image": ["3", 0],
                "strength": 0.7,
                "start_percent": 0.1,
                "end_percent": 0.8,
                **more,
            },
        ),
        "7": ("EmptyLatentImage", {"width": 64, "height": 64, "batch_size": 1}),
        "8": (
            "KSampler",
            {
                "model": ["1", 0],
                "positive": ["6", 0],
                "negative": ["6", 1],
                "latent_image": ["7", 0],
                "seed": 1,
                "steps": 2,
                "cfg": 3.0,
                "sampler_name": "euler",
                "scheduler": "normal",
                "denoise": 1.0,
            },
        ),
        "9": ("VAEDecode", {"samples": ["8", 0], "vae": ["1", 2]}),
        "10": ("PreviewImage", {"images": ["9", 0]}),
    }
    prompt = {key: {"class_type": name, "inputs": inputs} for key, (name, inputs) in nodes.items()}
    return translate(read(prompt), SITE).graph


def of_type(graph, type_id):
    return [node for node in graph if node.type == type_id]


def source(graph, node, name):
    return graph[graph.inputs(node.id)[name][0][0]].type


@pytest.mark.parametrize("apply", ["ControlNetApplyAdvanced", "ControlNetApplySD3"])
def test_networks_that_read_latents_get_the_vae(apply):
    graph = graph_of(apply)
    (led,) = of_type(graph, "control.apply")
    assert {"vae", "image"} <= set(graph.inputs(led.id))
    assert "mask" not in graph.inputs(led.id)
    assert [led.params[name] for name in ("strength", "start", "end")] == [0.7, 0.1, 0.8]


def test_a_union_left_at_auto_needs_no_node():
    graph = graph_of("ControlNetApplyAdvanced")
    (led,) = of_type(graph, "control.apply")
    assert of_type(graph, "control.kind") == []
    assert source(graph, led, "control_net") == "control.load"


def test_a_union_is_told_its_kind_by_our_name():
    graph = graph_of("ControlNetApplyAdvanced", "canny/lineart/anime_lineart/mlsd")
    (kind,) = of_type(graph, "control.kind")
    (led,) = of_type(graph, "control.apply")
    assert kind.params["kind"] == "canny"
    assert source(graph, led, "control_net") == "control.kind"


def test_a_network_for_inpainting_gets_its_mask():
    graph = graph_of("ControlNetInpaintingAliMamaApply", mask=["3", 1])
    (led,) = of_type(graph, "control.apply")
    assert {"vae", "image", "mask"} <= set(graph.inputs(led.id))
