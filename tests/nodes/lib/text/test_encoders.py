import pytest
import torch
from safetensors.torch import save_file

from nodes.handles import Clip
from nodes.lib.models import network
from nodes.lib.text import encode
from nodes.lib.text.tokens import WordError
from tests.tiny.texts import END, LENGTH, LETTERS, clip_of

EXACT = {"atol": 1e-5, "rtol": 1e-5}


def entry(clip, text):
    (found,) = encode(clip, text).entries
    return found


@pytest.fixture(scope="module")
def clip():
    return clip_of("sd", "encoders")


@pytest.fixture(scope="module")
def flux():
    return clip_of("flux", "encoders")


def test_a_weighted_token_leans_away_from_the_empty_prompt(clip):
    found = entry(clip, "ab (cd:1.4)e")
    plain, empty = (entry(clip, text).embedding for text in ("ab cd e", ""))
    weights = torch.ones(LENGTH)
    weights[3:5] = 1.4  # behind the begin and two letters
    expected = empty + weights[:, None] * (plain - empty)
    torch.testing.assert_close(found.embedding, expected, **EXACT)
    assert found.weights == pytest.approx(weights.tolist())


def test_every_chunk_leans_away_from_the_same_empty_prompt(clip):
    first, second = LETTERS[:12], LETTERS[:3]
    text = "".join(first + second)
    found, plain = (entry(clip, one).embedding for one in (f"({text}:2)", text))
    empty = entry(clip, "").embedding.repeat(1, 2, 1)
    weights = torch.ones(2 * LENGTH)
    weights[1:13] = weights[LENGTH + 1 : LENGTH + 4] = 2
    expected = empty + weights[:, None] * (plain - empty)
    torch.testing.assert_close(found, expected, **EXACT)


def test_words_of_weight_one_are_read_as_plain_words(clip):
    assert entry(clip, "ab (cd:1.0)").weights == ()
    assert torch.equal(entry(clip, "ab (cd:1)").embedding, entry(clip, "ab cd").embedding)


def test_the_tokens_are_those_that_were_read(clip):
    assert entry(clip, "a (b)").tokens[:5] == (
        "<|startoftext|>",
        "a</w>",
        "b</w>",
        *["<|endoftext|>"] * 2,
    )
    assert len(entry(clip, "a b").tokens) == LENGTH


def test_t5_weighs_its_tokens_too(flux):
    found, plain, empty = (entry(flux, text) for text in ("ab (cd:1.5)", "ab cd", ""))
    at = [index for index, weight in enumerate(found.weights) if weight == 1.5]
    assert [found.tokens[index] for index in at] == ["▁", "c", "d"]
    weights = torch.tensor(found.weights)[:, None]
    expected = empty.embedding + weights * (plain.embedding - empty.embedding)
    torch.testing.assert_close(found.embedding, expected, **EXACT)


def test_t5_reads_no_more_than_its_length(flux):
    long = entry(flux, "a " * 600)
    assert long.embedding.shape[1] == 512
    assert long.tokens[-1] == "</s>"


def test_more_layers_than_there_are_cannot_be_skipped(clip):
    with pytest.raises(WordError, match="has 3 layers, so 3 cannot be left out"):
        encode(Clip(clip.encoders, "sd", 3), "a")


class Doubled:
    """A change that doubles what comes out of the final norm."""

    def over(self, encoder):
        return _Doubling(encoder)


class _Doubling:
    def __init__(self, encoder):
        self._norm = encoder.final_layer_norm

    def __enter__(self):
        self._norm.weight.data *= 2
        self._norm.bias.data *= 2

    def __exit__(self, *_):
        self._norm.weight.data /= 2
        self._norm.bias.data /= 2


def test_changes_lie_over_the_encoder_only_while_it_reads(clip):
    before = entry(clip, "ab").embedding
    changed = entry(Clip(clip.encoders, "sd", changes=(Doubled(),)), "ab").embedding
    torch.testing.assert_close(changed, 2 * before, **EXACT)
    assert torch.equal(entry(clip, "ab").embedding, before)


