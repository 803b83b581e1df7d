"""Text conditioning, equal to 1e-5."""

import pytest
import torch

TEXTS = {
    "plain": ("f o x", [1, 1, 1]),
    "weighted": ("f(o:1.4)x", [1, 1.4, 1]),
    "nested": ("f((o))x", [1, 1.21, 1]),
    "replaced": ("f((o:0.5))x", [1, 0.5, 1]),
    "no brackets of others": ("f[o]x", None),
    "escaped": (r"f\(o\)x", None),
}
"""Words, and how much each of their letters counts: the weight of a bracket within a bracket with
a number of its own is that number."""


def conditioned(prompt, posted, text, *, layer=None):
    asked = prompt()
    asked["6"]["inputs"]["text"] = text
    if layer is not None:
        skip = {"clip": ["4", 1], "stop_at_clip_layer": layer}
        asked["10"] = {"class_type": "CLIPSetLastLayer", "inputs": skip}
        asked["6"]["inputs"]["clip"] = ["10", 0]
    (entry,) = posted(asked, "encode_6.conditioning").entries
    return entry.embedding


@pytest.mark.parametrize("name", TEXTS)
def test_a_weight_leads_each_token_away_from_the_empty_text(name, prompt, posted, reference):
    """z = (z - empty) * w + empty, token by token, with an empty text of the same length."""
    text, weights = TEXTS[name]
    letters = text if weights is None else "f o x"
    tokens = reference.tokens(letters.replace("\\", ""))
    full, empty = reference.read(tokens), reference.read(reference.tokens(""))
    scale = torch.ones(1, full.shape[1], 1)
    for place, weight in enumerate(weights or ()):
        scale[0, 1 + place] = weight
    expected = (full - empty) * scale + empty
    torch.testing.assert_close(conditioned(prompt, posted, text), expected, rtol=0, atol=1e-5)


def test_an_earlier_layer_goes_through_the_last_norm(prompt, posted, reference):
    with torch.inference_mode():
        layers = reference.encoder(reference.tokens("fox"), output_hidden_states=True)
        text_model = getattr(reference.encoder, "text_model", reference.encoder)
        expected = text_model.final_layer_norm(layers.hidden_states[-2])
    got = conditioned(prompt, posted, "fox", layer=-2)
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-5)


def test_a_long_text_is_read_in_chunks_one_behind_the_other(prompt, posted, reference):
    """Each chunk has its own begin and end, and is as long as the encoder reads."""
    words = ["abcdefgh", "ijklmnop", "qrstuvwx"]
    got = conditioned(prompt, posted, " ".join(words))
    length = reference.tokenizer.model_max_length
    assert got.shape[1] % length == 0
    first = reference.read(reference.tokens(words[0]))
    assert got.shape[1] > first.shape[1]
