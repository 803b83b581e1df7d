"""Where the tokenizers come from that single files do not hold."""

import pytest

from nodes.lib.folders import VARIABLE, ModelError
from nodes.lib.models import network
from nodes.model import load_model
from tests import tiny


def test_a_tokenizer_that_is_nowhere_says_where_to_put_it(flux, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    loaded = load_model(model=str(flux.file))
    with pytest.raises(
        ModelError,
        match=rf"the tokenizer of CLIP is not on this machine .* put vocab.json and merges.txt of "
        rf"openai/clip-vit-large-patch14 into {tmp_path}/tokenizers/clip",
    ):
        network(loaded.clip.encoders[0].tokenizer)


def test_tokenizers_are_found_in_a_folder_of_their_own(flux, tmp_path, monkeypatch):
    import sentencepiece

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    tiny.write_tokenizer(tmp_path / "tokenizers" / "clip")
    (tmp_path / "tokenizers" / "t5").mkdir()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a happy fox on green", "a cat with a hat"] * 20),
        model_prefix=str(tmp_path / "tokenizers" / "t5" / "spiece"),
        vocab_size=22,
        **{"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1, "minloglevel": 2},
    )
    clip, t5 = (network(one.tokenizer) for one in load_model(model=str(flux.file)).clip.encoders)
    assert (clip.model_max_length, clip.pad_token) == (tiny.LENGTH, "<|endoftext|>")
    pieces = sentencepiece.SentencePieceProcessor(
        model_file=str(tmp_path / "tokenizers" / "t5" / "spiece.model")
    )
    assert t5("a happy cat").input_ids == [*pieces.encode("a happy cat"), 1]
    assert t5.pad_token_id == 0
