import pytest
import torch

from nodes.inside import freeu
from nodes.lib import models, text
from nodes.lib.predict import predict
from nodes.lib.speed.texts import Texts
from tests.tiny import families


def estimate(model, read, x, sigma=3.0):
    found = predict(model, x, sigma, *read)
    return torch.cat([found.positive.denoised.samples, found.negative.denoised.samples])


def reads(clip, *prompts):
    return [text.encode(clip, prompt) for prompt in prompts]


def counted(network):
    """Count how often each layer makes keys of a text."""
    calls = []
    for name, layer in network.named_modules():
        if name.endswith("attn2.to_k"):
            layer.register_forward_pre_hook(lambda *_, name=name: calls.append(name))
    return calls


def test_a_text_is_multiplied_once_for_all_steps_and_gives_the_same_bits(loaded, fast, x, cooked):
    both = reads(loaded.clip, "a cat", "a")
    expected = [estimate(loaded.model, both, x, sigma) for sigma in (9.0, 3.0, 0.5)]
    cooked(texts=True)
    calls = counted(models.network(fast.model.part)._compiled_call_impl.twin)
    found = [estimate(fast.model, both, x, sigma) for sigma in (9.0, 3.0, 0.5)]
    assert all(map(torch.equal, found, expected))
    assert len(calls) == len(set(calls)) > 0


def test_another_text_is_read_anew(loaded, fast, x, cooked):
    texts = [reads(loaded.clip, *pair) for pair in (("a cat", "a"), ("a dog", "a"))]
    expected = [estimate(loaded.model, both, x) for both in texts]
    cooked(texts=True)
    assert all(
        torch.equal(estimate(fast.model, both, x), one)
        for both, one in zip(texts * 2, expected * 2, strict=True)
    )


def test_changed_networks_read_their_texts_at_every_step(loaded, fast, x, cooked):
    both = reads(loaded.clip, "a cat", "a")
    expected = estimate(freeu(loaded.model), both, x)
    cooked(texts=True)
    estimate(fast.model, both, x)
    assert torch.equal(estimate(freeu(fast.model), both, x), expected)


def test_texts_and_fused_products_go_together(loaded, fast, x, cooked):
    both = reads(loaded.clip, "a cat", "a")
    expected = estimate(loaded.model, both, x)
    cooked(texts=True, fused=True)
    assert torch.allclose(estimate(fast.model, both, x), expected, atol=1e-5)
    twin = models.network(fast.model.part)._compiled_call_impl.twin
    assert not any(name.endswith("to_kv") for name, _ in twin.named_modules())


@pytest.mark.parametrize("make", [families.sd3, families.flux])
def test_transformers_have_no_texts_that_stay(make):
    network = make()
    before = network.attn_processors
    texts = Texts(network)
    assert texts.told({"timestep": 1}) == {"timestep": 1}
    assert network.attn_processors == before
