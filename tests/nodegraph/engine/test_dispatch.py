import os
import signal
from dataclasses import replace

import pytest

from nodegraph.engine.deaths import death_of
from nodegraph.engine.likeness import Likeness
from nodegraph.engine.messages import ListModels, Look
from nodegraph.engine.settings import Settings
from tests.nodegraph.engine.dispatching import SAVE, within
from tests.nodegraph.engine.workers import PACK, counting, node, written


@pytest.fixture(scope="module", autouse=True)
def pack():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PACK)
        yield


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path, devices=("toy:0",))


def test_jobs_run_in_order_and_their_files_reach_the_gallery(settings):
    async def test(engine):
        ids = [await engine.accept(counting(n)) for n in (2, 3)]
        jobs = [await engine.ended(id) for id in ids]
        await engine.until(lambda: engine.states() == ["idle"])
        return [[engine.gallery.path(o.id).read_text() for o in job.outputs] for job in jobs], jobs

    texts, jobs = within(settings, test)

    assert texts == [["2"], ["3"]]
    assert jobs[0].finished <= jobs[1].started
    assert jobs[0].timings["next"].turns == 2
    assert list(settings.work.iterdir()) == []


def test_a_job_that_would_save_the_same_again_has_the_file_of_the_one_before(settings):
    async def test(engine):
        again = {"n": SAVE["n"], "keep": SAVE["save"]}
        jobs = [await engine.ended(await engine.accept(one)) for one in (SAVE, SAVE, again)]
        engine.gallery.delete(jobs[0].outputs[0].id)
        left = engine.store.job(jobs[1].id).outputs
        anew = await engine.ended(await engine.accept(SAVE))
        return jobs, left, anew, [one.name for one in engine.store.outputs().outputs]

    jobs, left, anew, names = within(settings, test)

    assert len({job.outputs[0].id for job in jobs}) == 1
    assert [job.outputs[0].node for job in jobs] == ["save", "save", "keep"]
    assert [job.timings["save"].cached for job in jobs[:2]] == [False, True]
    assert left == ()
    assert names == [anew.outputs[0].name]
    assert (settings.outputs / names[0]).read_text() == "1"


def test_each_device_has_a_worker_and_takes_its_own_jobs(settings):
    async def test(engine):
        ids = [await engine.accept({"d": node("toy.device")}, device=f"toy:{n}") for n in (1, 0)]
        nowhere = await engine.accept({"d": node("toy.device")}, device="cuda:7")
        ended = [await engine.ended(id) for id in (*ids, nowhere)]
        await engine.until(lambda: engine.states() == ["idle", "idle"])
        notes = [e.text for e in engine.feed.since(0) if '"note":"toy:' in e.text]
        return [job.state for job in ended], notes, engine.dispatcher.devices

    states, notes, devices = within(replace(settings, devices=None), test)

    assert states == ["done", "done", "failed"]
    assert any("toy:0" in note for note in notes)
    assert any("toy:1" in note for note in notes)
    assert devices == ("toy:0", "toy:1")


def test_a_killed_worker_is_replaced_and_its_job_runs_again(settings, tmp_path):
    async def test(engine):
        until = tmp_path / "go"
        id = await engine.accept({"w": node("toy.wait", until=str(until))})
        other = await engine.accept(SAVE)
        await engine.running(id)
        os.kill(engine.process.pid, signal.SIGKILL)
        await engine.until(lambda: engine.store.job(id).attempts == 2)
        until.touch()
        return await engine.ended(id), await engine.ended(other)

    job, other = within(settings, test)

    assert (job.state, job.attempts) == ("done", 2)
    assert "SIGKILL" in job.note
    assert "memory ran out" in job.note
    assert other.state == "done"


def test_a_job_that_ends_its_worker_fails_with_the_reason_and_the_next_one_runs(settings):
    async def test(engine):
        await engine.until(lambda: engine.states() == ["idle"])
        id = await engine.accept({"w": node("toy.wait")})
        other = await engine.accept(SAVE)
        await engine.running(id)
        os.kill(engine.process.pid, signal.SIGSEGV)
        return await engine.ended(id), await engine.ended(other)

    job, other = within(settings, test)

    assert job.state == "failed"
    assert "the worker crashed (SIGSEGV)" in job.error.message
    assert other.state == "done"


def test_a_silent_worker_is_killed_and_its_job_fails(settings):
    async def test(engine):
        await engine.until(lambda: engine.states() == ["idle"])
        id = await engine.accept({"w": node("toy.wait")})
        await engine.running(id)
        os.kill(engine.process.pid, signal.SIGSTOP)
        return await engine.ended(id)

    job = within(replace(settings, heartbeat=2.0), test)

    assert job.state == "failed"
    assert "no sign of life for 2 s" in job.error.message


def meeting(seed, **params):
    return {"meet": node("toy.meet", seed=seed, **params)}


def met(settings, *jobs):
    """Run jobs of one shape where a worker runs three together; give them, and whom each met."""

    async def test(engine):
        first = await engine.accept({"w": node("toy.wait", until=str(settings.data / "go"))})
        await engine.running(first)
        ids = [await engine.accept(one, likeness=Likeness("l", "s")) for one in jobs]
        (settings.data / "go").touch()
        ended = [await engine.ended(id) for id in ids]
        read = [[engine.gallery.path(o.id).read_text() for o in job.outputs] for job in ended]
        await engine.until(lambda: engine.states() == ["idle"])
        return ended, read

    jobs, texts = within(replace(settings, batch=3), test)
    assert list(settings.work.iterdir()) == []
    return jobs, texts


