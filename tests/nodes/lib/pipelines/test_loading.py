"""Where a pipeline comes from: a folder, what the hub left here, the hub."""

import shutil
from fnmatch import fnmatch

import pytest

from nodes.lib import hub
from nodes.lib.folders import ModelError
from nodes.lib.pipelines import loading


@pytest.fixture
def site(tiny_folder, tmp_path, monkeypatch):
    """A hub that has the tiny model, with twins of its weights in half precision and as pickles."""
    here = tmp_path / "here"
    there = tmp_path / "there"
    shutil.copytree(tiny_folder, there)
    for name in ("diffusion_pytorch_model.fp16.safetensors", "diffusion_pytorch_model.bin"):
        (there / "unet" / name).write_bytes(b"twin")
    asked = []

    def snapshot(repo_id, files, report):
        asked.append(repo_id)
        for path in there.rglob("*.*"):
            name = path.relative_to(there).as_posix()
            if any(fnmatch(name, pattern) for pattern in files):
                (here / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, here / name)
        return here

    monkeypatch.setattr(hub, "snapshot", snapshot)
    monkeypatch.setattr(hub, "cached", lambda _: here if here.exists() else None)
    return asked


def find(model):
    return loading.find(model, lambda done, total: None)


def test_a_pipeline_of_the_hub_is_fetched_once_and_without_twins(site):
    folder = find("owner/tiny")
    assert site == ["owner/tiny"] * 2  # its index, then what that names
    weights = [path.name for path in (folder / "unet").iterdir()]
    assert sorted(weights) == ["config.json", "diffusion_pytorch_model.safetensors"]
    assert (folder / "tokenizer" / "merges.txt").exists()
    assert find("owner/tiny") == folder
    assert len(site) == 2


def test_what_is_missing_of_a_pipeline_is_fetched(site):
    folder = find("owner/tiny")
    (folder / "vae" / "diffusion_pytorch_model.safetensors").unlink()
    find("owner/tiny")
    assert (folder / "vae" / "diffusion_pytorch_model.safetensors").exists()


def test_a_folder_is_taken_as_it_is(site, tiny_folder):
    assert find(str(tiny_folder)) == tiny_folder
    assert site == []


def test_what_is_nowhere_is_said():
    with pytest.raises(ModelError, match="there is no model 'nowhere'"):
        find("nowhere")
