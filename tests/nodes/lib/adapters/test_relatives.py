"""LoHa, LoKr, DoRA and others, against PEFT's layers and the published formulas."""

import copy
import json
from dataclasses import replace

import peft
import pytest
import torch
from torch.nn import functional
from torch.nn.utils import parametrize

from nodes import adapter, text
from nodes.lib import models
from nodes.lib.adapters import baking, reweighing
from nodes.lib.adapters.files import AdapterError
from nodes.lib.memory import placement
from nodes.lib.predict import predict
from nodes.model import load_model
from nodes.types import Condition, Conditioning, Latent
from tests.tiny import adapters

CLOSE = {"atol": 1e-5, "rtol": 1e-5}
LINEAR = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k"
CONV = "mid_block.resnets.0.conv1"
POINT = "mid_block.attentions.0.proj_in"
NORM = "mid_block.resnets.0.norm1"
ALPHA = 3.0

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def unet(loaded):
    """The network as it was before anything was laid over it."""
    return copy.deepcopy(models.network(loaded.model.part))


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(4)


@pytest.fixture
def draw(generator):
    return lambda *shape: torch.randn(shape, generator=generator) * 0.3


def flat(name):
    return f"lora_unet_{name.replace('.', '_')}"


def lycoris(path, layers):
    """Write a file in LyCORIS' names: for each layer tensors by their role."""
    found = {
        f"{flat(name)}.{role}": one for name, roles in layers.items() for role, one in roles.items()
    }
    return adapters.write(path, found)


def laid(loaded, path, strength=1.0):
    """Return the network's tensors under a file."""
    model = adapter.lora_network(loaded.model, lora=str(path), strength=strength)
    return adapters.weights(model)


def close(found, expected):
    """Tell whether tensors are equal to a tolerance, and some of them changed."""
    assert found.keys() == expected.keys()
    for name, one in expected.items():
        torch.testing.assert_close(found[name], one, **CLOSE)


KINDS = {
    "loha": (peft.LoHaConfig, {"r": 2, "alpha": ALPHA}),
    "loha with cores": (peft.LoHaConfig, {"r": 2, "alpha": ALPHA, "use_effective_conv2d": True}),
    "lokr": (peft.LoKrConfig, {"r": 1, "alpha": ALPHA}),
    "lokr of four": (peft.LoKrConfig, {"r": 1, "alpha": ALPHA, "decompose_both": True}),
    "lokr with cores": (peft.LoKrConfig, {"r": 1, "alpha": ALPHA, "use_effective_conv2d": True}),
    "dora": (peft.LoraConfig, {"r": 2, "lora_alpha": ALPHA, "use_dora": True}),
}


@pytest.fixture(scope="module", params=KINDS)
def trained(request, unet):
    """What PEFT makes of a network: its tensors, the config, and the weights with it in them."""
    cls, options = KINDS[request.param]
    random = "init_lora_weights" if request.param == "dora" else "init_weights"
    config = cls(target_modules=[LINEAR, CONV, POINT], **options, **{random: False})
    network = copy.deepcopy(unet)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(8)
        peft.inject_adapter_in_model(config, network)
        for name, one in network.named_parameters():
            if "magnitude" in name:
                one.data *= 1 + 0.3 * torch.rand_like(one)
    tensors = {n: one.detach() for n, one in peft.get_peft_model_state_dict(network).items()}
    assert all(any(name.startswith(one) for name in tensors) for one in (LINEAR, CONV, POINT))
    for module in network.modules():
        if hasattr(module, "merge"):
            module.merge()
    whole = {
        name.replace(".base_layer.", "."): one
        for name, one in network.state_dict().items()
        if not any(kind in name for kind in ("lora_", "hada_", "lokr_"))
    }
    return tensors, config, whole


