"""The editor's way through a real run, with the engine that everybody gets."""

from pathlib import Path

import pytest

from gui.bridge.engine import Engine
from gui.bridge.where import Where
from gui.document import reading
from gui.document.document import Document
from gui.running.runner import Runner
from gui.running.status import Status
from nodegraph.edits import SetParam

WORKFLOW = Path(__file__).parents[3] / "workflows" / "text_to_image.json"
WAIT = 240_000


@pytest.mark.slow
def test_the_example_runs_and_shows_its_picture_and_every_step_of_it(qtbot, tmp_path):
    engine = Engine(Where(data=tmp_path / "data", options=("--device", "cpu")), tmp_path)
    runner = Runner(engine)
    try:
        with qtbot.waitSignal(engine.catalogue_changed, timeout=WAIT):
            engine.start()
        status = Status(Document(reading.load(WORKFLOW, engine.catalogue)))
        status.document.apply(SetParam("schedule", "steps", 4))
        states = []
        status.zone_changed.connect(lambda zone: states.append(status.zones.get(zone)))
        with qtbot.waitSignal(runner.ended, timeout=WAIT) as ended:
            runner.run(status)
        assert ended.args[1].state == "done", ended.args[1].error
        qtbot.waitUntil(lambda: status.nodes["decode"].picture is not None, timeout=WAIT)
    finally:
        engine.stop()
    picture = status.nodes["decode"].picture
    assert max(picture.width(), picture.height()) == 256
    assert [state.turn for state in states if state][-1] == 4
    assert any("sigma" in state.text for state in states if state)
    assert status.files["save"]
