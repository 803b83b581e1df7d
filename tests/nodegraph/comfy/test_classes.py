import pytest

from nodegraph.comfy.classes import table


@pytest.fixture
def told(site):
    return {name: one.told(site) for name, one in table().items()}


def test_the_basic_classes_are_there(told):
    assert set(told) >= {
        "CheckpointLoaderSimple",
        "CLIPTextEncode",
        "EmptyLatentImage",
        "KSampler",
        "LoadImage",
        "PreviewImage",
        "SaveImage",
        "VAEDecode",
        "VAEEncode",
    }


def test_the_sampler_is_told_with_types_defaults_and_bounds(told):
    required = told["KSampler"]["input"]["required"]
    assert required["model"] == ["MODEL"]
    assert required["steps"] == ["INT", {"default": 20, "min": 1, "max": 10000}]
    assert required["seed"][1]["max"] == 2**64 - 1
    assert required["cfg"][1]["default"] == 8.0
    assert "euler" in required["sampler_name"][0]
    assert told["KSampler"]["input_order"]["required"] == list(required)


def test_outputs_are_told_with_their_names(told):
    loader = told["CheckpointLoaderSimple"]
    assert loader["output"] == loader["output_name"] == ["MODEL", "CLIP", "VAE"]
    assert loader["output_is_list"] == [False, False, False]
    assert (loader["output_node"], told["SaveImage"]["output_node"]) == (False, True)


def test_models_and_pictures_are_listed(told):
    assert told["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"][0] == [
        "critters",
        "owner/anime",
        "dreams",
    ]
    assert told["LoadImage"]["input"]["required"]["image"] == [["cat.png"], {"image_upload": True}]


def test_every_class_says_what_it_is(told):
    assert all(one["description"] and one["display_name"] for one in told.values())
