import pytest
import torch

from nodegraph.errors import NodegraphError
from nodes.inside import draw, features, freeu, look, mean, skip, word, words
from nodes.lib.models import network
from nodes.lib.predict import predict
from nodes.model import load_model
from nodes.text import encode
from nodes.types import Conditioning, Latent

TEXT = "a blue mouse on a green background"


@pytest.fixture(scope="module")
def critters():
    return load_model()


@pytest.fixture(scope="module")
def text(critters):
    return encode(critters.clip, text=TEXT)


@pytest.fixture(scope="module")
def x():
    return Latent(3 * torch.randn((1, 4, 16, 16), generator=torch.Generator().manual_seed(0)))


@pytest.fixture(scope="module")
def looked(critters, text, x):
    return look(critters.model, x, 3.0, text)


def denoised(model, x, text):
    return predict(model, x, 3.0, text).positive.denoised.samples


def test_every_level_and_skip_connection_is_seen(looked):
    shapes = {name: tuple(maps.shape[1:]) for name, maps in looked.features.levels.items()}
    assert shapes["in"] == (96, 16, 16)
    assert shapes["middle"] == (192, 4, 4)
    assert shapes["up 2"] == (96, 16, 16)
    assert {name for name in shapes if name.startswith("skip")} == {f"skip {n}" for n in range(6)}
    torch.testing.assert_close(looked.features.levels["skip 0"], looked.features.levels["in"])


def test_what_goes_to_all_words_is_all_there_is(looked):
    for maps in looked.attention.maps.values():
        torch.testing.assert_close(maps.sum(1), torch.ones_like(maps[:, 0]))


def test_looking_leaves_no_trace_on_the_network(critters, text, x):
    before = denoised(critters.model, x, text)
    look(critters.model, x, 3.0, text)
    unet = network(critters.model.part)
    hooks = [m for m in unet.modules() if m._forward_hooks or m._forward_pre_hooks]
    assert not hooks
    assert torch.equal(before, denoised(critters.model, x, text))


def test_attention_is_that_of_the_layers(critters, text, x):
    """Softmax of queries times keys by hand, the mean over heads."""
    seen = {}
    unet = network(critters.model.part)
    layer = unet.mid_block.attentions[0].transformer_blocks[0].attn2
    hook = layer.register_forward_pre_hook(lambda _, args: seen.update(places=args[0]))
    found = look(critters.model, x, 3.0, text).attention
    hook.remove()
    query = layer.to_q(seen["places"])[0].view(16, layer.heads, -1).transpose(0, 1)
    key = layer.to_k(text.entries[0].embedding)[0].unflatten(1, (layer.heads, -1)).transpose(0, 1)
    scores = query @ key.transpose(1, 2) / query.shape[-1] ** 0.5
    expected = scores.softmax(-1).mean(0).T.view(-1, 4, 4)
    maps = found.maps["mid_block.attentions.0.transformer_blocks.0"]
    torch.testing.assert_close(maps[0], expected, atol=1e-5, rtol=1e-4)


def test_a_word_has_a_map_and_another_word_another(looked):
    mouse, ground = (word(looked.attention, word=one).values for one in ("mouse", "background"))
    assert mouse.shape == (1, 128, 128)
    assert (float(mouse.min()), float(mouse.max())) == (0, 1)
    assert not torch.equal(mouse, ground)


def test_a_word_that_is_not_in_the_text_is_named(looked):
    with pytest.raises(NodegraphError, match="no word 'dragon'; it has a, blue, mouse"):
        word(looked.attention, word="dragon")


def test_every_word_has_its_map(looked):
    found = words(looked.attention)
    assert found.words == TEXT.split()
    assert len(found.masks) == len(found.words)


def test_attention_is_averaged_over_turns(critters, text, x, looked):
    later = look(critters.model, Latent(x.samples / 3), 1.0, text).attention
    both = mean([looked.attention, later])
    for name, maps in both.maps.items():
        torch.testing.assert_close(
            maps, (looked.attention.maps[name] + later.maps[name]) / 2, atol=1e-6, rtol=1e-5
        )


def test_feature_maps_are_pictures(looked):
    assert features(looked.features, level="up 1").pixels.shape == (1, 512, 512, 3)
    cells = features(looked.features, level="skip 1", show="channels", count=9, side=51)
    assert cells.pixels.shape == (1, 51, 51, 3)
    with pytest.raises(NodegraphError, match="no level 'top'; there are in, "):
        features(looked.features, level="top")


def test_the_unet_is_drawn(looked):
    pixels = draw(looked.features).pixels
    assert pixels.shape[1] > 500
    assert pixels.std() > 0.05
    dark = draw(looked.features, theme="dark").pixels
    assert dark.shape == pixels.shape
    assert dark[0, 0, 0].max() < 0.2 < 0.9 < pixels[0, 0, 0].min()


def test_a_skip_connection_at_one_changes_nothing_and_cut_it_does(critters, text, x):
    plain = denoised(critters.model, x, text)
    assert torch.equal(denoised(skip(critters.model, index=2, scale=1.0), x, text), plain)
    cut = [denoised(skip(critters.model, index=n, scale=0.0), x, text) for n in (0, 2, -1)]
    assert not any(torch.equal(one, plain) for one in cut)
    every = critters.model
    for index in range(6):
        every = skip(every, index=index, scale=0.0)
    assert torch.equal(denoised(every, x, text), cut[-1])
    assert torch.equal(denoised(critters.model, x, text), plain)


def test_a_skip_connection_that_is_not_there_is_named(critters, text, x):
    with pytest.raises(NodegraphError, match="has 6 skip connections, 0 to 5; there is no 6"):
        denoised(skip(critters.model, index=6), x, text)


def test_freeu_is_diffusers_own(critters, text, x):
    unet = network(critters.model.part)
    found = denoised(freeu(critters.model), x, text)
    unet.enable_freeu(s1=0.9, s2=0.2, b1=1.3, b2=1.4)
    expected = denoised(critters.model, x, text)
    unet.disable_freeu()
    assert torch.equal(found, expected)
    assert not torch.equal(found, denoised(critters.model, x, text))


def test_freeu_at_zero_is_not_off(critters, text, x):
    plain = denoised(critters.model, x, text)
    found = denoised(freeu(critters.model, s1=0.0, s2=0.0, b1=1.0, b2=1.0), x, text)
    near = denoised(freeu(critters.model, s1=1e-6, s2=1e-6, b1=1.0, b2=1.0), x, text)
    assert not torch.allclose(found, plain, atol=1e-4)
    torch.testing.assert_close(found, near, atol=1e-4, rtol=1e-4)


def test_there_is_nothing_to_see_without_a_text(critters, x):
    with pytest.raises(NodegraphError, match="link a Text encode"):
        look(critters.model, x, 3.0, Conditioning(()))
