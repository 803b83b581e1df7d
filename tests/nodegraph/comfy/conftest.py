import pytest

from nodegraph.comfy.site import Site
from nodegraph.workflow import catalogue


@pytest.fixture
def site():
    pictures = {"cat.png": "cat.png", "sub/dog.png [output]": "/outputs/sub/dog.png"}
    return Site(catalogue(), ["owner/anime", "dreams"], ["cat.png"], pictures.get)


@pytest.fixture
def prompt():
    """A prompt as scripts send it: text to picture."""
    return {
        "3": {
            "class_type": "KSampler",
            "inputs": {
                "seed": 7,
                "steps": 4,
                "cfg": 3.0,
                "sampler_name": "dpmpp_2m",
                "scheduler": "karras",
                "denoise": 1.0,
                "model": ["4", 0],
                "positive": ["6", 0],
                "negative": ["7", 0],
                "latent_image": ["5", 0],
            },
        },
        "4": {
            "class_type": "CheckpointLoaderSimple",
            "inputs": {"ckpt_name": "critters.safetensors"},
        },
        "5": {
            "class_type": "EmptyLatentImage",
            "inputs": {"width": 64, "height": 64, "batch_size": 1},
        },
        "6": {
            "class_type": "CLIPTextEncode",
            "inputs": {"text": "a happy red fox", "clip": ["4", 1]},
            "_meta": {"title": "Positive"},
        },
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
        "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
        "9": {
            "class_type": "SaveImage",
            "inputs": {"filename_prefix": "fox", "images": ["8", 0]},
        },
    }
