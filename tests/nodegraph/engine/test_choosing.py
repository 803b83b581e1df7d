from nodegraph.engine.choosing import PASSES, Chooser, Holding, Room, Waiting
from nodegraph.engine.likeness import PLAIN, Likeness, likeness
from nodegraph.graph import Graph
from nodegraph.registry import load_packs
from nodegraph.workflow import read

A, B = Likeness("a", "small"), Likeness("b", "small")
LARGE = Likeness("a", "large")
HELD = {one: Holding().after(one) for one in (A, B)}


def chosen(*waiting, mine=None, others=(None,), chooser=None):
    """Return the number of the job that a worker is given."""
    jobs = [Waiting(str(number), like) for number, like in enumerate(waiting)]
    holding = [HELD.get(one, Holding()) for one in others]
    told = []
    found = (chooser or Chooser()).choose(
        jobs, mine=HELD.get(mine, Holding()), others=holding, chosen=told
    )
    assert told == found == found[:1]
    return int(found[0].id)


def test_a_worker_that_is_alone_takes_jobs_in_their_order():
    assert chosen(B, A, mine=A, others=()) == 0


def test_a_job_goes_where_its_model_is():
    assert chosen(B, A, mine=A, others=(B,)) == 1
    assert chosen(B, A, A, mine=B, others=(A,)) == 0


def test_a_worker_that_holds_nothing_leaves_jobs_to_those_who_hold_their_model():
    assert chosen(A, B, others=(A,)) == 1
    assert chosen(A, PLAIN, others=(A,)) == 1


def test_none_stays_idle_while_a_job_waits():
    assert chosen(A, A, others=(A,)) == 0


def test_of_jobs_of_one_model_those_of_the_same_shape_go_together():
    assert chosen(LARGE, A, mine=A) == 1


def test_the_job_that_is_next_is_not_passed_over_for_ever():
    chooser = Chooser()
    given = [chosen(B, A, mine=A, others=(B,), chooser=chooser) for _ in range(PASSES + 1)]
    assert given == [1] * PASSES + [0]


def test_a_worker_holds_the_models_of_its_last_jobs():
    holding = Holding()
    for name in "abcdea":
        holding = holding.after(Likeness(name))
    assert holding.models == ("c", "d", "e", "a")
    assert holding.after(PLAIN).models == holding.models


def together(*waiting, room):
    """Return the numbers of the jobs that a worker is given; of negative ones the worker died."""
    jobs = [Waiting(str(n), A if one else B, int(one < 0)) for n, one in enumerate(waiting)]
    found = Chooser().choose(jobs, mine=Holding(), others=(), chosen=[], room=Room(*room))
    return [int(job.id) for job in found]


def test_jobs_of_one_shape_are_run_together_as_far_as_there_is_room():
    assert together(1, 0, 1, 1, 1, room=(3, 1)) == [0, 2, 3]
    assert together(1, 1, room=(8, 1)) == [0, 1]
    assert together(0, 1, 1, room=(8, 1)) == [0]


def test_jobs_of_one_shape_are_shared_out_among_the_workers_that_are_idle():
    assert together(1, 1, 1, 1, room=(8, 4)) == [0]
    assert together(1, 1, 1, 1, 1, room=(8, 4)) == [0, 1]
    assert together(1, 1, 1, 1, room=(8, 2)) == [0, 1]


def test_a_job_whose_worker_died_is_run_alone():
    assert together(-1, 1, 1, room=(8, 1)) == [0]
    assert together(1, -1, 1, room=(8, 1)) == [0, 2]


def test_who_has_to_choose_again_takes_no_job_twice():
    jobs, told = [Waiting("0", A), Waiting("1", A)], []
    about = {"mine": Holding(), "others": (), "chosen": told, "room": Room(8, 1)}
    found = [list(Chooser().choose(jobs, **about)) for _ in range(2)]
    assert found == [jobs, jobs]


def test_jobs_of_which_nothing_is_known_are_run_alone():
    jobs = [Waiting("0", PLAIN), Waiting("1", PLAIN)]
    room = Room(8, 1)
    found = Chooser().choose(jobs, mine=Holding(), others=(), chosen=[], room=room)
    assert found == jobs[:1]


def graph(**changed):
    params = {"model": "critters", "seed": 1, "text": "a fox", "width": 64, "strength": 0.5}
    params |= changed
    nodes = {
        "model": {"type": "model.load", "params": {"model": params["model"]}},
        "noise": {
            "type": "value.integer",
            "params": {"value": params["width"]},
        },
        "words": {"type": "value.string", "params": {"value": params["text"]}},
    }
    load_packs()
    return read({"nodegraph": 1, "nodes": nodes})


def like(**changed):
    found = graph(**changed)
    assert isinstance(found, Graph)
    return likeness(found, load_packs())


def test_jobs_are_alike_that_differ_in_words_alone():
    assert like(text="a frog") == like()


def test_another_size_is_another_shape_of_the_same_model():
    assert like(width=128).loads == like().loads
    assert like(width=128).shape != like().shape


def test_another_model_is_neither():
    other = like(model="other")
    assert other.loads != like().loads
    assert other.shape != like().shape
