import asyncio
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from nodegraph.engine import listing
from nodegraph.engine.jobs import Failure, Saved, Timing
from nodegraph.engine.messages import Finished
from nodegraph.engine.rows import JobStateError, UnknownJobError
from nodegraph.engine.schema import STEPS
from nodegraph.engine.store import Store
from nodegraph.storage import StorageError
from tests.nodegraph.engine.conftest import accepted


def done(job, **fields):
    return Finished(job.id, "done", **fields)


def picture(path, node="save"):
    return Saved(node, path, 10, 4, 3, 1.0)


def titles(store, **question):
    return [job.title for job in store.jobs(order="queue", **question).jobs]


def test_an_accepted_job_is_queued_as_it_came(store):
    sent = accepted("a", values={"n.seed": 2**63}, targets=("x", "y"), device="cpu", priority=3)

    (job,) = store.accept([sent]).result()

    assert (job.id, job.number, job.state, job.priority) == (sent.id, 1, "queued", 3)
    assert (job.values, job.targets, job.device) == ({"n.seed": 2**63}, ("x", "y"), "cpu")
    assert store.job(sent.id) == job
    assert store.documents(sent.id) == ("{}", "{}")


def test_what_was_answered_is_there_after_the_file_is_opened_again(tmp_path):
    with closing(Store(tmp_path / "engine.db")) as first:
        (job,) = first.accept([accepted()]).result()
    with closing(Store(tmp_path / "engine.db")) as second:
        assert second.job(job.id) == job
        assert (first.new, second.new) == (True, False)


def test_a_store_closes_when_what_reads_it_has_read(store, accept, monkeypatch):
    accept("a")
    reading, go_on, closed = threading.Event(), threading.Event(), threading.Event()
    count = listing.count_jobs

    def slow(db):
        reading.set()
        go_on.wait(10)
        return count(db)

    monkeypatch.setattr(listing, "count_jobs", slow)
    with ThreadPoolExecutor() as threads:
        counted = threads.submit(store.counts)
        reading.wait(10)
        closing = threads.submit(lambda: (store.close(), closed.set()))
        assert not closed.wait(0.1)
        go_on.set()
        closing.result(10)
    assert counted.result()["queued"] == 1
    with pytest.raises(StorageError, match="the engine is stopping"):
        store.counts()


def test_the_same_request_makes_one_job(store):
    (first,) = store.accept([accepted(request="r/0")]).result()
    again = store.accept([accepted(request="r/0"), accepted(request="r/1")]).result()

    assert again[0] == first
    assert store.jobs().total == 2


def test_the_text_of_a_sweep_is_kept_once(store, tmp_path):
    text = "workflow " * 1000
    store.accept([accepted(submitted=text, resolved=f"{n} {text}") for n in range(20)]).result()

    with closing(sqlite3.connect(tmp_path / "engine.db")) as db:
        assert db.execute("SELECT count(*) FROM texts").fetchone() == (21,)


def test_the_highest_priority_is_taken_first_and_then_the_oldest(store, accept):
    accept("a", "b")
    accept("urgent", priority=1)

    assert [store.take("cpu").result()[0].title for _ in range(3)] == ["urgent", "a", "b"]
    assert store.take("cpu").result() == []


@pytest.mark.parametrize(
    ("wanted", "device", "fits"),
    [
        ("auto", "cuda:1", True),
        ("cuda", "cuda:1", True),
        ("cuda:1", "cuda:1", True),
        ("cuda:0", "cuda:1", False),
        ("cpu", "cuda:0", False),
    ],
)
def test_a_job_is_taken_by_the_device_it_names(store, accept, wanted, device, fits):
    accept("a", device=wanted)
    assert bool(store.take(device).result()) == fits


def test_a_job_for_a_device_that_is_not_there_fails_in_words(store, accept):
    accept("a", device="cuda:7")
    accept("b", device="cuda")

    (job,) = store.refuse(["cpu", "cuda:0"]).result()

    assert (job.title, job.state) == ("a", "failed")
    assert "cuda:7" in job.error.message
    assert store.job(job.id).state == "failed"


