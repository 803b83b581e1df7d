from dataclasses import replace
from pathlib import Path

import pytest

from gui.bridge.engine import Engine
from gui.document import reading
from gui.document.document import Document
from gui.running.runner import Runner
from gui.running.status import Status
from tests.gui.bridge.conftest import ENV, WAIT, toy
from tests.nodegraph.engine.workers import PACK, written

PICTURES = Path(__file__).parent / "pack"


def pictured(data):
    """Return an own engine of toys, some of which have looks."""
    path = f"PYTHONPATH={PICTURES}:{PACK}"
    where = toy(data)
    return replace(where, program=(ENV[0], path, *where.program[2:]))


@pytest.fixture
def engine(qtbot, tmp_path):
    engine = Engine(pictured(tmp_path / "data"), tmp_path / "editor")
    yield engine
    engine.stop()


@pytest.fixture
def ready(engine, qtbot):
    """The engine once it answers and its node types are known."""
    engine.start()
    qtbot.waitUntil(
        lambda: engine.state.phase == "ready" and "toy.save" in engine.catalogue, timeout=WAIT
    )
    return engine


@pytest.fixture
def runner(engine):
    return Runner(engine)


@pytest.fixture
def opened(ready):
    """Open nodes as a document, and give its status."""

    def opened(nodes, subgraphs=None):
        document = Document(reading.loads(written(nodes, subgraphs), ready.catalogue))
        return Status(document, document)

    return opened


@pytest.fixture
def ended(runner, qtbot):
    """Run a document to its end, and give the job."""

    def ended(status, **how):
        with qtbot.waitSignal(runner.ended, timeout=WAIT) as signal:
            runner.run(status, **how)
        return signal.args[1]

    return ended
