"""A worker with the nodes that come along, and the embedded model."""

import io
import json
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from nodegraph import load
from nodegraph.engine.messages import Answer, Cancel, Events, Finished, Look, Turns
from tests.nodegraph.engine.workers import Handle

WORKFLOW = Path(__file__).parents[3] / "workflows" / "text_to_image.json"


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    handle = Handle(tmp_path_factory.mktemp("data"))
    yield handle
    handle.end()


def text_to_image(**params):
    """Return the example's text, some params changed: ``node_param=value``."""
    data = json.loads(WORKFLOW.read_text())
    for name, value in params.items():
        node, _, param = name.partition("_")
        data["nodes"][node]["params"][param] = value
    return json.dumps(data)


def seen(worker, job, workflow, node, output, turn=(), picture=96):
    worker.send(Look(1, job, workflow, "auto", "auto", "", node, output, turn, picture))
    answer = worker.hear(Answer)
    assert "error" not in answer.data
    return answer.data, PIL.Image.open(io.BytesIO(answer.picture))


@pytest.fixture(scope="module")
def drawn(worker):
    """A finished job, and its workflow."""
    text = text_to_image(schedule_steps=6)
    finished = worker.run(text)
    assert finished.state == "done", finished.error
    return finished.job, text


def test_the_picture_is_saved_with_its_workflow(worker, drawn):
    (file,) = (worker.folder / "work" / drawn[0]).rglob("*.png")
    assert PIL.Image.open(io.BytesIO(file.read_bytes())).size == (128, 128)
    assert load(file)["schedule"].params["steps"] == 6


def test_a_latent_is_described_and_drawn(worker, drawn):
    data, picture = seen(worker, *drawn, "end", "latent")
    assert (data["type"], data["shape"], data["nan"]) == ("Latent", [1, 4, 16, 16], 0)
    assert (picture.format, picture.size) == ("WEBP", (96, 96))
    assert np.asarray(picture).std() > 10


def test_the_picture_is_looked_at_like_the_latent(worker, drawn):
    data, picture = seen(worker, *drawn, "decode", "image", picture=64)
    assert data["shape"] == [1, 128, 128, 3]
    assert picture.size == (64, 64)


def test_each_turn_of_the_loop_is_kept(worker, drawn):
    worker.send(Turns(2, drawn[0]))
    nodes = worker.hear(Answer).data["nodes"]
    assert nodes["predict"]["turns"] == [[turn] for turn in range(6)]
    assert set(nodes["begin"]["outputs"]) == {"x", "sigma", "step", "solver"}
    first = seen(worker, *drawn, "begin", "x", (0,))[0]
    last = seen(worker, *drawn, "begin", "x", (5,))[0]
    assert first["std"] > 5 * last["std"]
    assert seen(worker, *drawn, "predict", "positive", (3,))[0]["type"] == "Prediction"


def test_a_run_shows_itself_and_ends_within_one_evaluation(worker, drawn):
    job = worker.start(text_to_image(schedule_steps=1000, noise_seed=2)).job
    shown = worker.hear(Events, such=lambda message: message.previews)
    preview = PIL.Image.open(io.BytesIO(shown.previews[0]))
    assert (preview.format, preview.size) == ("JPEG", (128, 128))
    assert seen(worker, job, text_to_image(), "predict", "positive", (0,))[0]["type"]
    worker.send(Cancel(job))
    finished = worker.hear(Finished)
    assert (finished.job, finished.state) == (job, "cancelled")
    assert finished.timings["predict"]["turns"] < 1000
    assert "decode" not in finished.timings


def test_a_job_can_be_cancelled_while_models_load(tmp_path):
    handle = Handle(tmp_path)
    job = handle.start(text_to_image(schedule_steps=1000)).job
    handle.hear_event("NodeStarted", node="negative")
    handle.send(Cancel(job))
    finished = handle.hear(Finished)
    assert finished.state == "cancelled"
    assert "begin" not in finished.timings
    handle.end()
