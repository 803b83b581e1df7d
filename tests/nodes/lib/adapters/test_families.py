"""LoRAs for the larger families, as their trainers write them."""

import copy

import pytest
import torch

from nodes import adapter
from nodes.lib import models
from nodes.lib.changes import applied
from nodes.model import load_model
from tests.tiny import adapters, families


def added(network, layers):
    """Return the weights of layers with the product added, by name."""
    scale = adapters.ALPHA / adapters.RANK
    return {
        name: network.get_submodule(name).weight
        + scale * (up.flatten(1) @ down.flatten(1)).view_as(network.get_submodule(name).weight)
        for name, (down, up) in layers.items()
    }


def laid(change, network):
    """Return a network's weights under a change, by name, as its layers compute."""
    found = {}
    with torch.inference_mode(), applied((change,), network):
        for name, module in network.named_modules():
            if hasattr(module, "base_layer") and set(module.active_adapters) & set(module.scaling):
                size = module.base_layer.weight.shape[1]
                bias = module.base_layer.bias
                found[name] = (module(torch.eye(size)) - (0 if bias is None else bias)).T
    applied((), network).close()
    return found


@pytest.fixture(scope="module", autouse=True)
def fresh():
    """Give others networks that nothing was ever laid over."""
    models.forget()
    yield
    models.forget()


@pytest.fixture(scope="module", params=["sdxl", "sd3", "flux"])
def family(request):
    return request.param


@pytest.fixture(scope="module")
def parts(family, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / family
    return load_model(model=str(families.write_family(folder, family)))


def test_what_peft_writes_is_read_for_every_family(parts, tmp_path):
    network = models.network(parts.model.part)
    before = copy.deepcopy(network)
    layers = adapters.pairs(network, ("attn.to_q", "attn1.to_q", "proj_mlp"))
    path = adapters.peft(tmp_path / "one.safetensors", **{parts.model.part.name: layers})
    (change,) = adapter.lora_network(parts.model, lora=str(path)).changes
    found, expected = laid(change, network), added(before, layers)
    assert found.keys() == expected.keys() != set()
    for name, weight in expected.items():
        torch.testing.assert_close(found[name], weight, atol=1e-5, rtol=1e-4)


def test_each_text_encoder_gets_its_own(parts, family, tmp_path):
    first, *others = [models.network(one.encoder) for one in parts.clip.encoders]
    prefix = "text_model." if hasattr(first, "text_model") else ""
    layers = {
        f"{'' if prefix else 'text_model.'}{name}": pair
        for name, pair in adapters.pairs(first, ("q_proj",)).items()
    }
    path = adapters.kohya(tmp_path / "texts.safetensors", lora_te1=layers)
    _, clip = adapter.lora(parts.model, parts.clip, lora=str(path), strength_model=0)
    (change,) = clip.changes
    bare = {name.removeprefix("text_model."): pair for name, pair in layers.items()}
    expected = added(first, layers if prefix else bare)
    found = laid(change, first)
    assert found.keys() == expected.keys() != set()
    for name, weight in expected.items():
        torch.testing.assert_close(found[name], weight, atol=1e-5, rtol=1e-4)
    for other in others:
        assert not laid(change, other)


def test_the_blocks_of_single_files_are_renamed(tmp_path):
    model = load_model(model=str(families.write_family(tmp_path / "sdxl", "sdxl"))).model
    network = models.network(model.part)
    name = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"
    pair = adapters.pairs(network, (name,))
    layers = {"input_blocks.3.1.transformer_blocks.0.attn1.to_q": pair[name]}
    path = adapters.kohya(tmp_path / "kohya.safetensors", lora_unet=layers)
    expected = added(network, pair)
    (change,) = adapter.lora_network(model, lora=str(path)).changes
    found = laid(change, network)
    assert found.keys() == {name}
    torch.testing.assert_close(found[name], expected[name], atol=1e-5, rtol=1e-4)
