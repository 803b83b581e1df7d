"""A GPU that is too small for a network."""

from pathlib import Path

import pytest

from nodegraph.execution.context import Options
from nodegraph.execution.events import Noted
from nodegraph.execution.run import Executor
from nodegraph.overrides import override
from nodegraph.workflow import load
from tests.far.alike import assert_alike
from tests.tiny import families
from tests.tiny.families import FAMILIES

CLOSED = Path(__file__).parents[2] / "workflows" / "text_to_image_closed.json"
SMALL = {"noise.width": 64, "noise.height": 64, "schedule.steps": 2}


@pytest.fixture
def run(tmp_path):
    """Run text to image, and return the picture's file and the notes."""

    def run(device, **values):
        graph = override(load(CLOSED), SMALL | values)
        told = []
        options = Options(out=tmp_path, device=device, dtype="float32")
        (file,) = Executor().run(graph, options=options, listener=told.append).files
        return file, [one.message for one in told if isinstance(one, Noted)]

    return run


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("family", FAMILIES)
def test_what_does_not_fit_comes_layer_by_layer(run, tmp_path, monkeypatch, family):
    model = families.write_family(tmp_path / family, family)
    here, _ = run("cpu", **{"model.model": str(model)})
    monkeypatch.setenv("NODEGRAPH_MEMORY", "0")
    there, notes = run("cuda", **{"model.model": str(model)})
    stay = [one.split()[1] for one in notes if "does not fit into the memory of cuda" in one]
    assert len(set(stay)) >= 3
    assert_alike(here, there)
