import torch
from transformers import CLIPTextModel, CLIPTokenizer

from nodes.text import encode


def embedding(clip, text):
    return encode(clip, text=text).entries[0].embedding


def test_a_text_is_encoded_as_transformers_does(loaded, tiny_folder):
    tokenizer = CLIPTokenizer.from_pretrained(tiny_folder / "tokenizer")
    encoder = CLIPTextModel.from_pretrained(tiny_folder / "text_encoder")
    tokens = tokenizer("ab c", padding="max_length", max_length=12, return_tensors="pt").input_ids
    with torch.inference_mode():
        expected = encoder(tokens).last_hidden_state
    assert torch.equal(embedding(loaded.clip, "ab c"), expected)


def test_an_empty_text_is_encoded_too(loaded):
    empty = embedding(loaded.clip, "")
    assert empty.shape == (1, 12, 16)
    assert empty.abs().sum() > 0


def test_a_long_text_is_cut_to_the_encoders_length(loaded):
    assert torch.equal(embedding(loaded.clip, "a" * 10), embedding(loaded.clip, "a" * 9 + "a b"))
