"""The configurations that are shipped, against the true networks."""

import json

import pytest

from nodes.lib import lean, models, single
from nodes.lib.single import loading
from tests.tiny import files, layouts

SIZES = {
    "sd1": 859_520_964,
    "sd2": 865_910_724,
    "sdxl": 2_567_463_684,
    "sdxl_refiner": 2.26e9,
    "sd3": 2_028_328_000,
    "sd35_medium": 2.24e9,
    "sd35_large": 8.06e9,
    "flux_dev": 11_901_408_320,
    "flux_schnell": 11_891_178_560,
    "vae": 83_653_863,
    "clip_l": 123_060_480,
    "clip_h": 340_387_840,
    "clip_g": 694_659_840,
    "t5": 4_762_310_656,
}
"""Parameters of the true networks, as their authors and the hub say."""


@pytest.mark.parametrize("name", SIZES)
def test_what_is_shipped_is_of_the_true_networks(name):
    spec = json.loads((single.CONFIGS / f"{name}.json").read_bytes())
    piece = single.Piece(spec, "", "", spec["config"], 0)
    made = loading.empty(piece)
    tied = "encoder.embed_tokens.weight"
    count = sum(one.numel() for own, one in made.named_parameters() if own != tied)
    assert count == pytest.approx(SIZES[name], rel=0.005)
    for layout, marks in spec["marks"].items():
        tensors = _in_layout(layout, made, name)
        for mark, wanted in marks.items():
            found = tensors.get(mark)
            assert (found is None) == (wanted is False), (layout, mark)
            if isinstance(wanted, list):
                assert list(found.shape) == wanted, (layout, mark)
        piece = single.Piece(spec, "", layout, spec["config"], 0)
        read = loading.renamed(made, piece, dict(tensors))
        shapes = {one: tensor.shape for one, tensor in made.state_dict().items()}
        assert {one: tensor.shape for one, tensor in read.items()} == shapes


def _in_layout(layout, made, name):
    if layout == "original":
        return files.original(made)
    if layout == "openclip":
        return layouts.open_clip(dict(made.state_dict()))
    if layout == "flat":
        return {one.removeprefix("text_model."): it for one, it in made.state_dict().items()}
    return files.text_encoder(name, made, "") if layout == "transformers" else made.state_dict()


def test_the_classes_are_those_that_diffusers_has():
    for spec in single.specs(single.CONFIGS):
        name = spec["config"]["_class_name"]
        assert name in models.READERS or lean.network(name).__name__ == name
