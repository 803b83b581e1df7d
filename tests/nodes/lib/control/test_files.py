"""Single files of control networks are told by their tensors, and those get their names."""

import json

import pytest

from nodes.lib import single, single_weights
from tests.tiny import layouts

SIZES = {
    "controlnet_sd1": 361_279_120,
    "controlnet_sd2": 364_228_240,
    "controlnet_sdxl": 1_251_460_560,
}
"""Parameters of the true networks."""


def original(tensors):
    """Name a ControlNet's tensors as its authors did."""
    own = {name: one for name, one in tensors.items() if not name.startswith("controlnet")}
    found = layouts.unet(own, 2)
    for name, tensor in tensors.items():
        _, part, *rest = [*name.split("."), "", ""]
        kind = name.rpartition(".")[2]
        if name.startswith("controlnet_cond_embedding.blocks."):
            found[f"input_hint_block.{2 * int(rest[0]) + 2}.{kind}"] = tensor
        elif name.startswith("controlnet_cond_embedding."):
            found[f"input_hint_block.{0 if part == 'conv_in' else 14}.{kind}"] = tensor
        elif name.startswith("controlnet_down_blocks."):
            found[f"zero_convs.{part}.0.{kind}"] = tensor
        elif name.startswith("controlnet_mid_block."):
            found[f"middle_block_out.0.{kind}"] = tensor
    return found


@pytest.mark.parametrize("name", SIZES)
def test_what_is_shipped_is_of_the_true_networks(name):
    spec = json.loads((single.CONFIGS / f"{name}.json").read_bytes())
    made = single_weights.empty(single.Piece(spec, "", "", spec["config"], 0))
    assert sum(one.numel() for one in made.parameters()) == pytest.approx(SIZES[name], rel=0.01)
    own = dict(made.state_dict())
    for layout, marks in spec["marks"].items():
        tensors = original(own) if layout == "original" else own
        for mark, wanted in marks.items():
            assert (mark in tensors) == (wanted is not False), (layout, mark)
            if isinstance(wanted, list):
                assert list(tensors[mark].shape) == wanted, (layout, mark)
        piece = single.Piece(spec, "", layout, spec["config"], 0)
        read = single_weights.renamed(made, piece, dict(tensors))
        shapes = {one: tensor.shape for one, tensor in own.items()}
        assert {one: tensor.shape for one, tensor in read.items()} == shapes
