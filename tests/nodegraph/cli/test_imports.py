import hashlib
import json

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nodegraph.comfy.ui.flatten import flatten
from nodegraph.comfy.ui.reading import read
from nodegraph.workflow import load
from tests.nodegraph.comfy.prompts import text_to_picture
from tests.nodegraph.comfy.workflows import node, plain, workflow

MODEL = {"name": "gone.safetensors", "url": "https://example.com/gone", "directory": "checkpoints"}


@pytest.fixture
def prompt(home):
    path = home / "prompt.json"
    path.write_text(json.dumps(text_to_picture("a happy red fox", "dpmpp_2m", "karras")))
    return path


@pytest.fixture
def strange(home):
    """A workflow that names a model that is not here, and a class that nobody knows."""
    loader = node(1, "CheckpointLoaderSimple", values=["gone.safetensors"])
    nodes = [loader | {"properties": {"models": [MODEL]}}, node(2, "Unheard", values=[3])]
    path = home / "strange.json"
    path.write_text(json.dumps(workflow(nodes)))
    return path


def test_a_file_of_theirs_becomes_one_of_ours(nodegraph, prompt, home):
    result = nodegraph("import", prompt, "-o", "ours.json")
    assert (result.exit_code, result.stdout) == (0, "ours.json\n")
    assert "note: of 7 nodes" in result.stderr
    assert {one.type for one in load(home / "ours.json")} >= {"sampling.sample", "image.save"}


def test_without_a_file_the_workflow_goes_to_stdout(nodegraph, prompt):
    result = nodegraph("import", prompt)
    assert json.loads(result.stdout)["nodegraph"] == 1


def test_the_report_is_a_table_with_a_line_for_each_node_and_each_missing_file(nodegraph, strange):
    lines = nodegraph("import", strange, "--report").stdout.splitlines()
    assert lines[0].split() == ["id", "class", "title", "mark", "why"]
    assert lines[2].split()[:3] == ["2", "Unheard", "unsupported"]
    missing = "gone.safetensors is not here; the file says it comes from https://example.com/gone"
    assert f"{missing}, into the folder checkpoints" in lines[-1]


def test_the_report_is_json_too(nodegraph, strange):
    found = json.loads(nodegraph("import", strange, "--json").stdout)
    assert [row["mark"] for row in found["rows"]] == ["exact", "unsupported"]
    assert found["missing"][0]["source"] == "https://example.com/gone"


def test_a_workflow_of_ours_is_none_of_theirs(nodegraph, numbers):
    result = nodegraph("import", numbers)
    assert result.exit_code == 2
    assert "a workflow of Nodegraph's already" in result.stderr


def test_run_takes_a_prompt_and_says_what_is_not_the_same(nodegraph, prompt, home):
    result = nodegraph("run", prompt, "--device", "cpu", "--dtype", "float32")
    assert result.exit_code == 0, result.stderr
    assert "note: of 7 nodes" in result.stderr
    (path,) = result.stdout.splitlines()
    assert (home / path).is_file()


def test_export_writes_the_prompt_back_and_the_editors_form(nodegraph, prompt):
    before = plain(json.loads(prompt.read_text()))
    result = nodegraph("export", prompt, "--comfyui")
    assert result.exit_code == 0, result.stderr
    assert plain(json.loads(result.stdout)) == before
    drawn = json.loads(nodegraph("export", prompt, "--comfyui", "--ui").stdout)
    assert drawn["version"] == 0.4
    assert plain(flatten(read(drawn))) == before


def test_export_wants_to_know_as_what(nodegraph, prompt):
    for words in ((), ("--python", "--comfyui"), ("--python", "--ui")):
        assert nodegraph("export", prompt, *words).exit_code == 2


def test_each_of_several_files_of_a_node_is_missing(nodegraph, home):
    loader = node(1, "DualCLIPLoader", values=["one.safetensors", "two.safetensors", "flux"])
    (home / "two.json").write_text(json.dumps(workflow([loader])))
    found = json.loads(nodegraph("import", "two.json", "--json").stdout)
    assert {one["name"] for one in found["missing"]} == {"one.safetensors", "two.safetensors"}


def test_a_file_that_may_hold_code_is_said_to_be_so_and_not_to_be_missing(nodegraph, home):
    (home / "old.ckpt").write_bytes(b"x" * 100)
    loader = node(1, "CheckpointLoaderSimple", values=[str(home / "old.ckpt")])
    (home / "old.json").write_text(json.dumps(workflow([loader])))
    lines = nodegraph("import", "old.json", "--report").stdout.splitlines()
    assert "use the same weights in safetensors" in lines[-1]


@pytest.fixture
def shelf(home, monkeypatch):
    """A folder for models, laid out as ComfyUI's, with a LoRA in it."""
    monkeypatch.setenv("NODEGRAPH_MODELS", str(home / "ComfyUI"))
    file = home / "ComfyUI" / "models" / "loras" / "mine" / "renamed.safetensors"
    file.parent.mkdir(parents=True)
    header = b'{"__metadata__":{}}'
    file.write_bytes(len(header).to_bytes(8, "little") + header + b"weights")
    return file


def with_lora(home, name, told):
    loader = node(1, "LoraLoaderModelOnly", ["model:MODEL"], ["MODEL"], values=[name, 1.0])
    model = {"name": name, "hash": told, "hash_type": "SHA256", "directory": "loras"}
    path = home / "lora.json"
    path.write_text(json.dumps(workflow([loader], models=[model])))
    return path


def test_a_file_is_found_by_its_hash_and_goes_back_by_its_own_name(nodegraph, home, shelf):
    told = hashlib.sha256(shelf.read_bytes()).hexdigest()
    result = nodegraph("import", with_lora(home, "sd/original.safetensors", told), "-o", "o.json")
    assert result.exit_code == 0, result.stderr
    assert f"sd/original.safetensors is not here; {shelf} has the same hash" in result.stderr
    assert "looking for models by their hashes, 100% of 0.0 GiB" in result.stderr
    assert [one.params["lora"] for one in load(home / "o.json")] == [str(shelf)]
    (back,) = json.loads(nodegraph("export", "o.json", "--comfyui").stdout).values()
    assert back["inputs"]["lora_name"] == "sd/original.safetensors"


def test_a_file_of_that_name_in_another_folder_counts_before_any_hash(nodegraph, home, shelf):
    result = nodegraph("import", with_lora(home, "sd\\renamed.safetensors", ""), "--json")
    (found,) = json.loads(result.stdout)["located"]
    assert (found["path"], found["by"]) == (str(shelf), "name")
    assert json.loads(result.stdout)["missing"] == []


def test_a_picture_of_a1111_names_its_model_by_a_hash(nodegraph, home, shelf):
    told = hashlib.sha256(shelf.read_bytes()).hexdigest()[:10]
    text = f'a <lora:other:0.5> fox\nSteps: 2, Sampler: Euler, Lora hashes: "other: {told}"'
    chunk = PngInfo()
    chunk.add_text("parameters", text)
    Image.new("RGB", (8, 8)).save(home / "old.png", pnginfo=chunk)
    (found,) = json.loads(nodegraph("import", "old.png", "--json").stdout)["located"]
    assert (found["name"], found["path"]) == ("other.safetensors", str(shelf))
