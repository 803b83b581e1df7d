"""LoRA, against the formula written out: W + strength * alpha / rank * up @ down."""

import copy
from dataclasses import replace

import pytest
import torch

from nodes import adapter, text
from nodes.lib import models
from nodes.lib.adapters import laying
from nodes.lib.adapters.files import AdapterError
from nodes.lib.memory import placement
from nodes.lib.predict import predict
from nodes.types import Condition, Conditioning, Latent
from tests.tiny import adapters

ATTENTION = ("attn1.to_q", "attn2.to_k", "attn2.to_out.0", "proj_in")
EVERY = (*ATTENTION, "conv1", "time_emb_proj", "ff.net.2")
TEXTS = ("q_proj", "fc1")
TOLERANCE = {"atol": 1e-5, "rtol": 1e-4}

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def unet(loaded):
    """The network as it was before any LoRA."""
    return copy.deepcopy(models.network(loaded.model.part))


@pytest.fixture(scope="module")
def encoder(loaded):
    return copy.deepcopy(models.network(loaded.clip.encoders[0].encoder))


@pytest.fixture(scope="module")
def layers(unet):
    return adapters.pairs(unet, EVERY)


@pytest.fixture(scope="module")
def file(layers, encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("loras")
    texts = {f"text_model.{n}": one for n, one in adapters.pairs(encoder, TEXTS).items()}
    return adapters.kohya(folder / "one.safetensors", lora_unet=layers, lora_te=texts)


def added(network, layers, strength):
    """Return a copy of a network with the product added to its weights."""
    network = copy.deepcopy(network)
    scale = strength * adapters.ALPHA / adapters.RANK
    with torch.no_grad():
        for name, (down, up) in layers.items():
            weight = network.get_submodule(name).weight
            weight += scale * (up.flatten(1) @ down.flatten(1)).view_as(weight)
    return network


def words(width=16):
    generator = torch.Generator().manual_seed(2)
    return Conditioning((Condition(torch.randn((1, 12, width), generator=generator)),))


def noisy():
    return Latent(torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(3)))


@torch.inference_mode()
def by_hand(network, model, sigma=3.0):
    x = noisy().samples * model.latent_format.scale
    timestep = model.sampling.timestep(sigma)
    eps = network(model.sampling.scale_input(x, sigma), timestep, words().entries[0].embedding)
    return (x - sigma * eps.sample) / model.latent_format.scale


def predicted(model, sigma=3.0):
    return predict(model, noisy(), sigma, words()).positive.denoised.samples


def test_a_lora_adds_its_product_to_the_weights(loaded, unet, layers, file):
    model, _ = adapter.lora(loaded.model, loaded.clip, lora=str(file), strength_model=0.7)
    expected = by_hand(added(unet, layers, 0.7), loaded.model)
    torch.testing.assert_close(predicted(model), expected, **TOLERANCE)
    assert not torch.allclose(expected, by_hand(unet, loaded.model), atol=1e-2)


def test_without_it_the_network_is_what_it_was_bit_by_bit(loaded, file):
    before = predicted(loaded.model)
    model, _ = adapter.lora(loaded.model, loaded.clip, lora=str(file))
    changed = predicted(model)
    assert torch.equal(predicted(loaded.model), before)
    assert torch.equal(predicted(model), changed)
    assert not torch.equal(changed, before)


def test_texts_are_read_with_it_too(loaded, encoder, file):
    _, clip = adapter.lora(loaded.model, loaded.clip, lora=str(file), strength_clip=-0.5)
    before = text.encode(loaded.clip, text="a fox").entries[0].embedding
    found = text.encode(clip, text="a fox").entries[0].embedding
    again = text.encode(loaded.clip, text="a fox").entries[0].embedding

    hand = added(encoder, adapters.pairs(encoder, TEXTS), -0.5)
    tokens = models.network(loaded.clip.encoders[0].tokenizer)(
        "a fox", padding="max_length", return_tensors="pt"
    )
    with torch.inference_mode():
        expected = hand(tokens.input_ids).last_hidden_state
    torch.testing.assert_close(found, expected, **TOLERANCE)
    assert torch.equal(again, before)
    assert not torch.equal(found, before)


