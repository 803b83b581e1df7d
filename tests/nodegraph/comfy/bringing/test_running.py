"""Real workflows run once they are carried over: on the model that comes along, small and short."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from nodegraph import Options, run
from nodegraph.comfy.bringing.bring import bring
from nodegraph.comfy.importing import report
from nodegraph.comfy.site import Site
from nodegraph.comfy.ui.reading import read
from nodegraph.edits import Connect, RemoveNode
from nodegraph.execution.plan import plan
from nodegraph.registry import load_packs
from nodegraph.workflow import catalogue
from tests.nodegraph.comfy.workflows import EVERY, real

SIDE = 64
SMALL = [
    "examples__2_pass_txt2img__hiresfix_latent_workflow",
    "examples__area_composition__square_area_for_2_subjects",
    "examples__img2img__img2img_workflow",
    "examples__inpaint__inpain_model_cat",
    "examples__model_merging__model_merging_basic",
    "examples__noisy_latent_composition__noisy_latents_3_subjects_",
]


def brought(path):
    return bring(read(json.loads(path.read_text(encoding="utf-8"))), Site(catalogue()))[0]


@pytest.fixture
def picture(tmp_path):
    """A picture with a hole in it."""
    pixels = np.full((SIDE, SIDE, 4), 120, np.uint8)
    pixels[16:40, 16:40, 3] = 0
    path = tmp_path / "given.png"
    Image.fromarray(pixels).save(path)
    return path


def shrink(graph, picture):
    """Make a workflow small and short, with what is here in place of what it names."""
    (model, *_) = (node.id for node in graph if node.type == "model.load")
    for node in list(graph):
        if node.type == "model.load_vae":
            leading = [link for link in graph.links_of(node.id) if link.source == node.id]
            graph.apply(RemoveNode(node.id))
            for link in leading:
                graph.apply(Connect(replace(link, source=model, output="vae")))
            continue
        params = dict(node.params)
        fixed = {"model": "critters", "path": str(picture), "width": SIDE, "height": SIDE}
        fixed |= {"x": 0, "y": 0, "steps": 2, "batch_size": 1}
        params |= {name: value for name, value in fixed.items() if name in params}
        graph.put(replace(node, params=params))


@real
@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_a_workflow_of_classes_that_are_known_here_lacks_nothing_but_files(path):
    graph = brought(path)
    if report(graph).count("unsupported"):
        pytest.skip("it has classes that are not done here")
    assert plan(graph, load_packs()).skipped == {}


@pytest.mark.slow
@real
@pytest.mark.parametrize("name", SMALL)
def test_a_real_workflow_runs_and_saves_its_pictures(name, picture, tmp_path):
    (path,) = (one for one in EVERY if one.name.startswith(f"{name}."))
    graph = brought(path)
    shrink(graph, picture)
    wanted = sum(node.type == "image.save" and node.mode == "run" for node in graph)
    made = run(graph, options=Options(out=tmp_path / "out", device="cpu", dtype="float32"))
    assert len(made.files) == wanted
    assert all(Image.open(file).getextrema() for file in made.files)
