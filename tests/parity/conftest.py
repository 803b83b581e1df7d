"""A small Stable Diffusion 1.5 with random weights, and the same networks to the reference."""

import math

import numpy as np
import pytest
import torch
from diffusers import UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from nodegraph import run
from nodegraph.comfy.prompt import read
from nodegraph.comfy.site import Site
from nodegraph.comfy.translate import translate
from nodegraph.workflow import catalogue
from tests import tiny
from tests.parity import levels

SCALE = 0.18215


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tiny.write_model(tmp_path_factory.mktemp("parity") / "model")


@pytest.fixture(scope="session")
def posted(folder):
    """Runs a prompt as ComfyUI takes it; gives what a node of ours made."""
    site = Site(catalogue(), [str(folder)], find_picture=str)

    def post(prompt, wanted):
        made = translate(read(prompt), site)
        node, _, _ = wanted.partition(".")
        return run(made.graph, [node])[wanted]

    return post


class Reference:
    """The networks as diffusers and transformers have them, and what is made of them by hand."""

    def __init__(self, folder):
        self.unet = UNet2DConditionModel.from_pretrained(folder / "unet").eval()
        self.encoder = CLIPTextModel.from_pretrained(folder / "text_encoder").eval()
        self.tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
        self.levels = levels.Diffusion(levels.trained())

    def tokens(self, text):
        """Return one chunk, (1, T), filled up with the end's token."""
        asked = {"padding": "max_length", "truncation": True, "return_tensors": "pt"}
        return self.tokenizer(text, **asked).input_ids

    @torch.inference_mode()
    def read(self, tokens):
        return self.encoder(tokens).last_hidden_state

    def estimator(self, positive, negative, cfg, both=False):
        """Return what estimates the picture in x at sigma: guidance on estimates, not on noise.

        With ``both`` it gives the estimate without the text too.

        The time is the nearest in log sigma. Eight even steps have one in the very middle between
        two, where ComfyUI's arithmetic in float32 comes to the later.
        """
        texts = torch.cat([positive, negative])
        logs = np.log(self.levels.levels)

        @torch.inference_mode()
        def estimate(x, sigma):
            far = np.abs(logs - math.log(sigma))
            time = int(np.flatnonzero(far <= far.min() + 1e-7)[-1])
            shown = torch.tensor(x / math.sqrt(sigma**2 + 1), dtype=torch.float32)
            seen = self.unet(torch.cat([shown, shown]), time, texts).sample.double().numpy()
            with_text, without = x - sigma * seen[:1], x - sigma * seen[1:]
            guided = without + cfg * (with_text - without)
            return (guided, without) if both else guided

        return estimate


@pytest.fixture(scope="session")
def reference(folder):
    return Reference(folder)


@pytest.fixture
def prompt(folder):
    """From a text to a latent in eight steps."""

    def make(sampler="euler", scheduler="normal", **more):
        walk = {"seed": 7, "steps": 8, "cfg": 3.0, "denoise": 1.0, **more}
        links = {"model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0]}
        names = {"sampler_name": sampler, "scheduler": scheduler, "latent_image": ["5", 0]}
        size = {"width": 64, "height": 64, "batch_size": 1}
        return {
            "3": {"class_type": "KSampler", "inputs": walk | links | names},
            "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": str(folder)}},
            "5": {"class_type": "EmptyLatentImage", "inputs": size},
            "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "fox", "clip": ["4", 1]}},
            "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
            "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
            "9": {"class_type": "PreviewImage", "inputs": {"images": ["8", 0]}},
        }

    return make
