import pytest

from gui.bridge.engine import Engine
from gui.bridge.where import PROGRAM, Where
from tests.nodegraph.engine.workers import PACK

WAIT = 30_000
ENV = ("env", f"PYTHONPATH={PACK}", "OMP_NUM_THREADS=1")


def toy(data, program=PROGRAM):
    """Return an own engine of toys, which loads no torch."""
    return Where(data=data, options=("--device", "toy:0"), program=(*ENV, *program))


@pytest.fixture
def make(qtbot, tmp_path):
    """Make engines; they are stopped with the test."""
    made = []

    def make(where=None):
        made.append(Engine(where or toy(tmp_path / "data"), tmp_path / "editor"))
        return made[-1]

    yield make
    for engine in made:
        engine.stop()


@pytest.fixture
def engine(make):
    return make()


@pytest.fixture
def reached(qtbot):
    """Wait until an engine is in one of some phases."""

    def reached(engine, *phases):
        qtbot.waitUntil(lambda: engine.state.phase in phases, timeout=WAIT)
        return engine

    return reached


@pytest.fixture
def answer(qtbot):
    """Ask an engine and wait for the answer."""

    def answer(engine, method, *args, **kwargs):
        got = []
        engine.ask(method, *args, then=got.append, failed=got.append, **kwargs)
        qtbot.waitUntil(lambda: bool(got), timeout=WAIT)
        return got[0]

    return answer
