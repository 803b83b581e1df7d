"""Hooks: what single texts change, beside models that are changed for good."""

import numpy as np
import pytest
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from nodes import adapter, hooks
from nodes.conditioning import combine
from nodes.lib import codec
from nodes.lib import hooks as lib
from nodes.lib.families import evaluate
from nodes.lib.hooks import HookError
from nodes.lib.models import network
from nodes.lib.predict import predict
from nodes.model import load_model
from nodes.text import encode
from nodes.types import Latent
from tests.tiny import adapters, families

CLOSE = {"rtol": 1e-5, "atol": 1e-5}
"""Of a UNet of three levels in float32."""

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = families.write_family(tmp_path_factory.mktemp("models") / "sd1", "sd1")
    return load_model(model=str(folder))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """A model of the same shapes and other weights."""

    def unet():
        torch.manual_seed(77)
        return families.sd()

    place = tmp_path_factory.mktemp("models") / "other"
    return load_model(model=str(families.write_family(place, "sd1", unet=unet)))


@pytest.fixture(scope="module")
def file(loaded, tmp_path_factory):
    unet, (reader,) = network(loaded.model.part), loaded.clip.encoders
    place = tmp_path_factory.mktemp("loras") / "lora.safetensors"
    return adapters.kohya(
        place,
        lora_unet=adapters.pairs(unet, ("to_q", "to_k")),
        lora_te=adapters.pairs(network(reader.encoder), ("q_proj",)),
    )


def noise():
    return torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(1))


def test_a_lora_counts_for_the_texts_that_have_it_alone(loaded, file):
    words, others = encode(loaded.clip, text="a fox"), encode(loaded.clip, text="a dog")
    hooked = hooks.set_hooks(words, hooks.lora(lora=str(file), strength_model=0.7))
    found = evaluate(loaded.model, noise(), 3.0, combine(others, hooked).entries)
    model = adapter.lora_network(loaded.model, lora=str(file), strength=0.7)
    wanted = [
        evaluate(loaded.model, noise(), 3.0, others.entries),
        evaluate(model, noise(), 3.0, words.entries),
    ]
    torch.testing.assert_close(found, torch.cat(wanted), **CLOSE)
    assert not torch.allclose(
        found[1:], evaluate(loaded.model, noise(), 3.0, words.entries), **CLOSE
    )


def test_another_models_weights_are_leant_to(loaded, other):
    words = encode(loaded.clip, text="a fox")
    leant = hooks.model(other.model, other.clip, strength_model=0.3)
    found = evaluate(loaded.model, noise(), 3.0, hooks.set_hooks(words, leant).entries)
    unet, theirs = (
        UNet2DConditionModel.from_pretrained(one.model.part.folder / "unet").eval()
        for one in (loaded, other)
    )
    theirs = theirs.state_dict()
    for name, weight in unet.state_dict().items():
        weight.copy_(weight + 0.3 * (theirs[name] - weight))
    sampling = loaded.model.sampling
    with torch.inference_mode():
        wanted = unet(
            sampling.scale_input(noise(), 3.0),
            torch.tensor([sampling.timestep(3.0)]),
            encoder_hidden_states=words.entries[0].embedding,
        ).sample
    torch.testing.assert_close(found, wanted, **CLOSE)


def test_keyframes_say_how_strong_a_hook_is_from_where_on(loaded, file):
    frames = hooks.keyframe(hooks.keyframe(strength=0.25, start=0.5), strength=2.0, start=0.0)
    keyed = hooks.set_keyframes(hooks.lora(lora=str(file), strength_model=0.6), frames)
    hook, level = keyed.hooks[0], loaded.model.sampling.sigma_at
    assert frames.frames == ((0.0, 2.0), (0.5, 0.25))
    assert hook.strength(loaded.model, level(0.0) * 2) == pytest.approx(1.2)
    assert hook.strength(loaded.model, level(0.4)) == pytest.approx(1.2)
    assert hook.strength(loaded.model, level(0.5)) == pytest.approx(0.15)
    assert hook.strength(loaded.model, 0.0) == pytest.approx(0.15)


