"""The examples: they load, they save back as they were, and they run."""

from functools import cache, partial
from pathlib import Path

import PIL.Image
import pytest

from nodegraph.edits import Connect
from nodegraph.execution.cache import Cache
from nodegraph.execution.context import Options
from nodegraph.execution.disk import Disk
from nodegraph.execution.run import Executor
from nodegraph.graph import Link
from nodegraph.overrides import override
from nodegraph.workflow import dumps, load
from nodes.lib import text
from nodes.lib.samplers import SAMPLERS
from tests import tiny
from tests.far.examples import assert_same_on_a_gpu

FOLDER = Path(__file__).parent.parent / "workflows"
FILES = sorted(FOLDER.glob("*.json"))
LEARN = sorted((FOLDER / "learn").glob("*.json"))
SMALL = {"schedule.steps": 2, "sampler.sampler_name": "euler_ancestral"}
SIZE = {"pipeline.width": 64, "pipeline.height": 64, "pipeline.num_frames": 3}
PIPELINES = {
    "video.save": {"pipeline.steps": 2} | SIZE,
    "audio.save": {"pipeline.steps": 2, "pipeline.seconds": 0.25},
}
"""What makes a whole pipeline small, by what its workflow saves."""

FEW = {
    "amounts.count": 2,
    "backbones.text": "1, 2",
    "cfgs.text": "0, 3",
    "first.cfg": 1.0,
    "frames.count": 2,
    "levels.lines": "in\nmiddle",
    "numbers.stop": 2,
    "one.index": 1,
    "partial.steps": 2,
    "samplers.lines": "euler\nheun",
    "scales.text": "0.5",
    "seeds.text": "1",
    "shares.text": "0, 0.5",
    "steps.text": "1, 2",
    "true_schedule.steps": 3,
}
"""What keeps the workflows that teach short, where they have it."""


LITTLE = {
    "change.steps": 2,
    "custom.sigmas": "14.6 3 0",
    "halves.denoise": 0.5,
    "make.height": 64,
    "make.steps": 2,
    "make.width": 64,
    "shares.text": "0.1, 0.5",
    "skip_two.layer": -2,
    "slice.end_step": 1,
    "times.value": 2,
}
"""The same for the other examples."""


def known(graph, values):
    """Return the values that a workflow has, of those that no link drives."""
    found = {
        f"{node.id}.{name}"
        for node in graph
        for name in node.params
        if name not in graph.inputs(node.id)
    }
    return {name: value for name, value in values.items() if name in found}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tiny.write_model(tmp_path_factory.mktemp("models") / "tiny", tiny.V, scale=1.0)


@pytest.fixture(scope="session")
def pipeline_folder(folder, tmp_path_factory):
    """Write a tiny pipeline that makes what a node saves, once."""
    from tests.tiny import pipelines

    @cache
    def write(saved):
        place = tmp_path_factory.mktemp("models") / saved
        film = saved == "video.save"
        return pipelines.write_film(place, folder) if film else pipelines.write_sound(place)

    return write


@pytest.fixture(scope="session")
def hung(folder, tmp_path_factory):
    """Write what workflows hang on the tiny model, by the name of the parameter that wants it."""
    from diffusers import UNet2DConditionModel

    from tests.tiny import adapters, controls

    place = tmp_path_factory.mktemp("hung")
    unet = UNet2DConditionModel.from_pretrained(folder / "unet")
    layers = adapters.pairs(unet, ("attn2.to_q",))
    lora = adapters.kohya(place / "style.safetensors", lora_unet=layers)
    net = controls.write(place / "edges", controls.controlnet(unet))
    return {"lora.lora": str(lora), "control.control": str(net)}


@pytest.fixture
def small(folder, pipeline_folder, hung):
    """Give the values with which a workflow runs on a tiny model."""

    def small(graph):
        if "pipeline" not in graph:
            more = {name: one for name, one in hung.items() if name.partition(".")[0] in graph}
            tiny_size = {"noise.width": 64, "noise.height": 64} if more else {}
            rises = any(node.type == "schedule.flip" for node in graph)
            more |= {"sampler.sampler_name": "euler"} if rises else {}
            models = {f"{one}.model": str(folder) for one in ("model", "make", "change")}
            return known(graph, models | SMALL | LITTLE | more | tiny_size)
        saved = graph["save"].type
        return {"pipeline.model": str(pipeline_folder(saved))} | PIPELINES[saved]

    return small