@pytest.fixture
def word(tmp_path):
    """Two vectors for an encoder of width 16."""
    path = tmp_path / "thing.safetensors"
    save_file({"emb_params": torch.randn(2, 16, generator=torch.Generator().manual_seed(0))}, path)
    return path


def by_hand(clip, ids, vectors, at):
    """Read with vectors in the place of tokens, by widening the table of embeddings."""
    encoder = network(clip.encoders[0].encoder)
    table = encoder.get_input_embeddings()
    old = table.weight
    numbers = torch.tensor([[END - 1, *ids, *[END] * (LENGTH - 1 - len(ids))]])
    numbers[0, at : at + len(vectors)] = torch.arange(len(old), len(old) + len(vectors))
    encoder.eos_token_id = END
    with torch.inference_mode():
        table.weight = torch.nn.Parameter(torch.cat([old, vectors]), requires_grad=False)
        try:
            return encoder(numbers).last_hidden_state
        finally:
            table.weight = old


@pytest.mark.parametrize("text", ["ab embedding:thing c", "ab thing c", "ab embedding:thing.pt c"])
def test_a_learnt_word_puts_its_vectors_in_the_place_of_tokens(clip, word, text):
    found = entry(Clip(clip.encoders, "sd", words={"thing": word}), text)
    tokenizer = network(clip.encoders[0].tokenizer)
    vectors = torch.randn(2, 16, generator=torch.Generator().manual_seed(0))
    ids = tokenizer("ab xy c", add_special_tokens=False).input_ids
    torch.testing.assert_close(found.embedding, by_hand(clip, ids, vectors, 3), **EXACT)
    assert found.tokens[1:6] == ("a", "b</w>", "thing", "thing", "c</w>")


def test_a_learnt_word_is_weighed_like_any_other(clip, word):
    taught = Clip(clip.encoders, "sd", words={"thing": word})
    found, plain, empty = (entry(taught, text) for text in ("(thing:0.5)", "thing", ""))
    weights = torch.tensor(found.weights)[:, None]
    expected = empty.embedding + weights * (plain.embedding - empty.embedding)
    torch.testing.assert_close(found.embedding, expected, **EXACT)
    assert found.weights[1:3] == (0.5, 0.5)


def test_a_word_inside_another_is_not_taken(clip, word):
    taught = Clip(clip.encoders, "sd", words={"thing": word})
    assert torch.equal(entry(taught, "things").embedding, entry(clip, "things").embedding)


def test_an_embedding_that_is_not_there_is_named(clip, word):
    taught = Clip(clip.encoders, "sd", words={"thing": word})
    with pytest.raises(WordError, match="no embedding 'thong'; did you mean 'thing'"):
        encode(taught, "a embedding:thong, b")
    with pytest.raises(WordError, match="no embedding 'x'; load its file before"):
        encode(clip, "embedding:x")


def test_sdxl_reads_a_word_with_both_encoders(tmp_path):
    clip = clip_of("sdxl", "encoders")
    path = tmp_path / "both.safetensors"
    save_file({"clip_l": torch.randn(2, 16), "clip_g": torch.randn(2, 24)}, path)
    found = entry(Clip(clip.encoders, "sdxl", words={"thing": path}), "a thing")
    plain = entry(clip, "a xy")
    different = (found.embedding - plain.embedding).abs()[0, 2] > 1e-4
    assert different[:16].any()
    assert different[16:].any()


def test_an_embedding_of_another_model_is_refused(tmp_path, clip):
    path = tmp_path / "wide.safetensors"
    save_file({"emb_params": torch.randn(1, 20)}, path)
    with pytest.raises(WordError, match="vectors of 20, and no text encoder here reads such"):
        encode(Clip(clip.encoders, "sd", words={"wide": path}), "a")
