from dataclasses import replace

import pytest
import torch

from nodes.inside import freeu, look, skip
from nodes.lib import models, text
from nodes.lib.adapters import baking
from nodes.lib.memory import placement
from nodes.lib.predict import predict
from nodes.lib.speed import choosing, quick, recipes
from nodes.model import load_model, load_unet, load_vae
from nodes.types import Latent
from nodes.vae import decode, encode
from tests.tiny import adapters, families

SHARE = 1e-5
"""What fast may be off in float32, as a share of the largest number: sums in another order."""


def close(found, expected):
    return float((found - expected).abs().max()) <= SHARE * float(expected.abs().max())


def estimate(model, clip, x, sigma=3.0):
    return predict(model, x, sigma, text.encode(clip, "a")).positive.denoised.samples


@pytest.mark.parametrize(
    "wanted", [{"channels_last": True}, {"fused": True}, {"fused": True, "channels_last": True}]
)
def test_fast_is_exact_up_to_rounding(loaded, fast, x, cooked, wanted):
    expected = estimate(loaded.model, loaded.clip, x), decode(loaded.vae, x).pixels
    latent = encode(loaded.vae, decode(loaded.vae, x)).samples
    cooked(**wanted)
    found = estimate(fast.model, fast.clip, x), decode(fast.vae, x).pixels
    assert all(map(close, found, expected))
    assert close(encode(fast.vae, decode(fast.vae, x)).samples, latent)


def test_safe_is_the_same_network_called_as_it_is(loaded):
    assert recipes.recipe(loaded.model.part) == recipes.Recipe()
    assert models.network(loaded.model.part)._compiled_call_impl is None


def test_a_processor_gets_its_own_recipe(fast):
    assert recipes.recipe(fast.model.part) == recipes.Recipe(texts=True)
    assert recipes.recipe(fast.vae.part) == recipes.Recipe(channels_last=True)


def test_a_gpu_gets_all_of_it():
    part = load_model(speed="fastest").model.part
    found = recipes.recipe(replace(part, device="cuda:0", dtype="float16"))
    assert found == recipes.Recipe(*[True] * 7)
    wide = recipes.recipe(replace(part, device="cuda:0", dtype="float32"))
    assert wide == replace(found, narrow=False)


def test_a_twin_shares_the_weights_and_stands_in(fast, x, cooked):
    cooked(fused=True)
    network = models.network(fast.model.part)
    twin = network._compiled_call_impl.twin
    own = dict(network.named_parameters())
    assert all(
        one is own[name]
        for name, one in twin.named_parameters()
        if "to_qkv" not in name and "to_kv" not in name
    )
    hook = network.register_forward_pre_hook(lambda *_: pytest.fail("the network was called"))
    estimate(fast.model, fast.clip, x)
    hook.remove()
    assert not any("to_qkv" in name for name in network.state_dict())


def test_a_fused_twin_keeps_no_layers_that_it_does_not_call():
    network = families.flux()
    twin = quick.twin(network, fused=True)
    count, expected = (sum(one.numel() for one in each.parameters()) for each in (twin, network))
    assert count == expected
    x, guidance = torch.randn(1, 4, network.config.in_channels), torch.ones(1)
    texts = torch.randn(1, 3, network.config.joint_attention_dim)
    pooled = torch.randn(1, network.config.pooled_projection_dim)
    ids = {"img_ids": torch.zeros(4, 3), "txt_ids": torch.zeros(3, 3)}
    with torch.inference_mode():
        found, plain = (
            each(x, texts, pooled, torch.ones(1), guidance=guidance, return_dict=False, **ids)[0]
            for each in (twin, network)
        )
    assert close(found, plain)


@pytest.mark.parametrize("change", [lambda one: skip(one, index=0, scale=0.0), freeu])
def test_changes_have_their_effect_on_fast_networks(loaded, fast, x, cooked, change):
    plain = estimate(loaded.model, loaded.clip, x)
    expected = estimate(change(loaded.model), loaded.clip, x)
    cooked(fused=True)
    estimate(fast.model, fast.clip, x)
    assert torch.equal(estimate(change(fast.model), fast.clip, x), expected)
    assert close(estimate(fast.model, fast.clip, x), plain)
    assert not close(plain, expected)


def test_adapters_have_their_effect_on_fast_networks(loaded, fast, x, cooked, tmp_path):
    from nodes.adapter import lora_network

    layers = adapters.pairs(models.network(loaded.model.part), ("attn1.to_q",))
    path = str(adapters.peft(tmp_path / "one.safetensors", unet=layers))
    plain = estimate(loaded.model, loaded.clip, x)
    expected = estimate(lora_network(loaded.model, lora=path), loaded.clip, x)
    cooked(fused=True)
    found = estimate(lora_network(fast.model, lora=path), fast.clip, x)
    assert close(found, expected)
    assert close(estimate(fast.model, fast.clip, x), plain)
    assert not close(plain, expected)


