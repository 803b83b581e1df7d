"""Control LoRAs of Flux: its first layer reads a picture beside x."""

import copy
from dataclasses import replace

import pytest
import torch

from nodes import adapter
from nodes.lib import families as calling
from nodes.lib import models
from nodes.lib.adapters import baking
from nodes.lib.families.grouping import ConditionError
from nodes.lib.single import Piece, loading
from nodes.model import load_model
from nodes.types import Condition
from tests.tiny import adapters, families, layouts

RANK = 3

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "flux"
    return load_model(model=str(families.write_family(folder, "flux"))).model


@pytest.fixture(scope="module")
def network(model):
    return copy.deepcopy(models.network(model.part))


@pytest.fixture(scope="module")
def wide(network):
    """A network that reads 128 numbers a token, whose layers differ, in its authors' names."""
    made = families.flux(in_channels=128, out_channels=64)
    tensors = dict(network.state_dict())
    first = tensors["x_embedder.weight"]
    tensors["x_embedder.weight"] = torch.cat([first, torch.zeros_like(first)], dim=1)
    made.load_state_dict(tensors)
    return made.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def file(wide, tmp_path_factory):
    """A LoRA of every layer with its bias, and norms of its own, as Black Forest Labs writes it.

    The wide network has all of it in its weights afterwards.
    """
    generator = torch.Generator().manual_seed(3)
    before = layouts.flux(dict(wide.state_dict()))
    tensors, after = {}, {name: one.clone() for name, one in before.items()}
    for name, weight in before.items():
        stem, _, last = name.rpartition(".")
        if last == "scale":
            after[name] = tensors[name] = weight + 0.3
        elif last == "weight":
            down = torch.randn((RANK, weight.shape[1]), generator=generator) * 0.2
            up = torch.randn((len(weight), RANK), generator=generator) * 0.2
            bias = torch.randn(len(weight), generator=generator) * 0.2
            tensors |= {f"{stem}.lora_A.weight": down, f"{stem}.lora_B.weight": up}
            tensors[f"{stem}.lora_B.bias"] = bias
            after[name] = weight + up @ down
            after[f"{stem}.bias"] = before[f"{stem}.bias"] + bias
    wide.load_state_dict(_renamed(wide, after))
    return adapters.write(tmp_path_factory.mktemp("loras") / "depth.safetensors", tensors)


def _renamed(wide, after):
    """Return tensors under the network's own names, by diffusers' converter."""
    config = {**wide.config, "_class_name": "FluxTransformer2DModel"}
    return loading.renamed(wide, Piece({}, "", "flux", config, 0), dict(after))


@pytest.fixture
def entry():
    generator = torch.Generator().manual_seed(5)
    embedding = torch.randn((1, 6, 32), generator=generator)
    pooled = torch.randn((1, 16), generator=generator)
    return Condition(embedding, pooled, beside=torch.randn((1, 16, 8, 12), generator=generator))


def call(model, entry):
    x = torch.randn((1, 16, 8, 12), generator=torch.Generator().manual_seed(6))
    with torch.inference_mode():
        return calling.EVALUATE["flux"](model, x, 0.5, (entry,))


def test_it_computes_as_a_network_that_was_widened(model, wide, file, entry):
    part = replace(model.part, identity="widened")
    models.hold(part, wide)
    expected = call(replace(model, part=part), entry)
    plain = call(model, entry)  # which looks at the picture behind x
    controlled = adapter.lora_network(model, lora=str(file))
    torch.testing.assert_close(call(controlled, entry), expected, rtol=1e-4, atol=1e-5)
    assert torch.equal(call(model, entry), plain)
    assert not torch.allclose(plain, expected, atol=1e-2)


def test_it_wants_a_picture(model, file, entry):
    controlled = adapter.lora_network(model, lora=str(file))
    with pytest.raises(ConditionError, match="reads 16 channels beside the picture's 16"):
        call(controlled, replace(entry, beside=None))


def test_it_is_not_saved_in_weights_that_have_no_room(model, file):
    controlled = adapter.lora_network(model, lora=str(file))
    with pytest.raises(baking.BakeError, match="has a control LoRA"):
        baking.baked(controlled.part, controlled.changes)
