import numpy as np
import pytest

from gui.viewers.look import Look, Place
from gui.viewers.looking import Looking
from gui.viewers.store import Store
from nodegraph.edits import SetParam
from tests.gui.viewers.values import JOB, encoded, latent, picture, ran, running

TURNS = {
    "outputs": ["value", "index"],
    "turns": [[0], [1], [2]],
    "numbers": {"index": [0, 1, 2]},
}


@pytest.fixture
def looped(engine, status, looking):
    """A run whose zone has three turns."""
    engine.nodes = {"begin": TURNS, "within": {**TURNS, "outputs": ["value"], "numbers": {}}}
    engine.values["within", "value"] = latent(np.zeros((1, 4, 2, 2)))
    ran(status, "begin", "within", "end", "one")
    return looking


def collect():
    told = []
    return told, told.append


def test_what_no_run_has_made_is_nowhere(looking):
    assert looking.place(Look("one", "int")) is None


def test_a_value_is_that_of_the_last_run(looking, status):
    ran(status, "one")
    assert looking.place(Look("one", "int")) == Place(JOB.id, "one", "int")


def test_inside_of_a_zone_the_last_turn_is_shown_until_the_timeline_says_another(looped, status):
    look = Look("within", "value")
    assert looped.place(look).turn == (2,)
    status.set_turn("z", 1)
    assert looped.place(look).turn == (1,)
    status.set_turn("z", None)
    assert looped.place(look).turn == (2,)


def test_what_a_zone_gives_is_outside_of_its_turns(looped, status):
    status.set_turn("z", 0)
    assert looped.place(Look("end", "value")).turn == ()


def test_a_turn_that_is_not_kept_is_nowhere(looped, status):
    status.set_turn("z", 7)
    assert looped.place(Look("within", "value")) is None


def test_a_value_is_asked_for_once_however_often_it_is_looked_at(looped, engine):
    place = looped.place(Look("within", "value"))
    told, take = collect()
    for _ in range(3):
        looped.describe(place, take, take)
    assert engine.count("value") == 1
    assert [about["type"] for about in told] == ["Latent"] * 3


def test_two_who_wait_for_one_answer_both_get_it(looped, engine):
    engine.hold = True
    place = looped.place(Look("within", "value"))
    told, take = collect()
    looped.describe(place, take, take)
    looped.describe(place, take, take)
    engine.release()
    assert (engine.count("value"), len(told)) == (1, 2)


def test_a_refusal_comes_as_a_sentence(looking, status):
    ran(status, "one")
    told, take = collect()
    looking.describe(looking.place(Look("one", "int")), lambda _: None, take)
    assert told == ["the value is not kept any more"]


def test_numbers_come_as_they_are(looking, engine, status):
    pixels = np.random.default_rng(0).random((1, 3, 5, 3), np.float32)
    engine.values["one", "int"] = picture(pixels)
    ran(status, "one")
    told, take = collect()
    place = looking.place(Look("one", "int"))
    looking.numbers(place, take, take)
    looking.numbers(place, take, take, (1, 0, 2, 3))
    assert np.array_equal(told[0], pixels)
    assert np.array_equal(told[1], pixels[:, 0:3, 1:3])


def test_pictures_of_all_turns_are_fetched_ahead_and_then_asked_for_no_more(looped, engine, status):
    places = [Place(JOB.id, "within", "value", (turn,)) for turn in range(3)]
    looped.ahead("me", [(place, False) for place in places])
    assert all(looped.small(place) is not None for place in places)
    before = len(engine.asked)
    for turn in (0, 1, 2, 1):
        status.set_turn("z", turn)
    assert len(engine.asked) == before


def test_few_pictures_are_fetched_at_a_time(looped, engine):
    engine.hold = True
    before = engine.count("picture")
    places = [Place(JOB.id, "within", "value", (turn,)) for turn in range(50)]
    looped.ahead("me", [(place, False) for place in places])
    assert engine.count("picture") - before == 4
    engine.release()
    assert engine.count("picture") - before == 8


def test_while_a_job_runs_its_turns_are_asked_for_again(looking, engine, status, qtbot):
    ran(status, "begin", "within", job=running())
    engine.nodes = {"begin": TURNS}
    with qtbot.waitSignal(looking.grown, timeout=2000):
        status.change_node("within", phase="running")
    assert len(looking.turns(JOB.id).turns("begin")) == 3


def test_what_a_node_is_at_is_shown_until_it_is_done(looking, engine, status, qtbot):
    ran(status, "one", job=running())
    with qtbot.waitSignal(looking.previewed, timeout=1000):
        engine.previewed.emit(JOB.id, "one", encoded("red"))
    assert looking.previews["one"].width() == 16
    status.change_node("one", phase="done")
    assert "one" not in looking.previews


def test_another_documents_previews_are_not_ours(looking, engine, status):
    ran(status, "one", job=running())
    engine.previewed.emit("other", "one", encoded("red"))
    engine.previewed.emit(JOB.id, "one", b"rubbish")
    assert not looking.previews


def test_a_node_in_a_zone_shows_the_picture_of_the_turn(looped, engine, status, monkeypatch):
    monkeypatch.setattr("gui.viewers.node_pictures.shown_output", lambda graph, path: "value")
    places = [Place(JOB.id, "within", "value", (turn,)) for turn in range(3)]
    looped.ahead("me", [(place, False) for place in places])
    for turn in (0, 2):
        status.set_turn("z", turn)
        assert status.nodes["within"].picture.pixelColor(0, 0).red() == 40 + 10 * turn


def test_zones_are_found_again_when_the_graph_has_changed(looking, document):
    assert looking.zoning.chain("within") == ("z",)
    document.apply(SetParam("one", "value", 5))
    assert looking.zoning.chain("begin") == ("z",)
    assert [zone.path for zone in looking.zoning.zones()] == ["z"]


def test_what_was_used_longest_ago_is_forgotten_first():
    store = Store(budget=10)
    for key in "abc":
        store.put(key, key, 4)
        store.get("a")
    assert (store.get("a"), store.get("b"), store.get("c")) == ("a", None, "c")
    store.put("large", "large", 100)
    assert (store.get("large"), store.get("a"), store.size) == ("large", None, 100)


def test_a_document_that_ran_before_is_looked_at_at_once(engine, status, document):
    engine.nodes = {"begin": TURNS}
    ran(status, "begin")
    assert Looking(engine, status, document).turns(JOB.id).turns("begin") == ((0,), (1,), (2,))
