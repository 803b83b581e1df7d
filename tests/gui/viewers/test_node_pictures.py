"""The pictures on nodes: of the turn that is shown, and decoded where they are of latents."""

import numpy as np
import pytest

from tests.gui.viewers.test_looking import TURNS
from tests.gui.viewers.values import latent, ran, running

SHOWN = {"within": "value", "end": "value", "one": "int"}
WAIT = 5000


@pytest.fixture
def toy(monkeypatch):
    """Latents inside of a zone of three turns, out of it, and beside it."""
    module = "gui.viewers.node_pictures"
    monkeypatch.setattr(f"{module}.shown_output", lambda graph, path: SHOWN.get(path, ""))
    monkeypatch.setattr(f"{module}.is_latent", lambda graph, path, output: True)


@pytest.fixture
def nodes(toy, engine, looking, status):
    """The pictures on nodes after a run."""
    engine.nodes = {"begin": TURNS, "within": {**TURNS, "outputs": ["value"], "numbers": {}}}
    for place in SHOWN.items():
        engine.values[place] = latent(np.zeros((1, 4, 2, 2)))
    for node in SHOWN:
        status.change_node(node, phase="done")
    ran(status, "begin", *SHOWN)
    return status.nodes


def turn_of(state):
    return (state.picture.pixelColor(0, 0).red() - 40) // 10


def is_decoded(state):
    return state.picture is not None and state.picture.pixelColor(0, 0).green() == 200


def decoded(engine):
    return [one[1:3] for one in engine.asked if one[0] == "picture" and one[3]["decoded"]]


def test_nodes_in_a_zone_show_their_latents_as_pictures_when_it_has_run(nodes, qtbot):
    qtbot.waitUntil(lambda: is_decoded(nodes["within"]), timeout=WAIT)
    assert turn_of(nodes["within"]) == 2


def test_a_latent_that_a_node_outside_of_zones_gave_is_shown_as_a_picture_too(nodes, qtbot):
    qtbot.waitUntil(lambda: all(is_decoded(nodes[one]) for one in ("one", "end")), timeout=WAIT)


def test_dragging_along_the_timeline_changes_the_pictures_at_once(nodes, status, engine, qtbot):
    qtbot.waitUntil(lambda: decoded(engine).count(("within", "value")) == 3, timeout=WAIT)
    asked = engine.count("picture")
    for turn in (0, 2, 1):
        status.set_turn("z", turn)
        assert turn_of(nodes["within"]) == turn
        assert is_decoded(nodes["within"])
    assert engine.count("picture") == asked


def test_a_zones_end_shows_what_came_to_it_in_the_turn_that_is_chosen(nodes, status, qtbot):
    qtbot.waitUntil(lambda: is_decoded(nodes["within"]) and is_decoded(nodes["end"]), timeout=WAIT)
    given = turn_of(nodes["end"])
    status.set_turn("z", 1)
    qtbot.waitUntil(lambda: turn_of(nodes["end"]) == 1, timeout=WAIT)
    status.set_turn("z", None)
    qtbot.waitUntil(lambda: turn_of(nodes["end"]) == given, timeout=WAIT)


def test_nothing_is_decoded_while_a_job_runs(nodes, status, engine, looking, qtbot):
    qtbot.waitUntil(lambda: is_decoded(nodes["within"]), timeout=WAIT)
    ran(status, "begin", *SHOWN, job=running())
    looking._sharpening._next()
    before = len(decoded(engine))
    looking.sharpen("me", [looking.place(one) for one in looking._pictures._looks().values()])
    looking._sharpening._next()
    assert len(decoded(engine)) == before


def test_where_a_picture_takes_long_the_others_stay_in_their_colors(
    nodes, engine, looking, qtbot, monkeypatch
):
    monkeypatch.setattr("gui.viewers.sharpening.BUDGET", 1e-9)
    qtbot.waitUntil(lambda: len(decoded(engine)) == 1, timeout=WAIT)
    qtbot.waitUntil(lambda: nodes["within"].picture is not None, timeout=WAIT)
    looking._sharpening._next()
    assert len(decoded(engine)) == 1