def test_ending_a_job_says_how_and_names_its_outputs(store, accept):
    accept("a")
    (job,) = store.take("cpu").result()
    timing = {"save": {"seconds": 0.5, "turns": 1, "cached": False}}

    ended = store.end(job.id, done(job, timings=timing), [picture("sub/nodegraph_00001.png")])

    ended = ended.result()
    assert (ended.state, ended.attempts) == ("done", 1)
    assert ended.timings == {"save": Timing(0.5)}
    assert [output.name for output in ended.outputs] == ["sub/nodegraph_00001.png"]
    assert store.sources(job.id) == {ended.outputs[0].id: f"{job.id}-1/sub/nodegraph_00001.png"}


def test_a_job_ends_once(store, accept):
    accept("a")
    (job,) = store.take("cpu").result()
    store.end(job.id, done(job), [picture("p_00001.png")]).result()

    with pytest.raises(JobStateError, match="is done"):
        store.end(job.id, done(job), [picture("p_00001.png")]).result()
    assert store.outputs().total == 1


def test_numbers_in_the_gallery_go_on_and_are_not_used_again(store, accept):
    accept("a", "b", "c")
    names = []
    for _ in range(3):
        (job,) = store.take("cpu").result()
        files = [picture("n_00001.png"), picture("n_00002.png"), picture("plain.txt")]
        outputs = store.end(job.id, done(job), files).result().outputs
        names.append([output.name for output in outputs])
        store.forget(outputs[0].id).result()

    assert names == [
        ["n_00001.png", "n_00002.png", "plain.txt"],
        ["n_00003.png", "n_00004.png", "plain_00001.txt"],
        ["n_00005.png", "n_00006.png", "plain_00002.txt"],
    ]


def test_a_job_is_queued_again_twice_and_then_fails_with_the_reason(store, accept):
    accept("a")
    states = []
    for _ in range(3):
        (job,) = store.take("cpu").result()
        states.append(store.requeue(job.id, "the worker was killed").result())

    assert [job.state for job in states] == ["queued", "queued", "failed"]
    assert states[0].note == "the worker was killed"
    assert "the worker was killed" in states[2].error.message


def test_a_stop_in_order_does_not_count(store, accept):
    accept("a")
    for _ in range(5):
        (job,) = store.take("cpu").result()
        job = store.requeue(job.id, "the engine was stopped", counted=False).result()
    assert (job.state, job.attempts) == ("queued", 5)


def test_a_start_queues_again_what_ran_before_all_others(store, accept):
    accept("a", "b", "c")
    store.take("cpu").result()

    (job,) = store.recover()

    assert (job.title, job.state) == ("a", "queued")
    assert titles(store) == ["a", "b", "c"]


def test_a_running_job_that_was_cancelled_does_not_begin_again(store, accept):
    accept("a")
    (job,) = store.take("cpu").result()
    assert store.cancel([job.id]).result()[0].state == "running"

    assert store.recover()[0].state == "cancelled"


def test_cancelling_all_ends_what_is_queued_and_tells_what_runs(store, accept):
    accept("a", "b", "c")
    store.take("cpu").result()

    jobs = store.cancel(None).result()

    assert [(job.title, job.state) for job in jobs] == [
        ("a", "running"), ("b", "cancelled"), ("c", "cancelled"),
    ]  # fmt: skip
    with pytest.raises(UnknownJobError):
        store.cancel(["nobody"]).result()


def test_jobs_move_in_the_queue(store, accept):
    a, b, c = accept("a", "b", "c")
    store.change(c.id, before=a.id).result()
    assert titles(store) == ["c", "a", "b"]
    store.change(c.id, last=True).result()
    assert titles(store) == ["a", "b", "c"]
    store.change(b.id, priority=1).result()
    assert titles(store) == ["b", "a", "c"]
    assert store.change(c.id, before=b.id).result().priority == 1
    accept("d")
    assert titles(store) == ["c", "b", "a", "d"]


def test_there_is_always_room_before_a_job(store, accept):
    _, b, c, d = accept("a", "b", "c", "d")
    for _ in range(60):
        store.change(c.id, before=b.id).result()
        store.change(d.id, before=b.id).result()
    assert titles(store) == ["a", "c", "d", "b"]


