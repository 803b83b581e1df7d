from nodegraph.engine.messages import Beat, Events, Finished, decode, encode
from nodegraph.engine.ray.parcels import Said
from nodegraph.engine.ray.thinning import thinned


def progress(node, step, preview=-1):
    return {"event": "Progress", "node": node, "step": step, "preview": preview}


def began(node):
    return {"event": "NodeStarted", "node": node}


def heard(*messages):
    return [decode(one.data) for one in thinned([Said(encode(m), {}) for m in messages])]


def test_of_a_node_s_progress_the_newest_is_told_and_all_that_happened():
    first = Events("j", (began("a"), progress("a", 1), progress("a", 2)))
    second = Events("j", (progress("a", 3), began("b"), progress("b", 1)))
    (found,) = heard(first, second)
    told = [(event["event"], event["node"], event.get("step")) for event in found.events]
    assert told == [
        ("NodeStarted", "a", None),
        ("Progress", "a", 3),
        ("NodeStarted", "b", None),
        ("Progress", "b", 1),
    ]


def test_the_newest_picture_is_shown():
    first = Events("j", (progress("a", 1, 0), progress("a", 2, 1)), (b"one", b"two"))
    (found,) = heard(first, Events("j", (progress("a", 3),)))
    assert [(event["step"], event["preview"]) for event in found.events] == [(2, 0), (3, -1)]
    assert found.previews == (b"two",)


def test_jobs_are_not_mixed_and_ends_stay_in_their_place():
    done = Finished("j", "done")
    found = heard(Events("j", (began("a"),)), done, Events("k", (began("a"),)))
    assert [type(one).__name__ for one in found] == ["Events", "Finished", "Events"]
    assert [one.job for one in found] == ["j", "j", "k"]


def test_one_sign_of_life_is_enough():
    assert heard(Beat({"n": 1}), Beat({"n": 2})) == [Beat({"n": 2})]
