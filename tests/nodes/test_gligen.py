"""Texts in boxes, beside diffusers' UNet with gated attention."""

import pytest
import torch
from safetensors.torch import save_file

from nodegraph.errors import ParamError
from nodes import gligen
from nodes.lib.conditioning import combined
from nodes.lib.control.seeing import ControlError
from nodes.lib.families import evaluate
from nodes.lib.families.grouping import ConditionError
from nodes.lib.folders import ModelError
from nodes.lib.models import network
from nodes.model import load_model
from nodes.text import encode
from tests import tiny
from tests.tiny import families, vision

CLOSE = {"rtol": 1e-5, "atol": 1e-5}
"""Of a UNet of three levels in float32."""

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    place = tmp_path_factory.mktemp("models")
    return load_model(model=str(families.write_family(place / "sd1", "sd1")))


@pytest.fixture(scope="module")
def gated(loaded):
    return vision.gated(network(loaded.model.part))


@pytest.fixture(scope="module")
def file(loaded, tmp_path_factory):
    path = tmp_path_factory.mktemp("gligen") / "box.safetensors"
    return vision.write_gligen(path, network(loaded.model.part))


def noise(batch=1):
    return torch.randn((batch, 4, 8, 8), generator=torch.Generator().manual_seed(1))


def boxed(loaded, file):
    """Two boxes, one of them beyond the lower edge's middle."""
    layers = gligen.load(gligen=str(file))
    words = encode(loaded.clip, text="a fox")
    box = {"width": 32, "height": 24, "x": 8, "y": 32}
    one = gligen.text_box(words, loaded.clip, layers, text="fox", **box)
    return gligen.text_box(one, loaded.clip, layers, text="sun", width=16, height=16)


def wanted(loaded, gated, x, sigma, words, boxes, phrases):
    """What diffusers' own network with gated attention gives."""
    tokenizer, encoder = (network(part) for part in _parts(loaded))
    corners, known, said = torch.zeros(1, 30, 4), torch.zeros(1, 30), torch.zeros(1, 30, tiny.WIDTH)
    for n, (box, phrase) in enumerate(zip(boxes, phrases, strict=True)):
        ids = tokenizer(phrase, padding="max_length", return_tensors="pt").input_ids
        corners[0, n], known[0, n] = torch.tensor(box), 1.0
        said[0, n] = encoder(ids).pooler_output[0]
    told = {"boxes": corners, "masks": known, "positive_embeddings": said}
    told = {name: one.expand(len(x), *one.shape[1:]) for name, one in told.items()}
    sampling = loaded.model.sampling
    return gated(
        sampling.scale_input(x, sigma),
        torch.full((len(x),), sampling.timestep(sigma)),
        encoder_hidden_states=words.expand(len(x), -1, -1),
        cross_attention_kwargs={"gligen": told},
    ).sample


def _parts(loaded):
    (reader,) = loaded.clip.encoders
    return reader.tokenizer, reader.encoder


def test_a_text_in_a_box_is_what_the_gated_network_makes_of_it(loaded, gated, file):
    both = boxed(loaded, file)
    found = evaluate(loaded.model, noise(2), 3.0, both.entries)
    with torch.inference_mode():
        reference = wanted(
            loaded,
            gated,
            noise(2),
            3.0,
            both.entries[0].embedding,
            [(1 / 8, 4 / 8, 5 / 8, 7 / 8), (0, 0, 2 / 8, 2 / 8)],
            ["fox", "sun"],
        )
    torch.testing.assert_close(found, reference, **CLOSE)


def test_texts_without_boxes_in_the_same_batch_stay_as_they_are(loaded, file):
    words, both = encode(loaded.clip, text="a fox"), boxed(loaded, file)
    alone = evaluate(loaded.model, noise(), 3.0, words.entries)
    found = evaluate(loaded.model, noise(), 3.0, combined([both, words]).entries)
    led = evaluate(loaded.model, noise(), 3.0, both.entries)
    torch.testing.assert_close(found, torch.cat([led, alone]), **CLOSE)
    assert not torch.allclose(led, alone, **CLOSE)


def test_the_network_is_as_before_afterwards(loaded, file):
    words = encode(loaded.clip, text="a fox")
    before = evaluate(loaded.model, noise(), 3.0, words.entries)
    names = set(network(loaded.model.part).state_dict())
    evaluate(loaded.model, noise(), 3.0, boxed(loaded, file).entries)
    after = evaluate(loaded.model, noise(), 3.0, words.entries)
    torch.testing.assert_close(after, before, rtol=0, atol=0)
    assert set(network(loaded.model.part).state_dict()) == names


def test_files_in_the_authors_names_are_sorted_from_input_to_output(tmp_path):
    from nodes.lib.gligen.files import POSITIONS, _place

    names = ["output_blocks.3.1.t.0", "input_blocks.11.1.t.0", "input_blocks.2.1.t.0"]
    names += [POSITIONS, "middle_block.1.t.0"]
    assert sorted(names, key=_place) == [
        POSITIONS,
        "input_blocks.2.1.t.0",
        "input_blocks.11.1.t.0",
        "middle_block.1.t.0",
        "output_blocks.3.1.t.0",
    ]


def test_what_does_not_fit_is_told(loaded, file, tmp_path, tmp_path_factory):
    odd = tmp_path / "odd.safetensors"
    save_file({"weight": torch.zeros(2)}, odd)
    with pytest.raises(ModelError, match="is no GLIGEN for texts"):
        gligen.load(gligen=str(odd))
    with pytest.raises(ParamError, match="there is no 'nowhere' among the gligen"):
        gligen.identify(gligen="nowhere")
    xl = load_model(model=str(families.write_family(tmp_path_factory.mktemp("xl") / "m", "sdxl")))
    layers = gligen.load(gligen=str(file))
    words = encode(xl.clip, text="a fox")
    with pytest.raises(ControlError, match="and this one is of sdxl"):
        gligen.text_box(words, xl.clip, layers, text="fox")
    other = gligen.text_box(words, loaded.clip, layers, text="fox")
    with pytest.raises(ControlError, match="is for another family"):
        evaluate(xl.model, noise(), 3.0, other.entries)
    flux = load_model(model=str(families.write_family(tmp_path_factory.mktemp("f") / "m", "flux")))
    told = gligen.text_box(encode(flux.clip, text="a"), loaded.clip, layers, text="fox")
    with pytest.raises(ConditionError, match="GLIGEN lead UNets alone"):
        evaluate(flux.model, torch.zeros(1, 16, 4, 4), 0.5, told.entries)