def test_what_peft_trains_is_what_it_computes_with(loaded, unet, trained, tmp_path):
    tensors, config, expected = trained
    (tmp_path / "adapter_config.json").write_text(json.dumps(config.to_dict(), default=list))
    named = {f"base_model.model.{name}": one for name, one in tensors.items()}
    path = adapters.write(tmp_path / "adapter_model.safetensors", named)
    close(laid(loaded, path), expected)
    assert not torch.allclose(expected[f"{CONV}.weight"], unet.get_submodule(CONV).weight)


def test_the_same_in_the_names_of_lycoris(loaded, trained, tmp_path):
    tensors, _, expected = trained
    named = {}
    for name in (LINEAR, CONV, POINT):
        for role, one in ((n.removeprefix(f"{name}."), t) for n, t in tensors.items() if name in n):
            role = role.replace("lora_A", "lora_down").replace("lora_B", "lora_up")
            if "magnitude" in role:  # LyCORIS writes it as a column
                rows = len(expected[f"{name}.weight"])
                role, one = "dora_scale", one.reshape(rows, *(1,) * (max(one.ndim, 2) - 1))
            named[f"{flat(name)}.{role}"] = one
        named[f"{flat(name)}.alpha"] = torch.tensor(ALPHA)
    close(laid(loaded, adapters.write(tmp_path / "one.safetensors", named)), expected)


def test_strength_is_a_share_of_the_way(loaded, unet, trained, tmp_path):
    tensors, config, whole = trained
    (tmp_path / "adapter_config.json").write_text(json.dumps(config.to_dict(), default=list))
    path = adapters.write(tmp_path / "adapter_model.safetensors", dict(tensors))
    before = unet.state_dict()
    expected = {name: before[name] + 0.4 * (one - before[name]) for name, one in whole.items()}
    close(laid(loaded, path, 0.4), expected)


def test_norms_of_columns_are_those_of_the_changed_weights(loaded, unet, draw, tmp_path):
    weight = unet.get_submodule(CONV).weight
    out, inner, *kernel = weight.shape
    down, up = draw(2, inner, *kernel), draw(out, 2, 1, 1)
    scale = 1 + draw(1, inner, 1, 1).abs()
    path = lycoris(
        tmp_path / "one.safetensors",
        {CONV: {"lora_down.weight": down, "lora_up.weight": up, "dora_scale": scale}},
    )
    found = laid(loaded, path)[f"{CONV}.weight"]
    direction = weight + functional.conv2d(down.transpose(0, 1), up).transpose(0, 1)
    norms = found.transpose(0, 1).flatten(1).norm(dim=1)
    torch.testing.assert_close(norms, scale.flatten(), **CLOSE)
    parallel = functional.cosine_similarity(
        found.transpose(0, 1).flatten(1), direction.transpose(0, 1).flatten(1)
    )
    torch.testing.assert_close(parallel, torch.ones(inner), **CLOSE)


def test_a_core_lies_between_down_and_up(loaded, unet, draw, tmp_path):
    layer = unet.get_submodule(CONV)
    out, inner, *kernel = layer.weight.shape
    down, mid, up = draw(3, inner, 1, 1), draw(3, 3, *kernel), draw(out, 3, 1, 1)
    roles = {"lora_down.weight": down, "lora_mid.weight": mid, "lora_up.weight": up}
    roles["alpha"] = torch.tensor(1.5)
    path = lycoris(tmp_path / "one.safetensors", {CONV: roles})
    x = draw(1, inner, 6, 6)
    through = functional.conv2d(functional.conv2d(x, down), mid, padding=1)
    expected = layer(x) + 0.5 * functional.conv2d(through, up)
    weight = laid(loaded, path)[f"{CONV}.weight"]
    found = functional.conv2d(x, weight, layer.bias, padding=1)
    torch.testing.assert_close(found, expected, **CLOSE)


