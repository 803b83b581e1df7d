"""Tiny models written as folder and as file, and the comparison of their networks."""

import torch

from nodes.lib import single
from nodes.lib.folders import VARIABLE
from nodes.lib.models import network
from nodes.model import load_model
from tests.tiny import families, files, layouts

NAMES = {
    "sd1": "sd1",
    "sd2": "sd2",
    "sdxl": "sdxl",
    "sdxl_refiner": "sdxl_refiner",
    "sd3": "sd35_medium",
    "flux": "flux_dev",
}


ENCODERS = {"sd2": {"clip_l": "clip_h"}}


class Written:
    """A tiny model as folder and as file, with the configurations that go with it."""

    def __init__(self, name, place):
        self.name = name
        self.folder = load_model(model=str(families.write_family(place / "folder", name)))
        self.configs, self.file = place / "configs", place / "checkpoints" / f"{name}.safetensors"
        self.nets = {"network": network(self.folder.model.part)}
        self.nets["vae"] = network(self.folder.vae.part)
        encoders = ENCODERS.get(name, {})
        self.readers = {
            encoders.get(one.name, one.name): network(one.encoder)
            for one in self.folder.clip.encoders
        }
        self.write()

    def write(self):
        own, prefixes = files.original(self.nets["network"]), files.PREFIXES[self.name]
        vae = files.original(self.nets["vae"])
        texts = {
            one: files.text_encoder(one, net, prefixes[one]) for one, net in self.readers.items()
        }
        files.write(
            self.file,
            layouts.prefixed(files.NETWORK, own),
            layouts.prefixed(files.VAE.get(self.name, "first_stage_model."), vae),
            *(layouts.prefixed(prefixes[one], tensors) for one, tensors in texts.items()),
        )
        self.parts = {"network": own, "vae": vae, **texts}
        plain = dict(self.nets["network"].state_dict())
        layouts_of = {"original": own, "diffusers": plain}
        files.write_spec(self.configs, NAMES[self.name], self.nets["network"], layouts_of)
        files.write_spec(self.configs, "vae", self.nets["vae"], {"original": vae})
        for one, tensors in texts.items():
            opened = prefixes[one].endswith(".model.")
            layout = {"openclip" if opened else "transformers": tensors}
            files.write_spec(self.configs, one, self.readers[one], layout)


def at_hand(found, monkeypatch):
    monkeypatch.setattr(single, "CONFIGS", found.configs)
    monkeypatch.setenv(VARIABLE, str(found.file.parent.parent))


def same(ours, theirs):
    ours, theirs = ours.state_dict(), theirs.state_dict()
    names = {name.removeprefix("text_model."): tensor for name, tensor in theirs.items()}
    for name, tensor in ours.items():
        assert torch.equal(tensor, names[name.removeprefix("text_model.")]), name