def test_several_in_a_row_add_up(loaded, unet, layers, file, tmp_path):
    others = adapters.pairs(unet, ("attn1.to_q", "conv2"), seed=9)
    second = adapters.kohya(tmp_path / "two.safetensors", lora_unet=others)
    model, clip = adapter.lora(loaded.model, loaded.clip, lora=str(file), strength_model=0.5)
    model, clip = adapter.lora(model, clip, lora=str(second), strength_model=-0.4)
    expected = by_hand(added(added(unet, layers, 0.5), others, -0.4), loaded.model)
    torch.testing.assert_close(predicted(model), expected, **TOLERANCE)


def test_every_layout_gives_the_same(loaded, unet, file, tmp_path):
    layers = adapters.pairs(unet, ATTENTION)
    files = [
        adapters.kohya(tmp_path / "kohya.safetensors", lora_unet=layers),
        adapters.diffusers(tmp_path / "diffusers.safetensors", unet=layers),
        adapters.peft(tmp_path / "peft.safetensors", unet=layers),
    ]
    found = [predicted(adapter.lora_network(loaded.model, lora=str(one))) for one in files]
    expected = by_hand(added(unet, layers, 1.0), loaded.model)
    for one in found:
        torch.testing.assert_close(one, expected, **TOLERANCE)


def test_strength_0_leaves_both_untouched(loaded, file):
    model, clip = adapter.lora(
        loaded.model, loaded.clip, lora=str(file), strength_model=0, strength_clip=0
    )
    assert model.changes == () == clip.changes


def test_steps_with_the_same_lora_switch_nothing(loaded, file, monkeypatch):
    model = adapter.lora_network(loaded.model, lora=str(file))
    predicted(model)
    monkeypatch.setattr(laying, "use", lambda *_: pytest.fail("it was switched again"))
    predicted(model)


def test_a_lora_for_another_family_is_refused_by_name(loaded, unet, tmp_path):
    down, up = torch.ones(2, 99), torch.ones(99, 2)
    wide = {"down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q": (down, up)}
    path = adapters.diffusers(tmp_path / "wide.safetensors", unet=wide)
    with pytest.raises(AdapterError, match=r"wide.safetensors fit none .* another family"):
        predicted(adapter.lora_network(loaded.model, lora=str(path)))
    path = adapters.peft(tmp_path / "flux.safetensors", transformer={"x_embedder": (down, up)})
    with pytest.raises(AdapterError, match="is for transformer, and this model has a unet"):
        predicted(adapter.lora_network(loaded.model, lora=str(path)))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("lora_unet_a.on_input", "IA3"),
        ("lora_unet_a.a1.weight", "GLoRA"),
        ("unet.a.oft_R.weight", "OFT as PEFT trains it"),
        ("lora_controlnet", "control LoRA of Stable Diffusion"),
    ],
)
def test_other_kinds_are_refused_by_their_names(loaded, tmp_path, name, kind):
    path = adapters.write(tmp_path / "other.safetensors", {name: torch.ones(2, 2)})
    with pytest.raises(AdapterError, match=f"of the kind {kind}"):
        predicted(adapter.lora_network(loaded.model, lora=str(path)))


def test_what_is_long_unused_leaves_the_network(loaded, unet, tmp_path, monkeypatch):
    monkeypatch.setattr(laying, "KEPT", 2)
    layers = adapters.pairs(unet, ("attn1.to_q",))
    network = models.network(loaded.model.part)
    for number in range(4):
        scaled = {name: (down * (number + 1), up) for name, (down, up) in layers.items()}
        path = adapters.kohya(tmp_path / f"{number}.safetensors", lora_unet=scaled)
        predicted(adapter.lora_network(loaded.model, lora=str(path)))
    assert len(network.peft_config) == 2
    torch.testing.assert_close(
        predicted(loaded.model), by_hand(unet, loaded.model), atol=1e-5, rtol=1e-5
    )


def test_a_network_that_stays_in_the_ram_computes_with_it_too(loaded, unet, layers, file):
    part = replace(loaded.model.part, identity="offloaded")
    models.hold(part, copy.deepcopy(unet))
    placement.offload(models.network(part), part)
    model = adapter.lora_network(replace(loaded.model, part=part), lora=str(file), strength=0.7)
    expected = by_hand(added(unet, layers, 0.7), loaded.model)
    torch.testing.assert_close(predicted(model), expected, **TOLERANCE)
    torch.testing.assert_close(
        predicted(replace(model, changes=())), by_hand(unet, loaded.model), **TOLERANCE
    )
