import pytest

from nodegraph.execution.context import Options
from nodegraph.places import (
    PlacesError,
    every_folder,
    extra,
    folders_of,
    kind_above,
    places,
    weights,
)


def put(path, text=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_files_are_found_in_the_folders_of_their_kind(tmp_path):
    one, two = put(tmp_path / "loras/a.safetensors"), put(tmp_path / "loras/b/c.sft")
    put(tmp_path / "vae/d.safetensors")
    put(tmp_path / "loras/e.ckpt")
    found = [path for path in weights("loras", [tmp_path]) if "loras" in path.parts]
    assert found == [one, two]


def test_a_kind_that_is_read_from_older_files_has_those_too(tmp_path):
    old = put(tmp_path / "embeddings/word.pt")
    assert list(weights("embeddings", [tmp_path])) == [old]
    assert list(weights("loras", [tmp_path])) == []


def test_the_nearest_folder_says_of_which_kind_a_file_is(tmp_path):
    assert kind_above(tmp_path / "checkpoints" / "loras" / "people" / "fox.safetensors") == "loras"
    assert kind_above(tmp_path / "unet" / "big.sft") == "diffusion_models"
    assert kind_above(tmp_path / "big.sft") == ""


def test_comfyuis_own_folder_is_a_place(tmp_path):
    file = put(tmp_path / "ComfyUI/models/unet/big.safetensors")
    assert file in weights("diffusion_models", [tmp_path / "ComfyUI"])


PATHS = """
a111:
    base_path: webui
    checkpoints: models/Stable-diffusion
    loras: |
        models/Lora
        models/LyCORIS
other:
    clip: {there}
    unheard_of: nowhere
"""


@pytest.mark.parametrize("place", ["ComfyUI", "ComfyUI/models", "ComfyUI/extra_model_paths.yaml"])
def test_extra_model_paths_say_where_else_files_are(tmp_path, place):
    base = tmp_path / "ComfyUI"
    put(base / "extra_model_paths.yaml", PATHS.format(there=tmp_path / "there"))
    (base / "models").mkdir()
    found = extra(base.parent / place)
    assert found["checkpoints"] == [base / "webui/models/Stable-diffusion"]
    assert found["loras"] == [base / "webui/models/Lora", base / "webui/models/LyCORIS"]
    assert found["text_encoders"] == [tmp_path / "there"]
    assert base / "webui/models/Lora" in folders_of("loras", [base.parent / place])
    assert tmp_path / "there" in every_folder([base.parent / place])


@pytest.mark.parametrize("text", ["a: [", "a: !!python/object:os.system {}", "\x00"])
def test_a_broken_file_is_named(tmp_path, text):
    put(tmp_path / "extra_model_paths.yaml", text)
    with pytest.raises(PlacesError, match=r"extra_model_paths.yaml cannot be read: .*; mend it"):
        extra(tmp_path)


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b", "a: 3", "a: {loras: [1]}"])
def test_a_file_that_says_nothing_of_models_names_no_folders(tmp_path, text):
    put(tmp_path / "extra_model_paths.yaml", text)
    assert extra(tmp_path) == {}


def test_the_users_places_come_after_those_of_the_run(tmp_path, monkeypatch):
    monkeypatch.setenv("NODEGRAPH_MODELS", str(tmp_path / "mine"))
    monkeypatch.setenv("NODEGRAPH_DATA", str(tmp_path / "data"))
    found = places(Options(models=(tmp_path / "run",)))
    assert found == (tmp_path / "run", tmp_path / "mine", tmp_path / "data" / "models")
