import multiprocessing
import os
import signal

import pytest

from nodegraph.engine.messages import Answer, Cancel, Finished, Free, ListModels, Look, Turns
from nodegraph.failures import MEMORY
from tests.nodegraph.engine.workers import PACK, WAIT, Handle, counting, get_stuck, node, written


@pytest.fixture(scope="module", autouse=True)
def pack():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PACK)
        yield


@pytest.fixture(scope="module")
def worker(tmp_path_factory, pack):
    handle = Handle(tmp_path_factory.mktemp("data"))
    yield handle
    handle.end()


def test_it_is_ready_with_the_devices_there_are(worker):
    assert (worker.ready.device, worker.ready.devices) == ("toy:0", ("toy:0", "toy:1"))
    assert worker.ready.about["toy:1"] == {"name": "Second", "bytes": 20}


def test_a_job_saves_into_its_own_folder_and_says_how_long_each_node_took(worker):
    finished = worker.run(counting(3))
    assert (finished.state, finished.error) == ("done", None)
    assert finished.files == (("save", "deep/number_00001.txt"),)
    saved = worker.folder / "work" / finished.job / "deep" / "number_00001.txt"
    assert saved.read_text() == "3"
    assert finished.timings["next"]["turns"] == 3
    assert not finished.timings["next"]["cached"]


def test_the_events_come_in_order_and_all_before_the_end(worker):
    job = worker.run(counting(2)).job
    told = [(event["event"], event.get("node")) for event in worker.events(job)]
    assert told[0] == ("RunStarted", None)
    assert told.count(("NodeStarted", "next")) == 2
    assert told[-2:] == [("NodeFinished", "save"), ("RunFinished", None)]


def test_a_second_job_finds_the_values_of_the_first(worker):
    worker.run(counting(4))
    other = counting(4)
    other["save"] = node("toy.save", VALUE="end.value", name="other")
    finished = worker.run(other)
    assert finished.timings["end"] == {"seconds": 0.0, "turns": 1, "cached": True}
    assert len(finished.files) == 1


def test_a_preview_travels_beside_its_event(worker):
    job = worker.run({"device": node("toy.device")}).job
    message = worker.heard[-2]
    (event,) = [event for event in worker.events(job) if event["event"] == "Progress"]
    assert (event["note"], event["preview"]) == ("toy:0", 0)
    assert message.previews == (b"picture",)


@pytest.mark.parametrize("device", ["auto", "toy", "toy:0"])
def test_its_device_has_several_names(worker, device):
    job = worker.run({"device": node("toy.device", asked=device)}, device=device).job
    assert {"note": "toy:0"}.items() <= worker.events(job)[2].items()


def test_another_device_is_refused(worker):
    error = worker.run({"device": node("toy.device")}, device="toy:1").error
    assert error.message == "there is no device 'toy:1' here; use toy:0 or auto"


def test_what_a_node_wrote_elsewhere_is_not_counted_among_its_files(worker, tmp_path):
    finished = worker.run({"away": node("toy.elsewhere", folder=str(tmp_path))})
    assert (finished.state, finished.files) == ("done", ())


