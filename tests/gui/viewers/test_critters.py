"""Looking at every value of a real run, with the engine that everybody gets."""

from pathlib import Path

import numpy as np
import pytest

from gui.bridge.engine import Engine
from gui.bridge.where import Where
from gui.document import reading
from gui.document.document import Document
from gui.running.runner import Runner
from gui.running.status import Status
from gui.timeline.timeline import Timeline
from gui.viewers.dock import ViewerDock
from gui.viewers.look import Look
from gui.viewers.looking import Looking
from nodegraph.edits import SetParam

WORKFLOW = Path(__file__).parents[3] / "workflows" / "text_to_image.json"
WAIT = 240_000
STEPS = 4
KINDS = {
    ("decode", "image"): "image",
    ("guidance", "denoised"): "latent",
    ("predict", "positive"): "latent",
    ("noise", "noise"): "latent",
    ("prompt", "conditioning"): "conditioning",
    ("schedule", "schedule"): "schedule",
    ("model", "model"): "model",
    ("begin", "sigma"): "number",
    ("sampler", "sampler"): "fields",
}


@pytest.fixture
def engine(tmp_path):
    made = Engine(Where(data=tmp_path / "data", options=("--device", "cpu")), tmp_path)
    yield made
    made.stop()


@pytest.fixture
def looking(qtbot, engine):
    """The example when it has run."""
    runner = Runner(engine)
    with qtbot.waitSignal(engine.catalogue_changed, timeout=WAIT):
        engine.start()
    document = Document(reading.load(WORKFLOW, engine.catalogue))
    document.apply(SetParam("schedule", "steps", STEPS))
    status = Status(document)
    made = Looking(engine, status, document)
    with qtbot.waitSignal(runner.ended, timeout=WAIT) as ended:
        runner.run(status)
    assert ended.args[1].state == "done", ended.args[1].error
    return made


@pytest.mark.slow
def test_every_value_of_the_example_can_be_looked_at_and_its_steps_scrubbed(qtbot, looking, looks):
    timeline, dock = Timeline(looking, looks), ViewerDock(looking, looks)
    qtbot.addWidget(timeline)
    qtbot.addWidget(dock)
    look_at_all(qtbot, dock)
    see_the_film(qtbot, timeline)
    read_pixels(qtbot, dock)


def look_at_all(qtbot, dock):
    for (node, output), kind in KINDS.items():
        dock.look(Look(node, output))
        qtbot.waitUntil(lambda place=(node, output): shows(dock.pane, place), timeout=WAIT)
        assert dock.pane.source.kind == kind


def shows(pane, place):
    source = pane.source
    return source is not None and (source.place.node, source.place.output) == place


def see_the_film(qtbot, timeline):
    qtbot.waitUntil(lambda: "denoise" in timeline.rows, timeout=WAIT)
    film = timeline.rows["denoise"].film
    assert film.output == ("guidance", "denoised")
    sigmas = [frame.sigma for frame in film.frames]
    assert len(sigmas) == STEPS
    assert sigmas == sorted(sigmas, reverse=True)
    qtbot.waitUntil(lambda: all(film.picture(one) for one in film.frames), timeout=WAIT)


def read_pixels(qtbot, dock):
    dock.look(Look("decode", "image"))
    qtbot.waitUntil(lambda: shows(dock.pane, ("decode", "image")), timeout=WAIT)
    view = dock.pane.viewer
    qtbot.waitUntil(lambda: view.numbers is not None and view.numbers.shape[2] == 3, timeout=WAIT)
    assert view.numbers.shape == (128, 128, 3)
    shown = view.image().pixelColor(60, 50)
    assert shown.red() == round(float(view.numbers[50, 60, 0]) * 255)
    assert np.isfinite(view.numbers).all()
