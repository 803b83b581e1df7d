"""Single files of control networks are told by their tensors, and those get their names."""

import json

import pytest
import torch

from nodes import control
from nodes.lib import models, single
from nodes.lib.models import network
from nodes.lib.single import loading
from tests.tiny import controls, files, layouts

SIZES = {
    "controlnet_sd1": 361_279_120,
    "controlnet_sd2": 364_228_240,
    "controlnet_sdxl": 1_251_460_560,
    "controlnet_sdxl_union": 1_257_000_000,
    "controlnet_sd3": 1_062_855_168,
    "controlnet_sd3_inpaint": 1_062_861_312,
    "controlnet_sd35_large": 2_153_518_976,
    "controlnet_flux": 3_301_925_888,
    "t2i_sd1": 77_000_000,
    "t2i_sd1_grey": 77_000_000,
    "t2i_sdxl": 79_000_000,
    "t2i_sdxl_grey": 78_000_000,
}
"""Parameters of the true networks; of transformers with as many layers as are written there."""


def original(tensors):
    """Name a ControlNet's tensors as its authors did."""
    return of_stability(tensors) if "pos_embed_input.proj.weight" in tensors else of_unet(tensors)


def of_stability(tensors):
    left, found = dict(tensors), {}
    for name in [name for name in left if ".attn.to_q." in name]:
        block, kind = name.split("attn.")[0], name.rpartition(".")[2]
        own = [f"{block}attn.to_{one}.{kind}" for one in "qkv"]
        found[f"{block}attn.qkv.{kind}"] = torch.cat([left.pop(one) for one in own])
        found[f"{block}attn.proj.{kind}"] = left.pop(f"{block}attn.to_out.0.{kind}")
        found[f"{block}mlp.fc1.{kind}"] = left.pop(f"{block}ff.net.0.proj.{kind}")
        found[f"{block}mlp.fc2.{kind}"] = left.pop(f"{block}ff.net.2.{kind}")
        found[f"{block}adaLN_modulation.1.{kind}"] = left.pop(f"{block}norm1.linear.{kind}")
    return found | left


def of_unet(tensors):
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
    made = loading.empty(single.Piece(spec, "", "", spec["config"], 0))
    assert sum(one.numel() for one in made.parameters()) == pytest.approx(SIZES[name], rel=0.01)
    own = dict(made.state_dict())
    for layout, marks in spec["marks"].items():
        tensors = original(own) if layout == "original" else own
        for mark, wanted in marks.items():
            assert (mark in tensors) == (wanted is not False), (layout, mark)
            if isinstance(wanted, list):
                shape = tensors[mark].shape
                same = [one in (None, has) for one, has in zip(wanted, shape, strict=True)]
                assert all(same), (layout, mark)
        piece = single.Piece(spec, "", layout, spec["config"], 0)
        read = loading.renamed(made, piece, dict(tensors))
        shapes = {one: tensor.shape for one, tensor in own.items()}
        assert {one: tensor.shape for one, tensor in read.items()} == shapes


SMALL = {
    "controlnet_sd3": lambda: controls.sd3(num_layers=3),
    "controlnet_sd3_inpaint": lambda: controls.sd3(extra_conditioning_channels=1),
    "controlnet_sd35_large": lambda: controls.sd3(**controls.OF_STABILITY | {"num_layers": 2}),
    "controlnet_flux": lambda: controls.flux(num_mode=7, num_layers=2, guidance_embeds=False),
    "t2i_sdxl": lambda: controls.adapter((8, 8, 16, 16), adapter_type="full_adapter_xl"),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_file_is_the_network_that_its_folder_is(name, tmp_path, monkeypatch):
    made = SMALL[name]()
    own = dict(made.state_dict())
    told = {"control_type": torch.tensor([1.0])}
    spec = json.loads((single.SHIPPED / f"{name}.json").read_bytes())
    known = {layout: original(own) if layout == "original" else own for layout in spec["marks"]}
    files.write_spec(tmp_path / "configs", name, made, known)
    monkeypatch.setattr(single, "CONFIGS", tmp_path / "configs")
    for layout, tensors in known.items():
        path = files.write(tmp_path / f"{layout}.safetensors", tensors, told)
        net = control.load(control=str(path))
        read = network(net.part)
        assert net.kind == "canny"
        assert read.state_dict().keys() == own.keys()
        assert all(torch.equal(own[one], tensor) for one, tensor in read.state_dict().items())
        for one in spec["told"][layout]:
            assert read.config[one] == made.config[one]
    models.forget()
