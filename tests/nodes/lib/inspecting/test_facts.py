import json
from pathlib import Path

import pytest
import torch

from nodes.lib.inspecting.facts import describe
from nodes.lib.text import encode
from nodes.types import (
    Audio,
    Condition,
    Conditioning,
    Image,
    Latent,
    Mask,
    Prediction,
    Sampler,
    Schedule,
    Video,
)


def told(value):
    """Describe a value, and make sure that JSON can say it."""
    return json.loads(json.dumps(describe(value), allow_nan=False))


def test_a_tensor_is_told_by_its_numbers():
    found = told(torch.tensor([[0.0, 1.0], [2.0, 5.0]], dtype=torch.float64))
    assert found["shape"] == [2, 2]
    assert (found["dtype"], found["device"]) == ("float64", "cpu")
    assert (found["min"], found["max"], found["mean"]) == (0.0, 5.0, 2.0)
    assert found["std"] == pytest.approx(1.8708, abs=1e-4)
    assert sum(found["histogram"]) == 4
    assert (found["histogram"][0], found["histogram"][-1]) == (1, 1)


def test_what_is_not_finite_is_counted_and_left_out():
    found = told(torch.tensor([float("nan"), float("inf"), -float("inf"), 3.0]))
    assert (found["nan"], found["inf"]) == (1, 2)
    assert (found["min"], found["max"]) == (3.0, 3.0)


@pytest.mark.parametrize("value", [torch.zeros(0), torch.tensor([float("nan")])])
def test_without_a_finite_number_there_is_nothing_to_tell_of_them(value):
    found = told(value)
    assert (found["min"], found["mean"], found["histogram"]) == (None, None, [0] * 32)


@pytest.mark.parametrize("dtype", [torch.bool, torch.int64, torch.bfloat16, torch.float16])
def test_every_kind_of_number_is_told(dtype):
    assert told(torch.ones(3, dtype=dtype))["mean"] == 1.0


def test_a_value_around_a_tensor_says_what_the_tensor_says():
    found = told(Latent(torch.ones(1, 4, 2, 2)))
    assert (found["type"], found["shape"], found["mean"]) == ("Latent", [1, 4, 2, 2], 1.0)
    assert found["fields"]["mask"] == {"type": "NoneType", "kind": "fields", "text": "None"}


def test_a_prediction_is_told_by_its_estimate():
    one, other = Latent(torch.zeros(1, 4, 2, 2)), Latent(torch.ones(1, 4, 2, 2))
    found = told(Prediction(one, 2.5, other, 1.0))
    assert found["mean"] == 1.0
    assert found["fields"]["x"]["mean"] == 0.0
    assert found["fields"]["sigma"]["text"] == "2.5"


def test_texts_are_told_by_the_first(loaded):
    text = Conditioning((Condition(torch.ones(1, 3, 8), None, {"strength": 1.0}),))
    found = told(text)
    assert found["shape"] == [1, 3, 8]
    entry = found["fields"]["entries"]["items"][0]
    assert entry["fields"]["options"]["fields"]["strength"]["text"] == "1.0"


def test_each_token_is_told_with_its_weight_and_its_length():
    embedding = torch.tensor([[[3.0, 4.0], [0.0, 0.0], [float("nan"), 1.0]]])
    entry = Condition(embedding, tokens=("a", "fox</w>", "!"), weights=(1.0, 1.2, 1.0))
    (tokens,) = told(Conditioning((entry,)))["tokens"]
    assert tokens[0] == {"text": "a", "weight": 1.0, "norm": 5.0}
    assert tokens[1]["weight"] == pytest.approx(1.2)
    assert tokens[2]["norm"] is None


def test_texts_made_elsewhere_have_lengths_all_the_same():
    (tokens,) = told(Conditioning((Condition(torch.ones(1, 2, 4)),)))["tokens"]
    assert tokens == [{"text": "", "weight": 1.0, "norm": 2.0}] * 2


def test_a_prompt_is_told_by_the_words_that_the_tokenizer_read(loaded):
    (tokens,) = told(encode(loaded.clip, "ab"))["tokens"]
    assert [token["text"] for token in tokens[:4]] == [
        "<|startoftext|>", "a", "b</w>", "<|endoftext|>",
    ]  # fmt: skip


def test_a_schedule_is_told_by_its_levels():
    found = told(Schedule((14.5, 1.5, 0.0), "karras"))
    assert (found["kind"], found["sigmas"]) == ("schedule", [14.5, 1.5, 0.0])


def test_pictures_and_latents_are_told_channel_by_channel():
    samples = torch.zeros(1, 4, 2, 2)
    samples[:, 2] = 3.0
    channels = told(Latent(samples))["channels"]
    assert [one["max"] for one in channels] == [0.0, 0.0, 3.0, 0.0]
    image = told(Image(torch.tensor([0.1, 0.5, 0.9]).expand(1, 2, 2, 3)))
    assert [round(one["mean"], 3) for one in image["channels"]] == [0.1, 0.5, 0.9]


def test_sound_is_told_with_its_rate():
    found = told(Audio(torch.zeros(1, 2, 100), 44100))
    assert (found["kind"], found["rate"], found["shape"]) == ("audio", 44100, [1, 2, 100])


def test_a_film_is_told_with_its_length():
    found = told(Video(Image(torch.zeros(12, 4, 6, 3)), fps=24.0))
    assert (found["kind"], found["seconds"], found["shape"]) == ("video", 0.5, [12, 4, 6, 3])


def test_no_texts_are_told_too():
    assert told(Conditioning(()))["fields"]["entries"]["count"] == 0


def test_lists_are_told_by_their_first_items():
    found = told([Mask(torch.zeros(1, 2, 2))] * 100)
    assert (found["type"], found["count"], len(found["items"])) == ("list", 100, 32)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1, "number", "1"),
        (True, "number", "True"),
        ("a\nb", "text", "a\nb"),
        (None, "fields", "None"),
        (Path("a/b"), "text", "a/b"),
    ],
)
def test_plain_values_are_told_as_text(value, kind, text):
    assert told(value) == {"type": type(value).__name__, "kind": kind, "text": text}


def test_a_long_text_is_shortened():
    assert len(told("x" * 100_000)["text"]) == 10_000


def test_a_model_is_told_by_its_parts(loaded):
    found = told(loaded.model)
    assert found["fields"]["part"]["fields"]["name"]["text"] == "unet"
    assert (found["kind"], found["family"]) == ("model", "StableDiffusionPipeline")
    (part,) = found["parts"]
    assert (part["name"], part["class"]) == ("unet", "UNet2DConditionModel")
    assert part["bytes"] > 10_000
    assert [part["name"] for part in told(loaded.clip)["parts"]] == ["text_encoder", "tokenizer"]
    assert told(Sampler("euler"))["fields"]["name"]["text"] == "euler"


def test_what_holds_itself_is_told_to_a_depth():
    value = {}
    value["self"] = value
    assert told(value)["fields"]["self"]["type"] == "dict"
