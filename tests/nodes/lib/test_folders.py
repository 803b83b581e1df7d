import os

import pytest

from nodegraph.errors import ParamError
from nodegraph.execution.context import Context, Options, enter, leave
from nodes.lib import folders
from nodes.lib.folders import ModelError


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A place for models, the only one there is."""
    monkeypatch.setenv("NODEGRAPH_DATA", str(tmp_path / "none"))
    monkeypatch.delenv(folders.VARIABLE, raising=False)
    token = enter(Context(Options(models=(tmp_path,))))
    yield tmp_path
    leave(token)


def put(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("loras", "loras/style.safetensors"),
        ("diffusion_models", "unet/style.safetensors"),
        ("diffusion_models", "diffusion_models/style.safetensors"),
        ("text_encoders", "clip/style.safetensors"),
        ("vae", "style.safetensors"),
    ],
)
def test_a_file_is_found_by_its_name_with_and_without_its_ending(place, kind, file):
    path = put(place / file)
    assert folders.named(kind, "style.safetensors") == path
    assert folders.named(kind, "style") == path


def test_a_name_may_lead_through_folders_and_a_path_means_itself(place):
    path = put(place / "loras" / "people" / "fox.safetensors")
    assert folders.named("loras", "people/fox") == path
    assert folders.named("loras", str(path)) == path


def test_the_users_places_are_listed_in_a_variable(place, tmp_path, monkeypatch):
    one, two = tmp_path / "one", tmp_path / "two"
    monkeypatch.setenv(folders.VARIABLE, os.pathsep.join(map(str, (one, two))))
    path = put(two / "vae" / "soft.safetensors")
    assert folders.named("vae", "soft") == path
    assert folders.places()[:3] == (place, one, two)


@pytest.mark.parametrize("name", ["", "gone", "../outside", "loras/../../outside"])
def test_a_name_of_nothing_says_where_to_put_it(place, name):
    put(place.parent / "outside.safetensors")
    with pytest.raises(ModelError, match=rf"among the loras; give the path .* {place}/loras"):
        folders.named("loras", name)


def test_a_file_outside_of_what_may_be_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path))
    put(tmp_path / "loras" / "fox.safetensors")
    token = enter(Context(Options(readable=(tmp_path / "open",))))
    try:
        with pytest.raises(ParamError, match="outside of the folders that may be read"):
            folders.named("loras", "fox")
    finally:
        leave(token)
