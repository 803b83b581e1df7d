"""What texts are told of beside words: pictures, whose noise is the sampler's, and boxes."""

import pytest

from nodegraph.comfy.classes import backwards
from nodegraph.comfy.findings import PromptError
from nodegraph.comfy.prompt import read
from nodegraph.comfy.translate import translate


@pytest.fixture
def seen(prompt):
    """The positive text with a picture in its place."""
    prompt["10"] = {"class_type": "LoadImage", "inputs": {"image": "cat.png"}}
    prompt["11"] = {"class_type": "CLIPVisionLoader", "inputs": {"clip_name": "g.safetensors"}}
    reading = {"clip_vision": ["11", 0], "image": ["10", 0], "crop": "center"}
    prompt["12"] = {"class_type": "CLIPVisionEncode", "inputs": reading}
    told = {"conditioning": ["6", 0], "clip_vision_output": ["12", 0], "strength": 0.5}
    told |= {"noise_augmentation": 0.25}
    prompt["13"] = {"class_type": "unCLIPConditioning", "inputs": told}
    prompt["3"]["inputs"]["positive"] = ["13", 0]
    return prompt


def test_the_noise_on_pictures_is_the_samplers(seen, site):
    graph = translate(read(seen), site).graph
    told = {"strength": 0.5, "noise_augmentation": 0.25, "seed": 7}
    assert graph["unclip_13"].params == told


def test_a_seed_that_comes_by_a_link_is_the_noises_too(seen, site):
    seen["14"] = {"class_type": "PrimitiveInt", "inputs": {"value": 9}}
    seen["3"]["inputs"]["seed"] = ["14", 0]
    graph = translate(read(seen), site).graph
    assert graph.inputs("unclip_13")["seed"] == graph.inputs("noise_3")["seed"]


def test_pictures_of_combined_texts_have_the_samplers_noise_too(seen, site):
    both = {"conditioning_1": ["13", 0], "conditioning_2": ["6", 0]}
    seen["14"] = {"class_type": "ConditioningCombine", "inputs": both}
    seen["3"]["inputs"]["positive"] = ["14", 0]
    assert translate(read(seen), site).graph["unclip_13"].params["seed"] == 7


def test_a_text_in_a_box_stands_in_the_negative_as_well(prompt, site):
    prompt["10"] = {"class_type": "GLIGENLoader", "inputs": {"gligen_name": "box.safetensors"}}
    box = {"conditioning_to": ["6", 0], "clip": ["4", 1], "gligen_textbox_model": ["10", 0]}
    box |= {"text": "sun", "width": 64, "height": 32, "x": 8, "y": 16}
    prompt["11"] = {"class_type": "GLIGENTextBoxApply", "inputs": box}
    prompt["3"]["inputs"]["positive"] = ["11", 0]
    graph = translate(read(prompt), site).graph
    mine, theirs = graph["text_box_11"], graph["text_box_3"]
    assert (
        mine.params == theirs.params == {"text": "sun", "width": 64, "height": 32, "x": 8, "y": 16}
    )
    assert graph.inputs("text_box_3")["conditioning"] == [("encode_7", "conditioning")]
    assert graph.inputs("sample_3")["negative"] == [("text_box_3", "conditioning")]
    back = backwards(graph, "text_box_11")
    assert back.inputs["text"] == "sun"


def test_projected_guidance_is_a_guider_of_one_more(prompt, site):
    asked = {"eta": 0.5, "norm_threshold": 15.0, "momentum": -0.5}
    prompt["10"] = {"class_type": "APG", "inputs": {"model": ["4", 0], **asked}}
    prompt["3"]["inputs"]["model"] = ["10", 0]
    cfg = prompt["3"]["inputs"]["cfg"]
    graph = translate(read(prompt), site).graph
    assert graph["projected_3"].params == {**asked, "cfg": cfg + 1}
    assert graph.inputs("sample_guided_3")["guider"] == [("projected_3", "guider")]


def test_the_scale_of_projected_guidance_has_to_be_known(prompt, site):
    asked = {"eta": 0.5, "norm_threshold": 0.0, "momentum": 0.0}
    prompt["10"] = {"class_type": "APG", "inputs": {"model": ["4", 0], **asked}}
    prompt["11"] = {"class_type": "PrimitiveFloat", "inputs": {"value": 5.0}}
    prompt["3"]["inputs"] |= {"model": ["10", 0], "cfg": ["11", 0]}
    with pytest.raises(PromptError, match="cfg cannot come by a link"):
        translate(read(prompt), site)
