from gui.docks.pace import Pace
from nodegraph.execution.events import NodeFinished, NodeStarted, Progress


def paced(*events):
    pace = Pace()
    for now, event in enumerate(events):
        pace = pace.after(event, float(now))
    return pace


def test_it_tells_node_step_and_time_left():
    pace = paced(*(Progress("r", "group/denoise", step, 20) for step in range(11)))
    assert pace.text(10.0) == "denoise · step 10 of 20 · 10 s left"
    assert pace.share == 0.5


def test_the_time_left_is_of_the_steps_heard_of():
    pace = paced(Progress("r", "denoise", 10, 20), Progress("r", "denoise", 12, 20))
    assert pace.left(1.0) == 4.0


def test_between_two_steps_the_time_left_grows_less():
    pace = paced(*(Progress("r", "denoise", step, 20) for step in range(11)))
    assert pace.left(12.5) == 7.5


def test_before_a_second_step_nobody_knows_the_time_left():
    assert paced(Progress("r", "denoise", 1, 20)).text(3.0) == "denoise · step 1 of 20"


def test_the_nodes_of_a_turn_do_not_hide_the_zone_s_steps():
    pace = paced(Progress("r", "begin", 3, 20), NodeStarted("r", "predict", (3,)))
    assert pace.node == "begin"


def test_another_node_begins_anew():
    pace = paced(Progress("r", "begin", 20, 20), NodeStarted("r", "decode"))
    assert pace.text(2.0) == "decode"
    assert pace.share < 0


def test_what_says_nothing_of_it_changes_nothing():
    pace = paced(Progress("r", "begin", 3, 20))
    assert pace.after(NodeFinished("r", "begin", 1.0), 5.0) is pace


def test_a_note_is_shown():
    assert paced(Progress("r", "load", 0, 0, note="downloading")).text(0.0) == "load · downloading"
