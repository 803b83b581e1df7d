import json
import re
import shutil
import subprocess
import sys

import huggingface_hub
import pytest
import torch
from safetensors.torch import load_file, save_file

from nodegraph.errors import ParamError
from nodegraph.execution.context import Context, Options, enter, leave
from nodes.lib import disk, folders, hub, models
from nodes.lib.folders import ModelError
from nodes.model import identify, identify_clip, identify_unet, identify_vae, load_model
from tests.tiny import WIDTH


@pytest.fixture
def copied(tiny_folder, tmp_path):
    return shutil.copytree(tiny_folder, tmp_path / "copy")


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


def test_a_model_says_what_it_predicts_and_what_its_latents_are(loaded):
    assert loaded.model.sampling.prediction == "eps"
    assert loaded.model.sampling.sigma_max == pytest.approx(14.61, abs=0.01)
    assert loaded.model.latent_format.scale == 0.18215
    assert loaded.model.latent_format.downscale == loaded.vae.downscale == 8


def test_loading_a_model_reads_no_weights(copied):
    change(copied / "unet" / "config.json", note="another identity")
    before = models.networks.loads
    load_model(model=str(copied))
    assert models.networks.loads == before


def test_a_network_is_loaded_once(loaded):
    assert models.network(loaded.model.part) is models.network(loaded.model.part)


def test_the_embedded_model_is_there_by_name():
    assert load_model().model.sampling.prediction == "v_prediction"


@pytest.mark.parametrize("name", ["criters", "", "/no/such/folder", "a/b/c"])
def test_an_unknown_model_says_what_there_is(name):
    with pytest.raises(ModelError, match=f"no model '{name}'; use 'critters', the path of"):
        load_model(model=name)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path):
    with pytest.raises(ModelError, match=r"model_index.json is missing; give a folder"):
        load_model(model=str(tmp_path))


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("unet/config.json", {"_class_name": "UNet3DConditionModel"}),
        ("unet/config.json", {"num_class_embeds": 1000}),
        ("unet/config.json", {"addition_embed_type": "image"}),
        ("vae/config.json", {"_class_name": "VQModel"}),
        ("model_index.json", {"text_encoder_2": ["transformers", "CLIPTextModelWithProjection"]}),
    ],
)
def test_another_family_is_refused_with_those_that_are_supported(copied, file, values):
    change(copied / file, **values)
    with pytest.raises(ModelError, match=r"not supported; supported are Stable Diffusion 1.x"):
        load_model(model=str(copied))


def test_a_missing_text_encoder_is_named(copied):
    change(copied / "unet" / "config.json", addition_embed_type="text_time")
    with pytest.raises(ModelError, match=r"has no text_encoder_2, which the unet wants"):
        load_model(model=str(copied))


def test_a_network_that_pools_the_text_itself_is_of_the_family(copied):
    change(copied / "unet" / "config.json", addition_embed_type="text")
    assert load_model(model=str(copied)).model.latent_format.channels == 4


def test_a_missing_configuration_is_named(copied):
    (copied / "vae" / "config.json").unlink()
    with pytest.raises(ModelError, match=r"vae/config.json is missing"):
        load_model(model=str(copied))


def test_a_broken_configuration_is_named(copied):
    (copied / "unet" / "config.json").write_text("{")
    with pytest.raises(ModelError, match=r"unet/config.json is not JSON"):
        load_model(model=str(copied))


def test_weights_that_are_cut_short_are_named(copied):
    weights = copied / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"the unet of .* cannot be loaded"):
        models.network(load_model(model=str(copied)).model.part)


def test_pickled_weights_are_not_read(copied):
    weights = copied / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(ModelError, match=r"the unet of .* cannot be loaded"):
        models.network(load_model(model=str(copied)).model.part)


def rename(path, renamed):
    tensors = {renamed(name): tensor.clone() for name, tensor in load_file(path).items()}
    save_file(tensors, path, metadata={"format": "pt"})


def test_weights_under_the_names_of_older_libraries_are_the_same(loaded, copied):
    old = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    pattern = re.compile(r"(?<=attentions\.0\.)(to_q|to_k|to_v|to_out\.0)")
    rename(copied / "text_encoder" / "model.safetensors", "text_model.{}".format)
    rename(
        copied / "vae" / "diffusion_pytorch_model.safetensors",
        lambda name: pattern.sub(lambda found: old[found[0]], name),
    )
    model = load_model(model=str(copied))
    for ours, theirs in (
        (loaded.clip.encoders[0].encoder, model.clip.encoders[0].encoder),
        (loaded.vae.part, model.vae.part),
    ):
        ours, theirs = (models.network(part).state_dict() for part in (ours, theirs))
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_run_goes_without_transformers_and_leaves_diffusers_whole(tiny_folder):
    code = f"""
import sys
import torch
from nodes.lib.models import network
from nodes.lib.sampling import Walk
from nodes.lib.predict import predict
from nodes.model import load_model
from nodes.types import Condition, Conditioning, Latent
model, clip, vae = load_model(model={str(tiny_folder)!r})
text = Conditioning((Condition(torch.zeros(1, 3, {WIDTH})),))
predict(model, Latent(torch.zeros(1, 4, 8, 8)), 1.0, text), network(vae.part)
print(sorted({{"transformers", "scipy", "peft", "cv2", "matplotlib", "av"}} & set(sys.modules)))
from diffusers.loaders import lora_base
from diffusers.schedulers import scheduling_euler_discrete
print(lora_base.PreTrainedModel.__name__, scheduling_euler_discrete.scipy.__name__)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "PreTrainedModel scipy"]


def test_texts_are_read_without_scipy_and_transformers_is_left_whole():
    code = """
