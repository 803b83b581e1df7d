"""Examples as scripts, run as programs of their own: they make the pictures that nodes make."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from diffusers import UNet2DConditionModel

from nodegraph.execution.context import Context, Options, enter, leave
from nodegraph.execution.run import Executor
from nodegraph.export import ExportError, write_script
from nodegraph.overrides import override
from nodegraph.workflow import load, loads
from tests import tiny
from tests.tiny import adapters, families

FOLDER = Path(__file__).parents[3] / "workflows"
RUN_ALL = "import runpy, sys\nfor name in sys.argv[1:]: runpy.run_path(name, run_name='__main__')"
CASES = {
    "text_to_image": {
        "schedule.steps": 4,
        "sampler.sampler_name": "heun",
        "prompt.text": "Two KITTENS, wearing teal hats!",
    },
    "text_to_image_closed": {
        "schedule.steps": 4,
        "schedule.scheduler": "karras",
        "sampler.sampler_name": "euler_ancestral",
        "noise.batch_size": 2,
        "save.name": "closed",
    },
    "image_to_image": {"schedule.steps": 4},
    "sdxl": {"schedule.steps": 2, "noise.width": 64, "noise.height": 48},
    "lora": {},
    "seeds_grid": {"schedule.steps": 2, "seeds.stop": 4, "grid.columns": 2},
}


def written(name, values):
    return script(override(load(FOLDER / f"{name}.json"), values), name)


def script(graph, name):
    token = enter(Context(Options(base=FOLDER)))
    try:
        return graph, write_script(graph, f"{name}.json")
    finally:
        leave(token)


def write_xl(folder):
    """Write a tiny SDXL as a whole pipeline of diffusers."""
    families.write_family(folder, "sdxl")
    path = folder / "model_index.json"
    parts = {
        name: entry[1] for name, entry in json.loads(path.read_text()).items() if name[0] != "_"
    }
    library = {name: "transformers" if name.startswith("t") else "diffusers" for name in parts}
    index = {name: [library[name], kind] for name, kind in parts.items()}
    index["scheduler"] = ["diffusers", "DDIMScheduler"]
    path.write_text(json.dumps(index | {"_class_name": "StableDiffusionXLPipeline"}))
    return folder


def adapted(folder):
    """Return an example on a tiny model with two LoRAs, one over the other."""
    model = tiny.write_model(folder / "tiny")
    network = UNet2DConditionModel.from_pretrained(model / "unet")
    unet = adapters.pairs(network, ("to_q", "to_v"))
    text = adapters.pairs(tiny.text_encoder(), ("q_proj", "v_proj"))
    data = json.loads((FOLDER / "text_to_image_closed.json").read_text())
    nodes = data["nodes"]
    for name, before in (("first", "model"), ("second", "first")):
        path = adapters.diffusers(folder / f"{name}.safetensors", unet=unet, text_encoder=text)
        nodes[name] = {
            "type": "model.lora",
            "params": {"lora": str(path), "strength_model": 0.5, "strength_clip": 0.25},
            "inputs": {"model": f"{before}.model", "clip": f"{before}.clip"},
        }
    nodes["denoise"]["inputs"]["model"] = "second.model"
    nodes["prompt"]["inputs"]["clip"] = "second.clip"
    values = {"model.model": str(model), "prompt.text": "a fox"}
    values |= {"schedule.steps": 2, "save.name": "lora"}
    return override(loads(json.dumps(data)), values)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Run every example both ways; gives pairs of pictures by the example's name."""
    folder = tmp_path_factory.mktemp("scripts")
    xl = {"model.model": str(write_xl(folder / "sdxl")), "prompt.text": "a fox", "save.name": "xl"}
    jobs = {name: (name, values) for name, values in CASES.items() if name != "sdxl"}
    jobs["sdxl"] = ("text_to_image_closed", CASES["sdxl"] | xl)
    made = {name: written(*job) for name, job in jobs.items() if name != "lora"}
    made["lora"] = script(adapted(folder), "lora")
    expected, scripts = {}, []
    for name, (graph, text) in made.items():
        scripts.append(folder / f"{name}.py")
        scripts[-1].write_text(text)
        options = Options(out=folder / "expected", base=FOLDER, device="cpu", dtype="float32")
        expected[name] = Executor().run(graph, options=options).files
    command = [sys.executable, "-c", RUN_ALL, *map(str, scripts)]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=500)
    assert result.returncode == 0, result.stderr
    made = [folder / line for line in result.stdout.splitlines()]
    found = {path.name: path for path in made}
    return {name: [(path, found[path.name]) for path in files] for name, files in expected.items()}