def test_jobs_of_one_shape_are_run_together_and_each_has_its_own_files(settings):
    jobs, texts = met(settings, *map(meeting, (1, 2, 3, 4)))
    assert [job.state for job in jobs] == ["done"] * 4
    assert texts == [["1 2 3"]] * 3 + [["4"]]
    assert len({job.outputs[0].name for job in jobs}) == 4


def test_jobs_that_save_the_same_together_both_have_it(settings):
    one = counting(3)
    jobs, texts = met(settings, one, one, {**one, **meeting(1)})
    assert [job.state for job in jobs] == ["done"] * 3
    assert [sorted(text) for text in texts] == [["3"], ["3"], ["1", "3"]]


def test_a_job_that_ends_its_worker_does_not_fail_those_that_ran_with_it(settings):
    jobs, texts = met(settings, *(meeting(seed, number=1, crash=True) for seed in (1, 2, 3)))
    assert [job.state for job in jobs] == ["failed", "done", "done"]
    assert "the worker crashed (SIGSEGV)" in jobs[0].error.message
    assert [job.attempts for job in jobs] == [2, 2, 2]
    assert texts == [[], ["2"], ["3"]]


def test_one_of_several_that_run_together_is_cancelled_alone(settings):
    async def test(engine):
        until = str(settings.data / "go")
        each = [{"r": node("toy.rounds", until=until, seed=seed)} for seed in (1, 2, 3)]
        ids = [await engine.accept(one, likeness=Likeness("l", "s")) for one in each]
        await engine.running(ids[2])
        await engine.dispatcher.cancel([ids[1]])
        cancelled = await engine.ended(ids[1])
        others = [engine.store.job(id).state for id in (ids[0], ids[2])]
        (settings.data / "go").touch()
        return [cancelled.state, *others, *[(await engine.ended(id)).state for id in ids]]

    states = within(replace(settings, batch=3), test)
    assert states == ["cancelled", "running", "running", "done", "cancelled", "done"]


def test_a_running_job_is_cancelled_and_a_queued_one_never_begins(settings):
    async def test(engine):
        running, queued = [await engine.accept({"w": node("toy.wait")}) for _ in range(2)]
        await engine.running(running)
        await engine.dispatcher.cancel(None)
        return [await engine.ended(id) for id in (running, queued)]

    jobs = within(settings, test)

    assert [(job.state, job.attempts) for job in jobs] == [("cancelled", 1), ("cancelled", 0)]


def test_a_job_that_does_not_cancel_in_time_loses_its_worker(settings):
    async def test(engine):
        await engine.until(lambda: engine.states() == ["idle"])
        id = await engine.accept({"w": node("toy.wait")})
        await engine.running(id)
        os.kill(engine.process.pid, signal.SIGSTOP)
        await engine.dispatcher.cancel([id])
        other = await engine.accept(SAVE)
        return await engine.ended(id), await engine.ended(other)

    job, other = within(replace(settings, grace=0.1), test)

    assert (job.state, other.state) == ("cancelled", "done")


def test_a_stop_in_order_queues_the_running_job_again(settings):
    async def test(engine):
        id = await engine.accept({"w": node("toy.wait")})
        await engine.running(id)
        await engine.dispatcher.stop()
        return engine.store.job(id)

    job = within(settings, test)

    assert (job.state, job.note) == ("queued", "the engine was stopped")


def test_a_worker_that_cannot_start_is_said_to_be_broken_and_jobs_wait(
    settings, tmp_path, monkeypatch
):
    (tmp_path / "aaa-1.0.dist-info").mkdir()
    about = tmp_path / "aaa-1.0.dist-info" / "entry_points.txt"
    about.write_text("[nodegraph.host]\naaa = no_such_module:Host\n")
    monkeypatch.syspath_prepend(tmp_path)

    async def test(engine):
        id = await engine.accept(SAVE)
        await engine.until(lambda: engine.states() == ["broken"])
        (worker,) = engine.dispatcher.workers()
        answer = await engine.dispatcher.ask(ListModels(0))
        return worker.reason, engine.store.job(id).state, answer

    reason, state, answer = within(settings, test)

    assert reason == "the worker ended by itself with code 1"
    assert state == "queued"
    assert "no worker is ready" in answer.data["error"]


def test_questions_go_to_the_worker_that_ran_the_job(settings):
    async def test(engine):
        ask = engine.dispatcher.ask
        id = await engine.accept(SAVE)
        await engine.ended(id)
        text = written(SAVE)
        look = Look(0, id, text, "auto", "auto", str(settings.uploads), "n", "int")
        engine.dispatcher.free(values=False)
        seen, models = await ask(look), await ask(ListModels(0))
        return seen, models, await ask(replace(look, job="other"))

    seen, models, other = within(settings, test)

    assert seen.data["text"] == "1"
    assert models.data["models"][0]["name"] == "toy"
    assert "run the job again" in other.data["error"]


@pytest.mark.parametrize(
    ("code", "doing", "words"),
    [
        (-9, "outside", "was killed (SIGKILL), most often because memory ran out"),
        (-15, "outside", "was killed (SIGTERM)"),
        (-11, "own", "crashed (SIGSEGV), a fault in native code"),
        (-6, "own", "crashed (SIGABRT)"),
        (-99, "own", "crashed (signal 99)"),
        (3, "own", "ended by itself with code 3"),
    ],
)
def test_an_exit_code_becomes_words(code, doing, words):
    death = death_of(code)
    assert death.doing == doing
    assert words in death.reason
