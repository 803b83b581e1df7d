"""Networks in files of their own: how they are told, and what is refused."""

import json

import pytest
import torch
from safetensors.torch import load_file

from nodes.lib import models, single
from nodes.lib.folders import ModelError
from nodes.lib.latents import previews, projection
from nodes.lib.models import network
from nodes.model import identify, load_clip, load_model, load_unet, load_vae
from tests.nodes.lib.single.writing import at_hand, same
from tests.tiny import files, layouts


def test_a_network_alone_is_told_with_and_without_its_prefix(both, tmp_path):
    bare = files.write(tmp_path / "bare.safetensors", both.parts["network"])
    plain = files.write(tmp_path / "plain.safetensors", dict(both.nets["network"].state_dict()))
    for path in (bare, plain):
        same(network(load_unet(unet=str(path)).part), both.nets["network"])


def test_networks_are_found_in_a_whole_model_too(both):
    assert load_unet(unet=str(both.folder.model.part.folder)).part == both.folder.model.part
    assert load_vae(vae=str(both.folder.model.part.folder)).part == both.folder.vae.part
    clip = load_clip(clip=str(both.folder.model.part.folder), kind=both.folder.clip.kind)
    assert clip.encoders == both.folder.clip.encoders


def test_text_encoders_come_in_files_of_their_own_in_any_order(flux, tmp_path):
    place = tmp_path / "text_encoders"
    one = files.write(place / "l.safetensors", flux.parts["clip_l"])
    two = files.write(place / "t.safetensors", flux.parts["t5"])
    clip = load_clip(clip=str(two), clip_2=str(one), kind="flux")
    assert [reader.name for reader in clip.encoders] == ["clip_l", "t5"]
    same(network(clip.encoders[0].encoder), flux.readers["clip_l"])
    t5 = network(clip.encoders[1].encoder)
    assert t5.shared.weight is t5.encoder.embed_tokens.weight
    with pytest.raises(ModelError, match=r"flux reads with clip_l and t5, and t5 is in none of"):
        load_clip(clip=str(one), kind="flux")


def test_a_vae_alone_is_told_in_every_layout(flux, tmp_path):
    for prefix in ("", "first_stage_model.", "vae."):
        path = tmp_path / f"{prefix}vae.safetensors"
        files.write(path, layouts.prefixed(prefix, flux.parts["vae"]))
        vae = load_vae(vae=str(path))
        same(network(vae.part), flux.nets["vae"])
        assert vae.downscale == 8


def test_a_network_alone_is_previewed_by_the_vae_that_was_loaded_beside_it(
    flux, tmp_path, monkeypatch
):
    monkeypatch.setattr(projection, "_latest", {})
    monkeypatch.setattr(models, "opened", {})
    model = load_unet(unet=str(files.write(tmp_path / "u.safetensors", flux.parts["network"])))
    assert projection.colors(model) is None
    assert previews.preview(torch.randn(16, 4, 4), None).startswith(b"\xff\xd8")
    load_vae(vae=str(files.write(tmp_path / "v.safetensors", flux.parts["vae"])))
    assert projection.colors(model).shape == (17, 3)


def test_a_file_without_its_vae_says_what_it_lacks(flux, tmp_path):
    path = files.write(tmp_path / "alone.safetensors", flux.parts["network"])
    with pytest.raises(ModelError, match=r"a Flux.1 dev without vae and clip_l and t5; load it by"):
        load_model(model=str(path))
    with pytest.raises(ModelError, match=r"holds no VAE of a family .*, but Flux.1 dev, tr"):
        load_vae(vae=str(path))


def test_a_file_that_lost_a_tensor_names_it(flux, tmp_path):
    tensors = dict(flux.parts["vae"])
    configs = json.loads((flux.configs / "vae.json").read_bytes())
    lost = "decoder.conv_out.bias"
    del tensors[lost], configs["marks"]["original"][lost]
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "vae.json").write_text(json.dumps(configs))
    path = files.write(tmp_path / "vae.safetensors", tensors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(single, "CONFIGS", tmp_path / "configs")
        with pytest.raises(ModelError, match=rf"lacks 1 tensors, {lost} among them; fetch"):
            network(load_vae(vae=str(path)).part)


def test_a_file_of_something_else_says_what_is_known(tmp_path):
    path = files.write(tmp_path / "other.safetensors", {"weight": torch.zeros(2)})
    with pytest.raises(ModelError, match=r"holds no UNet or transformer of a family .* Flux.1 dev"):
        load_unet(unet=str(path))


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "broken.safetensors"
    path.write_bytes(b"not a header at all")
    with pytest.raises(ModelError, match=r"is no whole safetensors file; fetch it again"):
        load_unet(unet=str(path))
    with pytest.raises(ModelError, match=r"may hold code that runs when it is read"):
        load_model(model=str(tmp_path / "old.ckpt"))


def test_a_file_tells_when_it_predicts_v(written, monkeypatch, tmp_path):
    found = written("sdxl")
    at_hand(found, monkeypatch)
    marks = {"v_pred": torch.zeros(0), "ztsnr": torch.zeros(0)}
    path = files.write(tmp_path / "v.safetensors", found.parts["network"], marks)
    model = load_unet(unet=str(path))
    assert model.sampling.prediction == "v_prediction"
    assert model.sampling.sigma_max > 1000
    assert load_unet(unet=str(found.file)).sampling.prediction == "eps"


def test_a_file_of_another_kind_of_noise_is_refused(written, monkeypatch, tmp_path):
    found = written("sdxl")
    at_hand(found, monkeypatch)
    path = tmp_path / "playground.safetensors"
    files.write(path, found.parts["network"], {"edm_mean": torch.zeros(4)})
    with pytest.raises(ModelError, match=r"Playground's own noise levels, which are not supported"):
        load_unet(unet=str(path))


@pytest.mark.parametrize(("spread", "predicts"), [(0.2, "v_prediction"), (0.05, "eps")])
def test_a_bias_tells_what_stable_diffusion_2_predicts(
    written, monkeypatch, tmp_path, spread, predicts
):
    found = written("sd2")
    at_hand(found, monkeypatch)
    name = next(one for one in found.parts["network"] if one.endswith("blocks.0.norm1.bias"))
    bias = found.parts["network"][name]
    far = torch.linspace(-1, 1, len(bias)) * spread / torch.linspace(-1, 1, len(bias)).std()
    path = files.write(tmp_path / "sd2.safetensors", found.parts["network"] | {name: far})
    spec = json.loads((found.configs / "sd2.json").read_bytes())
    spec["v_prediction"]["original"][0] = name
    (tmp_path / "sd2.json").write_text(json.dumps(spec))
    monkeypatch.setattr(single, "CONFIGS", tmp_path)
    assert load_unet(unet=str(path)).sampling.prediction == predicts


def test_the_identity_of_a_file_is_of_its_content(flux, tmp_path):
    copied = tmp_path / "renamed.safetensors"
    copied.write_bytes(flux.file.read_bytes())
    assert identify(model=str(copied)) == identify(model=str(flux.file))
    assert load_file(copied).keys() == load_file(flux.file).keys()
