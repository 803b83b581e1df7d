"""A single file of Stable Diffusion 2.1 unCLIP is told from one of 2.1."""

import json

import pytest
import torch
from safetensors.torch import save_file

from nodes.lib import single
from nodes.lib.single import loading
from tests.tiny import layouts

MILLIONS = 870.2
"""Of Stable Diffusion 2's 865.9, and what reads pictures and their noise: two layers."""


@pytest.fixture(scope="module")
def spec():
    return json.loads((single.SHIPPED / "sd2_unclip.json").read_bytes())


@pytest.fixture(scope="module")
def empty(spec):
    """The true network, of true size and without numbers."""
    return loading.empty(single.Piece(spec, "", "", spec["config"], 0))


def test_what_is_shipped_is_of_the_true_network(spec, empty):
    count = sum(one.numel() for one in empty.parameters())
    assert count == pytest.approx(MILLIONS * 1e6, rel=1e-3)
    own = dict(empty.state_dict())
    known = {"original": layouts.unet(own, 2), "diffusers": own}
    for layout, marks in spec["marks"].items():
        assert marks.keys() <= known[layout].keys()
        piece = single.Piece(spec, "", layout, spec["config"], 0)
        read = loading.renamed(empty, piece, dict(known[layout]))
        assert {name: one.shape for name, one in read.items()} == {
            name: one.shape for name, one in own.items()
        }


@pytest.mark.parametrize(("width", "title"), [(1536, "2.1 unCLIP"), (0, "2.x")])
def test_a_file_says_how_wide_what_it_is_told_of_pictures_is(width, title, tmp_path):
    start = "model.diffusion_model."
    shapes = {
        "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (320, 1024),
        "input_blocks.0.0.weight": (320, 4, 3, 3),
        "out.2.weight": (4, 320, 3, 3),
    }
    shapes |= {"label_emb.0.0.weight": (1280, width)} if width else {}
    save_file(
        {start + name: torch.zeros(shape) for name, shape in shapes.items()},
        tmp_path / "file.safetensors",
    )
    found = single.inspect(tmp_path / "file.safetensors")["unet"]
    assert found.title == f"Stable Diffusion {title}"
    assert found.config.get("projection_class_embeddings_input_dim") == (width or None)
