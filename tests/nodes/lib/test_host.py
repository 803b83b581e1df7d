import shutil
import subprocess
import sys

import pytest
import torch
from safetensors.torch import save_file

from nodegraph.engine.host import choose, load_host
from nodegraph.errors import ParamError
from nodegraph.execution.context import Context, Options, enter, leave
from nodes.lib import models
from nodes.lib.host import Host
from nodes.model import identify, load_model


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A hub's cache with nothing in it."""
    folder = tmp_path / "hub"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(folder))
    return folder


@pytest.fixture
def closed(tmp_path):
    """A run that may read from no folder but an empty one."""
    token = enter(Context(Options(readable=(tmp_path / "open",))))
    yield
    leave(token)


def test_the_pack_offers_the_host():
    assert isinstance(load_host(), Host)


def test_a_cpu_is_the_last_device_and_used_where_there_is_no_other():
    found = Host().devices()
    assert list(found)[-1] == "cpu"
    gpus = torch.cuda.is_available() or torch.backends.mps.is_available()
    assert ("cpu" in choose(Host(), None)) is not gpus
    assert list(choose(Host(), ["cpu"])) == ["cpu"]


def test_a_cpu_has_no_memory_of_its_own():
    assert Host().memory("cpu") == {}


@pytest.mark.gpu
def test_a_gpu_tells_its_memory():
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device")
    memory = Host().memory("cuda:0")
    assert 0 < memory["free"] <= memory["total"]


def test_models_are_found_where_they_may_be(tiny_folder, tmp_path, hub):
    place = tmp_path / "models"
    shutil.copytree(tiny_folder, place / "sd" / "tiny")
    found = {entry["name"]: entry for entry in Host().models([place, tmp_path / "absent"])}
    assert list(found) == ["critters", str(place / "sd" / "tiny")]
    tiny = found[str(place / "sd" / "tiny")]
    assert (tiny["kind"], tiny["where"]) == ("StableDiffusionPipeline", "folder")
    assert tiny["bytes"] > 10_000
    assert found["critters"]["where"] == "embedded"


def test_single_files_are_found_with_what_they_hold(tiny_folder, tmp_path, hub):
    for folder in ("checkpoints", "loras/people"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copytree(tiny_folder, tmp_path / "whole")
    tensors = {"encoder.layers.0.weight": torch.zeros(64, 3, 3, 3)}
    tensors["decoder.layers.0.weight"] = torch.zeros(64, 4, 3, 3)
    save_file(tensors, tmp_path / "checkpoints" / "small.safetensors")
    save_file({"lora": torch.zeros(2)}, tmp_path / "loras" / "people" / "fox.safetensors")
    (tmp_path / "broken.safetensors").write_bytes(b"{")
    found = [entry for entry in Host().models([tmp_path]) if entry["where"] == "file"]
    assert [(entry["holds"], entry["kind"]) for entry in found] == [
        ("", ""),
        ("vae", "tiny VAE, vae alone"),
        ("loras", ""),
    ]
    assert found[2]["name"].endswith("loras/people/fox.safetensors")


def test_files_of_kinds_that_no_configuration_tells_are_known_by_their_folder(tmp_path, hub):
    for folder in ("clip_vision", "gligen", "hypernetworks", "upscale_models", "loras"):
        (tmp_path / folder).mkdir()
    save_file({"one": torch.zeros(2)}, tmp_path / "clip_vision" / "h.safetensors")
    save_file({"one": torch.zeros(2)}, tmp_path / "gligen" / "box.safetensors")
    for old in ("hypernetworks/style.pt", "upscale_models/4x.pth", "loras/fox.pt"):
        (tmp_path / old).write_bytes(b"old")
    found = [entry for entry in Host().models([tmp_path]) if entry["where"] == "file"]
    assert [entry["holds"] for entry in found] == [
        "clip_vision",
        "gligen",
        "hypernetworks",
        "upscale_models",
    ]


def test_models_of_the_hub_are_found_by_their_ids(tiny_folder, tmp_path, hub):
    snapshot = hub / "models--someone--tiny" / "snapshots" / ("0" * 40)
    shutil.copytree(tiny_folder, snapshot)
    (hub / "models--someone--tiny" / "refs").mkdir()
    (hub / "models--someone--tiny" / "refs" / "main").write_text("0" * 40)
    (hub / "models--someone--data").mkdir()
    (hub / "datasets--someone--more").mkdir()
    names = [(entry["name"], entry["where"]) for entry in Host().models([])]
    assert names == [("critters", "embedded"), ("someone/tiny", "hub")]


def test_a_broken_index_does_not_hide_other_models(tmp_path, hub):
    (tmp_path / "model_index.json").write_text("[")
    broken = Host().models([tmp_path])[-1]
    assert (broken["kind"], broken["name"]) == ("", str(tmp_path))


def test_warming_up_imports_the_networks_before_any_model_is_loaded():
    code = (
        "import sys; from nodes.lib.host import Host; Host().warm();"
        "wanted = ('diffusers.models.unets.unet_2d_condition',"
        " 'transformers.models.clip.modeling_clip');"
        "sys.exit(not all(name in sys.modules for name in wanted))"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0


def test_models_that_are_let_go_are_loaded_again(loaded):
    before = models.network(loaded.vae.part)
    assert models.network(loaded.vae.part) is before
    Host().free_models()
    assert models.network(loaded.vae.part) is not before


@pytest.mark.parametrize("name", ["folder", "../tiny", "a/../../tiny"])
def test_a_model_of_a_folder_that_may_not_be_read_is_refused(closed, name):
    for use in (load_model, identify):
        with pytest.raises(ParamError, match="outside of the folders that may be read"):
            use(model=name)


def test_an_existing_folder_is_no_hub_id(closed, tiny_folder, monkeypatch):
    monkeypatch.chdir(tiny_folder.parent.parent)
    with pytest.raises(ParamError, match="outside of the folders that may be read"):
        load_model(model=f"{tiny_folder.parent.name}/{tiny_folder.name}")


def test_the_embedded_model_may_always_be_read(closed):
    assert identify(model="critters")
    assert load_model(model="critters").model