def test_both_factors_of_lokr_whole_know_no_alpha(loaded, unet, draw, tmp_path):
    weight = unet.get_submodule(LINEAR).weight
    first, second = draw(2, 2), draw(len(weight) // 2, weight.shape[1] // 2)
    roles = {"lokr_w1": first, "lokr_w2": second, "alpha": torch.tensor(9.0)}
    path = lycoris(tmp_path / "one.safetensors", {LINEAR: roles})
    blocks = torch.cat([torch.cat([one * second for one in row], 1) for row in first])
    found = laid(loaded, path)[f"{LINEAR}.weight"]
    torch.testing.assert_close(found, weight + blocks, **CLOSE)


def test_differences_are_added_to_weights_biases_and_norms(loaded, unet, draw, tmp_path):
    conv, norm = unet.get_submodule(CONV), unet.get_submodule(NORM)
    added = {CONV: {"diff": draw(*conv.weight.shape), "diff_b": draw(*conv.bias.shape)}}
    added[NORM] = {"w_norm": draw(*norm.weight.shape), "b_norm": draw(*norm.bias.shape)}
    found = laid(loaded, lycoris(tmp_path / "one.safetensors", added), -0.5)
    expected = copy.deepcopy(unet.state_dict())
    for name, roles in added.items():
        weight, bias = roles.values()
        expected[f"{name}.weight"] -= 0.5 * weight
        expected[f"{name}.bias"] -= 0.5 * bias
    close(found, expected)


def test_oft_rotates_the_rows_of_each_block(loaded, unet, draw, tmp_path):
    weight = unet.get_submodule(LINEAR).weight
    blocks = draw(2, len(weight) // 2, len(weight) // 2)
    roles = {"oft_blocks": blocks, "alpha": torch.tensor(0.0)}
    found = laid(loaded, lycoris(tmp_path / "one.safetensors", {LINEAR: roles}))
    skew = torch.block_diag(*(one - one.T for one in blocks))
    one = torch.eye(len(weight))
    expected = torch.linalg.solve(one + skew, (one - skew) @ weight)
    torch.testing.assert_close(found[f"{LINEAR}.weight"], expected, **CLOSE)
    gram = expected.T @ expected
    torch.testing.assert_close(gram, weight.T @ weight, **CLOSE)


def test_kinds_add_up_on_one_layer_in_any_order(loaded, unet, trained, draw, tmp_path):
    tensors, config, whole = trained
    (tmp_path / "adapter_config.json").write_text(json.dumps(config.to_dict(), default=list))
    first = adapters.write(tmp_path / "adapter_model.safetensors", dict(tensors))
    pairs = adapters.pairs(unet, (LINEAR,))
    second = adapters.kohya(tmp_path / "plain.safetensors", lora_unet=pairs)
    weight = unet.get_submodule(LINEAR).weight
    third = lycoris(tmp_path / "diff.safetensors", {LINEAR: {"diff": draw(*weight.shape)}})
    one = adapter.lora_network(loaded.model, lora=str(first), strength=0.5)
    one = adapter.lora_network(one, lora=str(second), strength=2.0)
    one = adapter.lora_network(one, lora=str(third), strength=-1.0)
    other = adapter.lora_network(loaded.model, lora=str(third), strength=-1.0)
    other = adapter.lora_network(other, lora=str(second), strength=2.0)
    other = adapter.lora_network(other, lora=str(first), strength=0.5)
    name = f"{LINEAR}.weight"
    difference = laid(loaded, third)[name] - weight
    down, up = pairs[LINEAR]
    plain = adapters.ALPHA / adapters.RANK * up @ down
    expected = weight + 0.5 * (whole[name] - weight) + 2 * plain - difference
    for found in (one, other):
        torch.testing.assert_close(adapters.weights(found)[name], expected, **CLOSE)


def words(width=16):
    generator = torch.Generator().manual_seed(2)
    return Conditioning((Condition(torch.randn((1, 12, width), generator=generator)),))


def predicted(model, sigma=3.0):
    noisy = Latent(torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(3)))
    return predict(model, noisy, sigma, words()).positive.denoised.samples


@pytest.fixture
def dora(unet, draw, tmp_path):
    """A file that changes three layers."""
    layers = {}
    for name in (LINEAR, CONV, POINT):
        shape = unet.get_submodule(name).weight.shape
        ones = (1,) * (len(shape) - 1)
        layers[name] = {
            "lora_down.weight": draw(2, *shape[1:]),
            "lora_up.weight": draw(shape[0], 2, *ones[1:]),
            "dora_scale": 1 + draw(shape[0], *ones),
        }
    return lycoris(tmp_path / "dora.safetensors", layers)


def by_hand(unet, weights, loaded):
    """Return what a network of these weights predicts."""
    network = copy.deepcopy(unet)
    network.load_state_dict(weights)
    part = replace(loaded.model.part, identity="by hand")
    models.hold(part, network)
    return predicted(replace(loaded.model, part=part))


def test_the_network_computes_with_it_and_then_as_it_did_bit_by_bit(loaded, unet, dora):
    network = models.network(loaded.model.part)
    before, parameters = predicted(loaded.model), dict(network.named_parameters())
    model = adapter.lora_network(loaded.model, lora=str(dora), strength=0.7)
    changed = predicted(model)
    assert torch.equal(predicted(loaded.model), before)
    assert torch.equal(predicted(model), changed)
    expected = by_hand(unet, laid(loaded, dora, 0.7), loaded)
    torch.testing.assert_close(changed, expected, atol=1e-4, rtol=1e-4)
    assert not torch.allclose(changed, before, atol=1e-2)
    ids = {id(one) for one in network.parameters()}
    assert ids >= {id(one) for name, one in parameters.items() if "lora_" not in name}


def test_what_is_long_unused_leaves_the_network(loaded, unet, draw, tmp_path, monkeypatch):
    monkeypatch.setattr(reweighing, "KEPT", 1)
    network = models.network(loaded.model.part)
    norm = unet.get_submodule(NORM)
    for number, name in enumerate((CONV, NORM, NORM)):
        shape = unet.get_submodule(name).weight.shape
        path = lycoris(tmp_path / f"{number}.safetensors", {name: {"diff": draw(*shape)}})
        predicted(adapter.lora_network(loaded.model, lora=str(path)))
    assert not parametrize.is_parametrized(network.get_submodule(CONV))
    assert torch.equal(network.get_submodule(NORM).weight, norm.weight) is False
    predicted(loaded.model)
    assert torch.equal(network.get_submodule(NORM).weight, norm.weight)


def test_texts_are_read_with_it_too(loaded, draw, tmp_path):
    own = models.network(loaded.clip.encoders[0].encoder)
    encoder = copy.deepcopy(own)
    name = next(one for one, _ in own.named_modules() if one.endswith("layers.0.self_attn.q_proj"))
    weight = encoder.get_submodule(name).weight
    roles = {"w1_a": draw(len(weight), 2), "w1_b": draw(2, weight.shape[1])}
    roles |= {"w2_a": draw(len(weight), 2), "w2_b": draw(2, weight.shape[1])}
    bare = name.removeprefix("text_model.").replace(".", "_")
    tensors = {f"lora_te_text_model_{bare}.hada_{role}": one for role, one in roles.items()}
    path = adapters.write(tmp_path / "texts.safetensors", tensors)
    _, clip = adapter.lora(
        loaded.model, loaded.clip, lora=str(path), strength_model=0, strength_clip=0.5
    )
    before = text.encode(loaded.clip, text="a fox").entries[0].embedding
    found = text.encode(clip, text="a fox").entries[0].embedding
    assert torch.equal(text.encode(loaded.clip, text="a fox").entries[0].embedding, before)
    with torch.no_grad():
        weight += 0.5 * (roles["w1_a"] @ roles["w1_b"]) * (roles["w2_a"] @ roles["w2_b"])
    tokens = models.network(loaded.clip.encoders[0].tokenizer)(
        "a fox", padding="max_length", return_tensors="pt"
    )
    with torch.inference_mode():
        expected = encoder(tokens.input_ids).last_hidden_state
    torch.testing.assert_close(found, expected, **CLOSE)
    assert not torch.equal(found, before)


def test_a_network_that_stays_in_the_ram_computes_with_it_too(loaded, unet, dora):
    part = replace(loaded.model.part, identity="offloaded with dora")
    models.hold(part, copy.deepcopy(unet))
    placement.offload(models.network(part), part)
    plain = replace(loaded.model, part=part)
    before = predicted(plain)
    model = adapter.lora_network(plain, lora=str(dora), strength=0.7)
    expected = predicted(adapter.lora_network(loaded.model, lora=str(dora), strength=0.7))
    torch.testing.assert_close(predicted(model), expected, **CLOSE)
    assert torch.equal(predicted(plain), before)


def test_kinds_come_and_go_on_a_network_in_the_ram(loaded, unet, dora, tmp_path):
    pairs = adapters.pairs(unet, (LINEAR, "conv1"))
    plain = adapters.kohya(tmp_path / "plain.safetensors", lora_unet=pairs)
    part = replace(loaded.model.part, identity="offloaded with both")
    models.hold(part, copy.deepcopy(unet))
    placement.offload(models.network(part), part)
    for files in ((dora,), (dora, plain), (plain,), (plain, dora)):
        here, there = loaded.model, replace(loaded.model, part=part)
        for one in files:
            here = adapter.lora_network(here, lora=str(one))
            there = adapter.lora_network(there, lora=str(one))
        torch.testing.assert_close(predicted(there), predicted(here), **CLOSE)


def test_weights_in_float8_are_changed_too(tiny_folder, dora):
    small = load_model(model=str(tiny_folder), weights="float8").model
    before = predicted(small)
    changed = predicted(adapter.lora_network(small, lora=str(dora)))
    assert not torch.allclose(changed, before, atol=1e-2)
    assert torch.equal(predicted(small), before)


def test_it_is_in_the_weights_of_what_is_saved(loaded, dora):
    model = adapter.lora_network(loaded.model, lora=str(dora), strength=0.7)
    expected = adapters.weights(model)
    close(baking.baked(model.part, model.changes), expected)


@pytest.mark.parametrize(
    "roles",
    [
        {"hada_w1_a": (9, 2), "hada_w1_b": (2, 9), "hada_w2_a": (9, 2), "hada_w2_b": (2, 9)},
        {"lokr_w1": (3, 2), "lokr_w2": (2, 2)},
        {"diff": (3, 3)},
        {"oft_blocks": (3, 3, 3)},
        {"lora_down.weight": (1, 16), "lora_up.weight": (8, 1), "dora_scale": (5, 1)},
    ],
)
def test_other_sizes_are_refused_by_the_name_of_the_layer(loaded, draw, tmp_path, roles):
    tensors = {role: draw(*shape) for role, shape in roles.items()}
    path = lycoris(tmp_path / "wrong.safetensors", {LINEAR: tensors})
    with pytest.raises(AdapterError, match=rf"wrong.safetensors fit none .*{LINEAR}.* family"):
        predicted(adapter.lora_network(loaded.model, lora=str(path)))


@pytest.mark.parametrize(
    ("roles", "says"),
    [
        (("hada_w1_a",), f"lacks half of {LINEAR.replace('.', '_')}"),
        (("lora_down.weight",), "lacks half of"),
        (("dora_scale", "alpha"), "has alpha and dora_scale of .* nothing that they belong to"),
        (("boft_R",), "of the kind BOFT"),
        (("diff", "frobnicated"), "frobnicated, and 1 such in all, .* no kind of LoRA"),
    ],
)
def test_what_cannot_be_applied_is_said_by_name(loaded, draw, tmp_path, roles, says):
    path = lycoris(tmp_path / "half.safetensors", {LINEAR: {role: draw(2, 2) for role in roles}})
    with pytest.raises(AdapterError, match=says):
        predicted(adapter.lora_network(loaded.model, lora=str(path)))
