import pytest
import torch
from safetensors.torch import save_file
from transformers import CLIPTextModel, CLIPTokenizer

from nodegraph.errors import ParamError
from nodes.lib.folders import VARIABLE
from nodes.lib.models import network
from nodes.lib.text.tokens import WordError
from nodes.model import load_model
from nodes.text import clip_skip, embedding, encode, identify


def embedded(clip, text):
    return encode(clip, text=text).entries[0].embedding


def as_before(clip, text):
    """Read as long as there were neither weights nor chunks."""
    (reader,) = clip.encoders
    tokenizer, encoder = network(reader.tokenizer), network(reader.encoder)
    ids = tokenizer(
        text,
        padding="max_length",
        max_length=tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    ).input_ids
    with torch.inference_mode():
        return encoder(ids).last_hidden_state


def test_a_text_is_encoded_as_transformers_does(loaded, tiny_folder):
    tokenizer = CLIPTokenizer.from_pretrained(tiny_folder / "tokenizer")
    encoder = CLIPTextModel.from_pretrained(tiny_folder / "text_encoder")
    tokens = tokenizer("ab c", padding="max_length", max_length=12, return_tensors="pt").input_ids
    with torch.inference_mode():
        expected = encoder(tokens).last_hidden_state
    assert torch.equal(embedded(loaded.clip, "ab c"), expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a happy red fox on a gray background",
        "A  Mouse,\nwith cat EARS , wearing a red bow",
        "fox " * 30,
    ],
)
def test_the_embedded_model_reads_plain_texts_to_the_same_bits_as_ever(text):
    clip = load_model().clip
    assert torch.equal(embedded(clip, text), as_before(clip, text))


def test_an_empty_text_is_encoded_too(loaded):
    empty = embedded(loaded.clip, "")
    assert empty.shape == (1, 12, 16)
    assert empty.abs().sum() > 0


def test_a_long_text_goes_into_chunks_one_behind_the_other(loaded):
    found = embedded(loaded.clip, "abcdefghij klm")
    chunks = [embedded(loaded.clip, text) for text in ("abcdefghij", "klm")]
    torch.testing.assert_close(found, torch.cat(chunks, dim=1), atol=1e-5, rtol=1e-5)


def test_clip_skip_counts_layers_from_the_end(loaded):
    assert clip_skip(loaded.clip, layer=-1).skip == 0
    assert clip_skip(loaded.clip, layer=-2).skip == 1
    last, before = (embedded(clip_skip(loaded.clip, layer=n), "ab") for n in (-1, -2))
    assert torch.equal(last, embedded(loaded.clip, "ab"))
    assert not torch.equal(before, last)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "thing.safetensors"
    save_file({"emb_params": torch.ones(2, 16)}, path)
    return path


def test_an_embedding_is_called_by_its_word_or_its_files_name(loaded, file):
    named = embedding(loaded.clip, path=str(file), word="<it>")
    unnamed = embedding(loaded.clip, path=str(file))
    found = [embedded(named, text) for text in ("a <it>", "a embedding:<it>")]
    assert torch.equal(*found)
    assert torch.equal(found[0], embedded(unnamed, "a thing"))
    assert not torch.equal(found[0], embedded(loaded.clip, "a xy"))
    assert loaded.clip.words == {}


def test_an_embedding_is_found_by_its_name_in_the_places_for_models(file, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(file.parent))
    assert identify(path="thing") == identify(path=str(file))
    with pytest.raises(ParamError, match="no 'other' among the embeddings"):
        identify(path="other")


def test_a_prompt_may_use_several_embeddings(loaded, file):
    clip = embedding(embedding(loaded.clip, path=str(file), word="one"), path=str(file), word="two")
    assert set(clip.words) == {"one", "two"}


@pytest.mark.parametrize("word", ["two words", "a,b", "(a)", "a:b"])
def test_a_word_that_no_prompt_could_hold_is_refused(loaded, file, word):
    with pytest.raises(WordError, match="cannot be a word of a prompt"):
        embedding(loaded.clip, path=str(file), word=word)