import sys
from nodes.lib.models import readers
readers()
print("scipy" in sys.modules)
from transformers.loss import loss_for_object_detection
print(loss_for_object_detection.linear_sum_assignment.__name__)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False", "linear_sum_assignment"]


def test_a_device_that_is_not_there_is_named(tiny_folder):
    token = enter(Context(Options(device="cuda:77")))
    try:
        with pytest.raises(Exception, match=r"there is no device 'cuda:77' here; use .*cpu"):
            load_model(model=str(tiny_folder))
    finally:
        leave(token)


def test_the_identity_is_of_the_files_not_of_the_place(tiny_folder, copied):
    (copied / "README.md").write_text("says nothing about what the model does")
    assert identify(model=str(copied)) == identify(model=str(tiny_folder))


@pytest.mark.parametrize("file", ["unet/config.json", "tokenizer/vocab.json"])
def test_the_identity_changes_with_a_configuration(tiny_folder, copied, file):
    change(copied / file, note=1)
    assert identify(model=str(copied)) != identify(model=str(tiny_folder))


def test_the_identity_changes_with_the_weights(tiny_folder, copied):
    weights = copied / "vae" / "diffusion_pytorch_model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert identify(model=str(copied)) != identify(model=str(tiny_folder))


def test_a_model_whose_name_comes_by_a_link_has_no_identity_yet():
    assert identify() is None


def test_a_hub_model_offline_says_what_was_wanted_and_where_to_put_it(offline):
    with pytest.raises(ModelError, match=r"'some/model' is not on this machine .* copy the hub's"):
        load_model(model="some/model")


def test_a_hub_model_that_is_not_here_has_an_identity_without_asking_the_network(offline):
    assert identify(model="some/model") == "absent some/model"


@pytest.mark.parametrize("name", ["/gone/model", "gone", "", "~/models/sd15"])
def test_a_model_that_can_be_nowhere_is_missed_before_anything_runs(name):
    with pytest.raises(
        ParamError, match=r"there is no model .*; use 'critters', the path"
    ) as error:
        identify(model=name)
    assert error.value.param == "model"


@pytest.mark.parametrize(
    ("look", "param", "kind"),
    [
        (identify_unet, "unet", "diffusion models"),
        (identify_clip, "clip", "text encoders"),
        (identify_vae, "vae", "vae"),
    ],
)
def test_a_part_that_is_not_there_is_missed_before_anything_runs(look, param, kind):
    more = {"clip_2": "", "clip_3": ""} if param == "clip" else {}
    for name in ("", "gone"):
        with pytest.raises(
            ParamError, match=rf"there is no '{name}' among the {kind}; giv"
        ) as error:
            look(**{param: name}, **more)
        assert error.value.param == param
    assert look(**{param: None}, **more) is None


def test_a_part_of_a_whole_model_has_its_identity(tiny_folder):
    assert identify_vae(vae=str(tiny_folder)) == identify(model=str(tiny_folder))


def test_a_download_reports_bytes(monkeypatch, tiny_folder):
    def fake_download(repo_id, allow_patterns, tqdm_class):
        with tqdm_class(total=100, unit="B", unit_scale=True, desc="x", name="y") as bar:
            bar.update(30)
            bar.update(70)
        with tqdm_class(total=3) as files:
            files.update(1)
        return str(tiny_folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fake_download)
    seen = []
    found = folders.find("some/model", lambda done, total: seen.append((done, total)))
    assert (found, seen) == (tiny_folder, [(30, 100), (100, 100)])


def test_a_hub_model_that_is_here_is_used_without_asking_the_network(monkeypatch, tiny_folder):
    monkeypatch.setattr(hub, "cached", lambda repo_id: tiny_folder)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: pytest.fail("asked"))
    assert folders.find("some/model", lambda done, total: None) == tiny_folder
    assert identify(model="some/model") == disk.identity(tiny_folder)


def test_no_pickles_are_fetched():
    assert not [pattern for pattern in hub.FILES if pattern.endswith((".bin", ".ckpt", "/*"))]