def test_one_looks_into_the_network_itself(loaded, fast, x, cooked):
    expected = look(loaded.model, x, 3.0, text.encode(loaded.clip, "a"))
    cooked(fused=True)
    found = look(fast.model, x, 3.0, text.encode(fast.clip, "a"))
    assert found.features.levels.keys() == expected.features.levels.keys()
    assert found.attention.maps.keys() == expected.attention.maps.keys()


def test_an_offloaded_network_has_no_twin(fast, x, cooked):
    cooked(fused=True)
    network = models.network(fast.model.part)
    expected = estimate(fast.model, fast.clip, x)
    placement.offload(network, fast.model.part)
    assert close(estimate(fast.model, fast.clip, x), expected)
    assert network._compiled_call_impl.twin is None


def test_weights_in_float8_take_less_than_half_and_stay_near(loaded, x, networks, tiny_folder):
    from nodes.lib.memory import sizes

    small = load_model(model=str(tiny_folder), weights="float8")
    expected = estimate(loaded.model, loaded.clip, x)
    found = estimate(small.model, small.clip, x)
    assert 0 < (found - expected).std() < 0.3 * expected.std()
    whole, rounded = (sizes.of(models.network(one.part)) for one in (loaded.model, small.model))
    assert rounded < whole / 2
    with pytest.raises(baking.BakeError, match="kept in float8 are rounded already"):
        baking.baked(small.model.part, ())


def test_changes_and_adapters_work_on_weights_in_float8(loaded, x, tiny_folder, tmp_path, networks):
    from nodes.adapter import lora_network

    small = load_model(model=str(tiny_folder), weights="float8").model
    layers = adapters.pairs(models.network(loaded.model.part), ("attn1.to_q",))
    path = str(adapters.peft(tmp_path / "one.safetensors", unet=layers))
    plain = estimate(small, loaded.clip, x)
    for changed in (skip(small, index=0, scale=0.0), lora_network(small, lora=path)):
        assert not close(estimate(changed, loaded.clip, x), plain)
    assert torch.equal(estimate(small, loaded.clip, x), plain)


def test_fastest_computes_in_bfloat16_where_the_processor_can(monkeypatch, tiny_folder):
    for can, dtype in ((True, "bfloat16"), (False, "float32")):
        monkeypatch.setattr(choosing, "narrow_cpu", lambda can=can: can)
        found = load_model(model=str(tiny_folder), speed="fastest")
        assert found.model.part.dtype == found.vae.part.dtype == dtype
    monkeypatch.setattr(choosing, "narrow_cpu", lambda: True)
    assert choosing.model(found.model, "fastest", "as run", "float32").part.dtype == "float32"
    assert load_model(model=str(tiny_folder), speed="fast").model.part.dtype == "float32"


def test_the_speed_is_part_of_what_a_network_is(loaded, tiny_folder):
    fast = load_model(model=str(tiny_folder), speed="fast")
    assert fast.model.part != loaded.model.part
    assert fast.vae.part != loaded.vae.part
    assert models.opened[4] is fast.vae


def test_networks_that_come_alone_have_a_speed_too(tiny_folder):
    assert load_unet(unet=str(tiny_folder), speed="fast", weights="float8").part.storage == "float8"
    assert load_vae(vae=str(tiny_folder), speed="fast").part.speed == "fast"


def test_computing_loosely_leaves_torch_as_it_was():
    matmul = torch.backends.cuda.matmul
    before = matmul.allow_fp16_accumulation
    with quick.ways(recipes.Recipe(kernels=True, loose=True)):
        assert matmul.allow_fp16_accumulation
    assert matmul.allow_fp16_accumulation == before


@pytest.mark.parametrize("family", ["sdxl", "sd3", "flux"])
def test_products_are_fused_in_every_family(family, tmp_path, cooked):
    loaded = load_model(model=str(families.write_family(tmp_path / family, family)))
    samples = torch.randn(1, loaded.model.latent_format.channels, 8, 8)
    expected = estimate(loaded.model, loaded.clip, Latent(samples), sigma=0.7)
    cooked(fused=True)
    fast = replace(loaded.model, part=replace(loaded.model.part, speed="fast"))
    assert close(estimate(fast, loaded.clip, Latent(samples), sigma=0.7), expected)
    assert models.network(fast.part)._compiled_call_impl.twin is not None
