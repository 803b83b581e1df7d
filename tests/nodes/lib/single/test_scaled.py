"""Weights of few bits in single files, brought back to what they stand for."""

import pytest
import torch

from nodes.lib.folders import ModelError
from nodes.lib.models import network
from nodes.model import load_clip, load_unet
from tests.tiny import files


def eighths(tensors, scale_name, rows=False):
    """Return tensors with matrices scaled to float8 as files have them, and what they stand for."""
    written, meant = {}, {}
    for name, tensor in tensors.items():
        meant[name] = written[name] = tensor
        if name.endswith(".weight") and tensor.ndim == 2:
            largest = tensor.abs().amax(dim=1) if rows else tensor.abs().max()
            scale = largest / torch.finfo(torch.float8_e4m3fn).max
            columns = scale[:, None] if rows else scale
            written[name] = (tensor / columns).to(torch.float8_e4m3fn)
            written[name.replace("weight", scale_name)] = scale[:, None] if rows else scale
            meant[name] = written[name].double() * columns
    return written, meant


@pytest.mark.parametrize(
    ("scale_name", "beside", "rows"),
    [
        ("scale_weight", {"scaled_fp8": torch.zeros(2).to(torch.float8_e4m3fn)}, False),
        ("scale_weight", {"img_in.scale_input": torch.ones(())}, False),
        ("weight_scale", {"img_in.comfy_quant": torch.zeros(8, dtype=torch.uint8)}, True),
    ],
)
def test_weights_scaled_to_eight_bits_are_brought_back(flux, tmp_path, scale_name, beside, rows):
    written, meant = eighths(flux.parts["network"], scale_name, rows)
    path = files.write(tmp_path / "scaled.safetensors", written, beside)
    own = files.write(tmp_path / "meant.safetensors", {n: t.float() for n, t in meant.items()})
    found, expected = (network(load_unet(unet=str(one)).part).state_dict() for one in (path, own))
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, rtol=1e-6, atol=0)


def test_a_text_encoder_in_eight_bits_is_read_too(flux, tmp_path):
    written, meant = eighths(flux.parts["t5"], "scale_weight")
    path = files.write(
        tmp_path / "t5xxl_scaled.safetensors", written, {"scaled_fp8": torch.zeros(2)}
    )
    other = files.write(tmp_path / "clip_l.safetensors", flux.parts["clip_l"])
    clip = load_clip(clip=str(other), clip_2=str(path), kind="flux")
    found = network(next(one.encoder for one in clip.encoders if one.name == "t5")).state_dict()
    for name, tensor in meant.items():
        torch.testing.assert_close(found[name], tensor.float(), rtol=1e-6, atol=0)


def test_weights_in_forms_that_are_not_known_are_refused_by_name(flux, tmp_path):
    tensors = dict(flux.parts["network"])
    tensors["img_in.weight"] = tensors["img_in.weight"].to(torch.int8)
    tensors["img_in.weight_scale"] = torch.ones(())
    model = load_unet(unet=str(files.write(tmp_path / "packed.safetensors", tensors)))
    with pytest.raises(ModelError, match=r"packed.safetensors keeps img_in in a form"):
        network(model.part)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float8_e4m3fn])
def test_narrow_weights_are_brought_to_the_precision_in_use(flux, tmp_path, dtype):
    narrow = {name: tensor.to(dtype) for name, tensor in flux.parts["network"].items()}
    model = load_unet(unet=str(files.write(tmp_path / "narrow.safetensors", narrow)))
    found, own = network(model.part).state_dict(), flux.nets["network"].state_dict()
    for name, tensor in found.items():
        assert torch.equal(tensor, own[name].to(dtype).float()), name
