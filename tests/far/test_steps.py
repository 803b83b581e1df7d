"""No step of a loop waits for the GPU: the processor prepares the next while it computes."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from nodegraph.execution.context import Options
from nodegraph.execution.run import Executor
from nodegraph.overrides import override
from nodegraph.workflow import load
from nodes.lib.latents import previews
from nodes.lib.samplers import SAMPLERS
from nodes.lib.stepper import Stepper
from tests.tiny import families
from tests.tiny.families import FAMILIES

FOLDER = Path(__file__).parents[2] / "workflows"
SIZE = {"noise.width": 64, "noise.height": 64}
LOOPS = {"guidance_interval": SIZE, "inpaint": {}, "text_to_image": SIZE, "two_areas": {}}
"""And how large their pictures are."""
BLIND = [name for name in SAMPLERS if name != "dpm_adaptive"]
"""Samplers that do not measure how well they step, which nobody can without waiting."""
CLOSED = FOLDER / "text_to_image_closed.json"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Write a tiny model of a family."""
    place = tmp_path_factory.mktemp("models")
    return cache(lambda family: str(families.write_family(place / family, family)))


@pytest.fixture
def waits(far, tmp_path, monkeypatch):
    """Count the places where the processor waits in a run that shows previews."""
    monkeypatch.setattr(previews, "EVERY", 0.0)
    monkeypatch.setattr(previews, "SHARE", float("inf"))

    def waits(graph):
        far.clear()
        told = []
        options = Options(out=tmp_path, device="cuda", base=FOLDER)
        Executor().run(graph, options=options, listener=told.append)
        assert any(getattr(one, "preview", b"") for one in told)
        return Counter(far)

    return waits


@pytest.fixture
def added(waits, model):
    """Count who waits more often where there are more steps."""

    def added(path, family="sd1", **values):
        values["model.model"] = model(family)
        graph = load(path)
        few, many = (override(graph, values | {"schedule.steps": steps}) for steps in (2, 5))
        once = waits(few)
        assert once  # for what is loaded, and for the picture itself
        return waits(many) - once

    return added


@pytest.mark.parametrize("sampler_name", BLIND)
def test_no_sampler_waits(added, sampler_name):
    assert not added(CLOSED, **SIZE, **{"sampler.sampler_name": sampler_name})


@pytest.mark.parametrize("family", FAMILIES)
def test_no_family_waits(added, family):
    assert not added(CLOSED, family, **SIZE)


@pytest.mark.parametrize("name", LOOPS)
def test_no_loop_waits(added, name):
    assert not added(FOLDER / f"{name}.json", **LOOPS[name])


def test_who_looks_at_a_number_waits_at_every_step(added, monkeypatch):
    advance = Stepper.advance

    def looking(stepper, denoised, *more):
        assert float(denoised.mean()) < 100
        return advance(stepper, denoised, *more)

    monkeypatch.setattr(Stepper, "advance", looking)
    (count,) = added(CLOSED, **SIZE).values()
    assert count == 3