def test_only_a_queued_job_can_be_moved(store, accept):
    a, b = accept("a", "b")
    store.take("cpu").result()
    with pytest.raises(JobStateError, match="is running"):
        store.change(b.id, before=a.id).result()


def test_deleting_a_job_leaves_its_outputs_and_drops_its_texts(store, accept, tmp_path):
    accept("a")
    (job,) = store.take("cpu").result()
    with pytest.raises(JobStateError, match="cancel it"):
        store.delete(job.id).result()
    store.end(job.id, done(job), [picture("p_00001.png")]).result()

    store.delete(job.id).result()

    with pytest.raises(UnknownJobError):
        store.job(job.id)
    assert store.outputs().total == 1
    with closing(sqlite3.connect(tmp_path / "engine.db")) as db:
        assert db.execute("SELECT count(*) FROM texts").fetchone() == (0,)


def test_lists_are_filtered_and_paged(store, accept):
    accept("a cat", "a dog", "100%", batch="animals")
    accept("a bird", values={"p.text": "a cat"})
    (job,) = store.take("cpu").result()
    failure = Failure("no", "n", "t")
    store.end(job.id, Finished(job.id, "failed", failure), []).result()

    assert [job.title for job in store.jobs(text="cat").jobs] == ["a bird", "a cat"]
    assert [job.title for job in store.jobs(text="%").jobs] == ["100%"]
    assert store.jobs(batch="animals").total == 3
    assert store.jobs(states=("failed",)).jobs[0].error == failure
    page = store.jobs(limit=2, offset=1)
    assert ([job.title for job in page.jobs], page.total) == (["100%", "a dog"], 4)
    assert store.counts() == {"failed": 1, "queued": 3}


def test_one_wrong_write_does_not_spoil_those_beside_it(store):
    good, bad = accepted("good"), accepted("bad", submitted="\ud800")
    futures = [store.accept([job]) for job in (bad, good, bad)]

    assert futures[1].result()[0].title == "good"
    assert all(isinstance(futures[n].exception(), UnicodeEncodeError) for n in (0, 2))
    assert store.jobs().total == 1


def test_a_file_of_a_newer_nodegraph_or_of_something_else_is_refused(tmp_path):
    path = tmp_path / "engine.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    with pytest.raises(StorageError, match="newer Nodegraph"):
        Store(path)
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageError, match="not a database"):
        Store(path)


def test_a_full_disk_is_said_and_what_was_there_stays(store, accept):
    accept("a")
    store.write(lambda db: db.execute("PRAGMA max_page_count = 1").fetchone()).result()
    long = "".join(map(str, range(100_000)))
    futures = [store.accept([accepted("b", resolved=long)]) for _ in range(3)]

    for future in futures:
        with pytest.raises(StorageError, match="full"):
            future.result()
    store.write(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone()).result()
    accept("c")
    assert titles(store) == ["a", "c"]


def test_a_closed_store_says_so(store):
    store.close()
    with pytest.raises(StorageError, match="stopping"):
        store.take("cpu")


def test_a_hundred_jobs_a_second_are_accepted_durably(store):
    async def submit(count):
        futures = [store.accept([accepted(resolved=f"{n}")]) for n in range(count)]
        await asyncio.gather(*map(asyncio.wrap_future, futures))

    start = time.perf_counter()
    asyncio.run(submit(200))

    assert store.counts() == {"queued": 200}
    assert 200 / (time.perf_counter() - start) >= 100


def test_a_page_of_ten_thousand_queued_jobs_takes_less_than_a_tenth_of_a_second(store):
    store.accept([accepted(f"{n}", values={"n.seed": n}) for n in range(10_000)]).result()

    for question in ({"order": "queue"}, {"states": ("queued",)}, {"text": "seed", "offset": 9000}):
        took = []
        for _ in range(3):
            start = time.perf_counter()
            page = store.jobs(**question)
            took.append(time.perf_counter() - start)
        assert min(took) < 0.1
        assert (len(page.jobs), page.total) == (50, 10_000)