@pytest.fixture
def run(small, tmp_path):
    """Run a workflow on a tiny model, by a new executor: nothing is cached."""

    def run(path, *links, device="cpu", dtype="float32", **values):
        graph = load(path)
        for link in links:
            graph.apply(Connect(link))
        graph = override(graph, small(graph) | values)
        options = Options(out=tmp_path, base=FOLDER, device=device, dtype=dtype)
        return Executor().run(graph, options=options)

    return run


@pytest.mark.parametrize("path", FILES + LEARN, ids=lambda path: path.stem)
def test_a_workflow_saves_back_as_it_was(path):
    assert dumps(load(path)) == path.read_text()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_workflow_runs_and_its_picture_runs_again(run, path):
    result = run(path)
    (saved,) = result.files
    (again,) = run(saved).files
    assert saved.read_bytes() == again.read_bytes()
    assert again != saved


@pytest.fixture
def teach(folder, tmp_path):
    """Run a workflow that teaches, shortened."""

    def teach(path, device="cpu", dtype="float32"):
        graph = load(path)
        few = known(graph, {"model.model": str(folder), "schedule.steps": 2} | FEW)
        options = Options(out=tmp_path, base=path.parent, device=device, dtype=dtype)
        return Executor().run(override(graph, few), options=options)

    return teach


@pytest.mark.parametrize("path", LEARN, ids=lambda path: path.stem)
def test_a_workflow_that_teaches_runs(teach, path):
    result = teach(path)
    graph = load(path)
    effects = [node for node in graph if graph.spec(node.id).effect]
    assert len(result.files) == len(effects)
    assert not result.skipped


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("path", FILES + LEARN, ids=lambda path: path.stem)
def test_on_a_gpu_a_workflow_makes_the_same_picture(run, teach, monkeypatch, path):
    assert_same_on_a_gpu(partial(teach if path in LEARN else run, path), monkeypatch)


@pytest.mark.parametrize("path", FILES + LEARN, ids=lambda path: path.stem)
def test_every_node_has_a_place(path):
    graph = load(path)
    places = {name: tuple(view["pos"]) for name, view in graph.view["nodes"].items()}
    assert set(places) == {node.id for node in graph}
    assert len(set(places.values())) == len(places)
    assert all(places[link.source][0] < places[link.target][0] for link in graph.links())


@pytest.mark.parametrize("sampler_name", SAMPLERS)
def test_the_open_loop_and_the_closed_one_make_the_same_picture(run, sampler_name):
    shared = {
        "sampler.sampler_name": sampler_name,
        "prompt.text": "a fox",
        "noise.seed": 2**64 - 1,
        "schedule.steps": 4,
    }
    links = (
        [Link("predict", "negative", "step", "negative")] if SAMPLERS[sampler_name].cfg_pp else []
    )
    opened = run(FOLDER / "text_to_image.json", *links, **shared, **{"guidance.cfg": 3.5})
    closed = run(FOLDER / "text_to_image_closed.json", **shared, **{"denoise.cfg": 3.5})
    first, second = (PIL.Image.open(result.files[0]).tobytes() for result in (opened, closed))
    assert first == second


def test_another_seed_takes_the_texts_from_the_disk(folder, tmp_path, monkeypatch):
    values = {"model.model": str(folder)} | SMALL
    graph = override(load(FOLDER / "text_to_image.json"), values)
    disk = Disk(tmp_path / "values", seconds=0.0)
    Executor(cache=Cache(disk=disk)).run(graph, options=Options(out=tmp_path))

    monkeypatch.setattr(
        text, "encode", lambda clip, text: pytest.fail("the text was encoded again")
    )
    again = override(graph, {"noise.seed": 8})
    assert Executor(cache=Cache(disk=disk)).run(again, options=Options(out=tmp_path)).files