@pytest.mark.parametrize(
    ("way", "eased"),
    [
        ("linear", lambda t: t),
        ("ease_in", lambda t: np.power(t, 2)),
        ("ease_out", lambda t: 1 - np.power(1 - t, 2)),
        ("ease_in_out", lambda t: (1 - np.cos(t * np.pi)) / 2),
    ],
)
def test_keyframes_between_two_strengths_follow_a_curve(way, eased):
    found = hooks.keyframes(
        strength_start=0.2, strength_end=1.4, interpolation=way, start=0.1, end=0.9, count=7
    )
    shares, strengths = zip(*found.frames, strict=True)
    np.testing.assert_allclose(shares, np.linspace(0.1, 0.9, 7), atol=1e-12)
    np.testing.assert_allclose(strengths, 0.2 + 1.2 * eased(np.linspace(0, 1, 7)), atol=1e-12)


def test_texts_are_read_under_hooks_and_hand_them_on(loaded, file):
    made = hooks.lora(lora=str(file), strength_clip=0.4)
    found = encode(hooks.clip(loaded.clip, made), text="a fox")
    adapted = adapter.lora(loaded.model, loaded.clip, lora=str(file), strength_clip=0.4)
    wanted = encode(adapted.clip, text="a fox")
    torch.testing.assert_close(found.entries[0].embedding, wanted.entries[0].embedding)
    assert found.entries[0].hooks == made.hooks
    alone = encode(hooks.clip(loaded.clip, made, pass_on=False), text="a fox")
    assert alone.entries[0].hooks == ()


def test_texts_are_read_by_encoders_that_lean_to_another_models(loaded, other):
    leant = hooks.model(other.model, other.clip, strength_clip=1.0)
    found = encode(hooks.clip(loaded.clip, leant), text="a fox").entries[0]
    wanted = encode(other.clip, text="a fox").entries[0]
    torch.testing.assert_close(found.embedding, wanted.embedding, **CLOSE)


def test_a_hook_that_comes_twice_counts_once(loaded, file):
    made = hooks.lora(lora=str(file))
    assert hooks.combine(made, made) == made
    words = hooks.set_hooks(encode(loaded.clip, text="a fox"), made)
    assert hooks.set_hooks(words, made).entries[0].hooks == made.hooks


def test_both_sides_of_a_prediction_have_their_own(loaded, file):
    words, plain = encode(loaded.clip, text="a fox"), encode(loaded.clip, text="")
    hooked = hooks.set_hooks(words, hooks.lora(lora=str(file)))
    found = predict(loaded.model, Latent(noise()), 3.0, hooked, plain)
    model = adapter.lora_network(loaded.model, lora=str(file))
    wanted = predict(model, Latent(noise()), 3.0, words).positive
    without = predict(loaded.model, Latent(noise()), 3.0, plain).positive
    torch.testing.assert_close(
        found.positive.denoised.samples, wanted.denoised.samples, rtol=1e-4, atol=1e-4
    )
    torch.testing.assert_close(
        found.negative.denoised.samples, without.denoised.samples, rtol=1e-4, atol=1e-4
    )


def test_texts_are_kept_with_their_hooks(loaded, other, file):
    frames = hooks.keyframes(count=2)
    made = hooks.lora(hooks.model(other.model, other.clip), lora=str(file), strength_model=0.5)
    words = hooks.set_hooks(encode(loaded.clip, text="a"), hooks.set_keyframes(made, frames))
    back = codec.load(codec.dump(words)).entries[0].hooks
    assert back == words.entries[0].hooks
    assert [one.keyframes for one in back] == [frames.frames] * 2


def test_what_does_not_fit_is_told(loaded, other, file, tmp_path_factory):
    changed = adapter.lora_network(other.model, lora=str(file))
    with pytest.raises(HookError, match="as its file has them"):
        hooks.model(changed, other.clip)
    folder = families.write_family(tmp_path_factory.mktemp("xl") / "m", "sdxl")
    leant = lib.Hooks((lib.of_model(other.model, other.clip, 1.0, 1.0),))
    with pytest.raises(HookError, match="has other text encoders"):
        hooks.clip(load_model(model=str(folder)).clip, leant)