@pytest.mark.parametrize("name", CASES)
def test_a_script_makes_the_picture_that_the_workflow_makes(pictures, name):
    """Each number within 1 of 255: x is kept in other units, so that some are rounded off."""
    pairs = pictures[name]
    assert len(pairs) == CASES[name].get("noise.batch_size", 1)
    for expected, found in pairs:
        one, other = (np.asarray(PIL.Image.open(path), int) for path in (expected, found))
        assert one.shape == other.shape
        assert np.abs(one - other).max() <= 1
        assert one.std() > 5


def test_a_script_reads_as_the_graph_does():
    _, text = written("text_to_image", {})
    body = text[text.index("# Load model") :]
    assert 'prompt = encode_text(model, "a happy red fox on a gray background")' in body
    assert "schedule = normal_sigmas(model, 20)" in body
    assert "dpmpp_2m(begin_turn, noised(model, noise, schedule), schedule)" in body
    assert "def euler" not in text
    assert "import nodegraph" not in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sampler.sampler_name": "dpmpp_sde"}, "the sampler dpmpp_sde cannot be written"),
        ({"schedule.scheduler": "linear_quadratic"}, "the scheduler linear_quadratic cannot"),
        ({"prompt.text": "a (fox:1.3)"}, "weights of words cannot be written"),
        ({"schedule.denoise": 0.0}, "with a denoise of 0 there is nothing to do"),
    ],
)
def test_a_setting_that_cannot_be_written_is_named(values, said):
    with pytest.raises(ExportError, match=said):
        written("text_to_image", values)


def test_writing_a_script_imports_no_torch():
    code = (
        "import sys\nfrom nodegraph.workflow import load\n"
        "from nodegraph.export import write_script\n"
        f"assert write_script(load({str(FOLDER / 'text_to_image.json')!r}), 'file')\n"
        "print(sorted({'torch', 'diffusers', 'transformers', 'numpy'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=90
    )
    assert result.stdout == "[]\n", result.stderr


def test_loops_are_written_as_loops():
    def value(number):
        return {"type": "value.integer", "params": {"value": number}}

    nodes = {
        "start": value(1),
        "more": value(5),
        "again": {
            "type": "flow.repeat.begin",
            "zone": "r",
            "params": {"times": 3},
            "inputs": {"value": "start.int"},
        },
        "pair": {"type": "value.list", "inputs": {"items": ["again.index", "more.int"]}},
        "done": {
            "type": "flow.repeat.end",
            "zone": "r",
            "inputs": {"value": "again.value", "collect": "pair.list"},
        },
    }
    graph = loads(json.dumps({"nodegraph": 1, "nodes": nodes}))
    expected = Executor().run(graph, ["done"])
    names = {}
    exec(write_script(graph, "file", ["done"]), names)
    assert names["again_value"] == expected["done.value"] == 1
    assert names["done_collected"] == expected["done.collected"] == [[0, 5], [1, 5], [2, 5]]


def test_a_model_of_another_family_is_refused(tmp_path):
    (tmp_path / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')
    with pytest.raises(ExportError, match="is a FluxPipeline, and scripts are written for Stable"):
        written("text_to_image", {"model.model": str(tmp_path)})


def test_a_model_of_the_hub_is_called_by_its_id_and_a_folder_by_its_path(tmp_path):
    _, text = written("text_to_image", {"model.model": "owner/name"})
    assert 'load_model("owner/name")' in text
    (tmp_path / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')
    _, text = written("text_to_image", {"model.model": str(tmp_path)})
    assert f'load_model("{tmp_path}")' in text