BAD = {
    "raise": (
        node("toy.raise"),
        "node bad (toy.raise) failed with ValueError: no good; check what is linked to it and "
        "its parameters",
    ),
    "memory": (node("toy.raise", memory=True), f"node bad (toy.raise) failed: {MEMORY}"),
    "cuda": (node("toy.cuda"), f"node bad (toy.cuda) failed: {MEMORY}"),
    "exit": (
        node("toy.exit"),
        "node bad (toy.exit) failed with SystemExit: 3; check what is linked to it and its "
        "parameters",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_node_fails_its_job_and_not_the_worker(worker, kind):
    bad, message = BAD[kind]
    error = worker.run({"bad": bad}).error
    assert (error.message, error.node) == (message, "bad")
    assert worker.run(counting(1)).state == "done"


def test_what_no_node_is_to_blame_for_fails_the_job_too(worker):
    error = worker.run({"bad": node("toy.interrupt")}).error
    assert error.message.startswith("Nodegraph stumbled over KeyboardInterrupt; ")


def test_a_text_that_is_no_workflow_fails_with_its_place(worker):
    error = worker.run(written({"one": node("toy.unknown")}), ("one",)).error
    assert error.node == "one"
    assert error.message.startswith("$.nodes.one.type: one is of a type that no installed")
    assert worker.run("{").error.message.startswith("$")


def test_a_node_may_print(worker):
    assert worker.run({"say": node("toy.say")}).state == "done"


def test_a_target_that_cannot_run_is_said_while_another_runs(worker):
    nodes = counting(1) | {"lost": node("toy.save")}
    finished = worker.run(nodes)
    assert finished.state == "done"
    assert finished.skipped["lost"].startswith("lost (toy.save) needs value")


def test_files_outside_of_the_readable_folders_are_refused(worker, tmp_path):
    for folder in ("open", "closed"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file.txt").write_text(folder)
    (tmp_path / "open" / "link.txt").symlink_to(tmp_path / "closed" / "file.txt")
    readable = (str(tmp_path / "open"),)

    def read(path):
        return worker.run({"read": node("toy.read", path=str(path))}, readable=readable)

    assert read(tmp_path / "open" / "file.txt").state == "done"
    for path in ("closed/file.txt", "open/../closed/file.txt", "open/link.txt", "absent"):
        error = read(tmp_path / path).error
        assert "lies outside of the folders that may be read here" in error.message
        assert error.node == "read"


def test_a_job_is_cancelled_while_a_node_runs(worker):
    job = worker.start({"wait": node("toy.wait")}).job
    worker.hear_event("Progress")
    worker.send(Cancel(job))
    finished = worker.hear(Finished)
    assert (finished.job, finished.state, finished.error) == (job, "cancelled", None)


def test_a_job_may_be_cancelled_before_it_begins_and_after_it_is_over(worker):
    first = worker.start({"wait": node("toy.wait")}).job
    second = worker.start({"wait": node("toy.wait")}).job
    worker.send(Cancel(second))
    worker.send(Cancel(first))
    assert worker.hear(Finished).state == "cancelled"
    assert worker.hear(Finished).state == "cancelled"
    worker.send(Cancel(first))
    assert worker.run(counting(1)).state == "done"


def look(job, node, output, turn=(), picture=0, workflow=None):
    text = workflow or written(counting(6))
    return Look(1, job, text, "auto", "auto", "", node, output, turn, picture)


def test_values_can_be_looked_at_when_the_job_is_over(worker):
    job = worker.run(counting(6)).job
    worker.send(look(job, "end", "value", picture=64))
    answer = worker.hear(Answer)
    assert answer.data == {"type": "int", "text": "6", "bytes": 64}
    assert answer.picture == b"6 at 64"


def test_values_of_each_turn_can_be_looked_at(worker):
    job = worker.run(counting(6, value=10)).job
    worker.send(Turns(3, job))
    kept = worker.hear(Answer)
    assert kept.request == 3
    assert kept.data["nodes"]["next"] == {
        "outputs": ["int"],
        "turns": [[n] for n in range(6)],
        "numbers": {"int": [11, 12, 13, 14, 15, 16]},
    }
    worker.send(look(job, "next", "int", (4,)))
    assert worker.hear(Answer).data["text"] == "15"


def test_a_job_whose_zone_is_cached_shows_its_turns_all_the_same(worker):
    worker.run(counting(3, value=70))
    nodes = counting(3, value=70)
    nodes["renamed"] = nodes.pop("next")
    nodes["renamed"]["inputs"] = {"value": "begin.value"}
    nodes["end"]["inputs"] = {"value": "renamed.int"}
    job = worker.run(nodes).job
    worker.send(look(job, "renamed", "int", (2,)))
    assert worker.hear(Answer).data["text"] == "73"


def test_of_two_loops_that_begin_alike_each_shows_its_own_turns(worker):
    one, other = counting(3, value=80), counting(3, value=80)
    other["more"] = node("toy.next", VALUE="next.int")
    other["end"]["inputs"] = {"value": "more.int"}
    jobs = [worker.run(nodes).job for nodes in (one, other)]
    for job, text in zip(jobs, ["82", "84"], strict=True):
        worker.send(look(job, "begin", "value", (2,)))
        assert worker.hear(Answer).data["text"] == text


def test_the_turns_of_a_for_each_are_shown_whether_they_ran_or_were_cached(worker):
    def each(*values):
        numbers = {f"n{value}": node("toy.number", value=value) for value in values}
        loop = {
            "list": {"type": "value.list", "inputs": {"items": [f"{n}.int" for n in numbers]}},
            "begin": node("flow.for_each.begin", "z", ITEMS="list.list"),
            "next": node("toy.next", VALUE="begin.item"),
            "end": node("flow.for_each.end", "z", VALUE="next.int"),
        }
        return numbers | loop

    worker.run(each(301, 302), ("end",))
    job = worker.run(each(301, 302, 303), ("end",)).job
    for turn, text in enumerate(["302", "303", "304"]):
        worker.send(look(job, "next", "int", (turn,)))
        assert worker.hear(Answer).data["text"] == text


def test_values_that_are_not_there_are_said_to_be_gone(worker):
    job = worker.run(counting(6)).job
    for node_id, output, turn in [("next", "int", (9,)), ("next", "int", ()), ("gone", "int", ())]:
        worker.send(look(job, node_id, output, turn))
        assert "error" in worker.hear(Answer).data
    worker.send(look(job, "end", "size"))
    expected = "end has no output 'size'; it has value, collected"
    assert worker.hear(Answer).data == {"error": expected}


def test_a_value_that_cannot_be_drawn_does_not_end_the_worker(worker):
    nodes = {"word": node("toy.word", value="ugly")}
    job = worker.run(nodes, ("word",)).job
    worker.send(look(job, "word", "str", picture=64, workflow=written(nodes)))
    assert "it cannot be drawn" in worker.hear(Answer).data["error"]


def test_questions_are_answered_while_a_job_runs(worker, tmp_path):
    job = worker.start(counting(2) | {"wait": node("toy.wait", until=str(tmp_path / "go"))}).job
    worker.hear_event("Progress")
    worker.send(ListModels(5))
    answer = worker.hear(Answer, Finished)
    assert answer.data["models"][0]["name"] == "toy"
    (tmp_path / "go").touch()
    assert worker.hear(Finished).job == job


def test_memory_is_freed_when_no_job_runs_any_more(worker, tmp_path):
    worker.run(counting(6))
    worker.start({"wait": node("toy.wait", until=str(tmp_path / "go"))})
    worker.hear_event("Progress")
    worker.send(Free())
    assert worker.beat(lambda memory: True).memory["free"] == 3
    (tmp_path / "go").touch()
    worker.hear(Finished)
    freed = worker.beat(lambda memory: memory["free"] == 7).memory
    assert (freed["values"], freed["total"]) == (0, 10)
    assert freed["process"] > 10 * 2**20


def test_it_ends_with_its_server_even_in_the_middle_of_a_job(tmp_path):
    handle = Handle(tmp_path)
    handle.start({"wait": node("toy.wait")})
    handle.hear_event("Progress")
    assert handle.end() == 0


def test_one_that_is_stuck_ends_itself_where_no_server_does():
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=get_stuck, args=(theirs,))
    process.start()
    process.join(WAIT)
    assert process.exitcode == 1
    for end in (ours, theirs):
        end.close()


def test_one_that_has_lost_its_device_says_how_the_job_ended_and_ends(tmp_path):
    handle = Handle(tmp_path)
    error = handle.run({"bad": node("toy.lost")}).error
    assert "RuntimeError: CUDA error: an illegal memory access was encountered" in error.message
    handle.process.join(WAIT)
    assert handle.end() == -signal.SIGTERM


def test_a_message_that_cannot_be_read_ends_it(tmp_path):
    handle = Handle(tmp_path)
    handle.pipe.send_bytes(b"what?")
    handle.process.join(WAIT)
    assert handle.end() == 1


def test_a_worker_computes_on_the_device_it_is_given(tmp_path):
    handle = Handle(tmp_path, devices=("toy:1",))
    assert (handle.ready.device, handle.ready.devices) == ("toy:1", ("toy:1",))
    handle.end()


def test_what_nodes_print_is_kept_from_the_servers_answers(tmp_path):
    read, write = os.pipe()
    saved = os.dup(1)
    os.dup2(write, 1)
    try:
        handle = Handle(tmp_path)
        handle.run({"say": node("toy.say")})
        handle.end()
    finally:
        os.dup2(saved, 1)
        os.close(saved)
        os.close(write)
    with os.fdopen(read) as out:
        assert out.read() == ""
