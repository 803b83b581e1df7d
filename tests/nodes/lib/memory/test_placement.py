import pytest
import torch

from nodes.lib import models, text
from nodes.lib.memory import placement, sizes
from nodes.lib.predict import predict
from nodes.types import Latent
from nodes.vae import decode
from tests.tiny import adapters


@pytest.fixture
def x():
    return Latent(torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0)))


def estimate(loaded, x):
    said = text.encode(loaded.clip, "a")
    found = predict(loaded.model, x, 3.0, said, text.encode(loaded.clip, ""))
    return found.positive.denoised.samples, found.negative.denoised.samples


def test_what_does_not_fit_is_offloaded_and_gives_the_same_bits(loaded, x, networks, allow, said):
    expected = [*estimate(loaded, x), decode(loaded.vae, x).pixels]
    models.forget()
    allow(1000)
    found = [*estimate(loaded, x), decode(loaded.vae, x).pixels]
    assert all(map(torch.equal, found, expected))
    parts = (loaded.model.part, loaded.vae.part, loaded.clip.encoders[0].encoder)
    assert all(placement.is_offloaded(models.network(part)) for part in parts)
    assert networks.bytes("cpu") == 0
    assert sum("does not fit into the memory of cpu" in one for one in said()) == 3


def test_only_what_does_not_fit_is_offloaded(loaded, networks, allow, said):
    unet, vae = loaded.model.part, loaded.vae.part
    allow(sizes.expected(vae) + 1000)
    assert sizes.expected(unet) > sizes.expected(vae)
    assert placement.is_offloaded(models.network(unet))
    assert not placement.is_offloaded(models.network(vae))
    assert len(said()) == 1


def test_adapters_work_on_offloaded_networks(loaded, x, networks, allow, tmp_path):
    from nodes.adapter import lora_network

    network = models.network(loaded.model.part)
    layers = adapters.pairs(network, ("attn1.to_q",))
    path = adapters.peft(tmp_path / "one.safetensors", unet=layers)
    changed = loaded._replace(model=lora_network(loaded.model, lora=str(path)))
    expected, plain = estimate(changed, x), estimate(loaded, x)
    models.forget()
    allow(1000)
    assert all(map(torch.equal, estimate(changed, x), expected))
    assert not torch.equal(expected[0], plain[0])
    assert all(map(torch.equal, estimate(loaded, x), plain))
