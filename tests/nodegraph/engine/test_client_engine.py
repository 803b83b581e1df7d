"""The client and a server in another process: everything there is, and the server's death."""

import asyncio
import signal

import pytest

from nodegraph.engine.client import Client, RefusedError
from nodegraph.engine.client.events import Connected, JobChanged, Told
from tests.nodegraph.engine.running import SAVE, WAIT, node, running, waiting, workflow


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with running(tmp_path_factory.mktemp("engine") / "data") as engine:
        yield engine


@pytest.fixture
def ask(engine):
    """Return what a conversation with the engine comes to."""

    def ask(speak):
        async def run():
            async with Client(engine.url, engine.token) as client:
                return await asyncio.wait_for(speak(client), WAIT)

        return asyncio.run(run())

    return ask


def test_a_sweep_is_submitted_waited_for_and_fetched(ask, tmp_path):
    async def speak(client):
        jobs = await client.submit(SAVE, sweep={"a.value": "5..7"}, title="three")
        ended = await client.wait(jobs)
        files = [await client.fetch(output, tmp_path) for job in ended for output in job.outputs]
        return ended, files, await client.jobs(batch=jobs[0].batch, limit=2)

    ended, files, page = ask(speak)
    assert [job.state for job in ended] == ["done"] * 3
    assert [job.values for job in ended] == [{"a.value": n} for n in (5, 6, 7)]
    assert [path.read_text() for path in files] == ["5", "6", "7"]
    assert {path.parent.name for path in files} == {"deep"}
    assert ([job.number for job in page.jobs], page.total) == (
        [ended[2].number, ended[1].number],
        3,
    )


def test_the_gallery_is_rebuilt_from_its_files(ask):
    async def speak(client):
        (job,) = await client.wait(await client.submit(SAVE))
        await client.rebuild()
        return job.outputs[0], (await client.outputs()).outputs

    output, found = ask(speak)
    assert output.name in [one.name for one in found]


def test_events_tell_of_a_run_from_its_beginning_to_its_end(ask):
    async def speak(client):
        heard = []
        async for event in client.events():
            if isinstance(event, Connected):
                (job,) = await client.submit(workflow(a=node("raise")))
            elif isinstance(event, Told) and event.job == job.id:
                heard.append(event.event["event"])
            elif isinstance(event, JobChanged) and event.job.id == job.id:
                heard.append(event.job.state)
                if event.job.error is not None:
                    return heard, event.job.error

    heard, error = ask(speak)
    assert heard == ["queued", "running", "RunStarted", "NodeStarted", "NodeFailed", "failed"]
    assert (error.node, error.type) == ("a", "toy.raise")
    assert "no good" in error.message


def test_jobs_are_moved_cancelled_run_again_and_forgotten(ask, tmp_path):
    async def speak(client):
        (long,) = await client.submit(waiting(tmp_path / "never"))
        first, second = await client.submit(SAVE, sweep={"a.value": [1, 2]})
        moved = await client.move(second.id, before=first.id)
        queue = [job.id for job in (await client.jobs(order="queue", limit=2)).jobs]
        assert (await client.move(second.id, priority=3)).priority == 3
        assert moved.position < first.position
        assert queue[0] in (long.id, second.id)
        await client.cancel(long.id)
        (ended,) = await client.wait([long])
        done = await client.wait([first, second])
        (again,) = await client.again(first.id)
        await client.wait([again])
        await client.delete(again.id)
        with pytest.raises(RefusedError, match="there is no job") as refused:
            await client.job(again.id)
        return ended.state, {job.state for job in done}, refused.value.status

    assert ask(speak) == ("cancelled", {"done"}, 404)


def test_all_jobs_are_cancelled_together(ask, tmp_path):
    async def speak(client):
        jobs = await client.submit(waiting(tmp_path / "never"), sweep={"wait.until": ["x", "y"]})
        await client.cancel_all()
        return [job.state for job in await client.wait(jobs)]

    assert ask(speak) == ["cancelled"] * 2


def test_an_uploaded_file_is_read_by_the_name_it_was_given(ask, tmp_path):
    (tmp_path / "word.txt").write_text("hello")

    async def speak(client):
        name = await client.upload(tmp_path / "word.txt")
        read = workflow(read=node("read", {"path": name}))
        (job,) = await client.wait(await client.submit(read, targets=["read"]))
        return await client.value(job.id, "read", "str"), await client.workflow(job.id)

    value, document = ask(speak)
    assert "hello" in value["text"]
    assert document["nodes"]["read"]["params"] == {"path": "word.txt"}


def test_the_engine_is_asked_about_itself(ask):
    async def speak(client):
        await client.wait(await client.submit(SAVE))
        await client.free()
        verdict = await client.validate(workflow(a=node("number", {"value": "x"})))
        return await client.nodes(), await client.models(), await client.system(), verdict

    nodes, models, system, verdict = ask(speak)
    assert nodes["toy.number"].params["value"].type == "int"
    assert [model["name"] for model in models] == ["toy"]
    assert system["state"] == "ready"
    assert [problem.node for problem in verdict.problems] == ["a"]


def test_a_refused_submission_names_every_problem(ask):
    broken = workflow(a=node("number", {"value": "x"}), b=node("word", {"value": 1}))
    with pytest.raises(RefusedError, match=r"(?s)nodes\.a.*nodes\.b"):
        ask(lambda client: client.submit(broken))


def test_a_client_hears_the_end_of_a_job_whose_engine_was_killed_meanwhile(tmp_path):
    """The engine comes back under another address, which its data folder tells."""

    async def speak(client, engine):
        (job,) = await client.submit(waiting(tmp_path / "go on"))
        ended = asyncio.create_task(client.wait([job]))
        async for event in client.events():
            if isinstance(event, Told) and event.event["event"] == "Progress":
                engine.end(signal.SIGKILL)
                break
        await asyncio.to_thread(engine.start)
        (tmp_path / "go on").touch()
        return await ended

    with running(tmp_path / "data") as engine:

        async def run():
            async with Client(data=engine.data) as client:
                return await asyncio.wait_for(speak(client, engine), 2 * WAIT)

        (job,) = asyncio.run(run())
    assert (job.state, job.attempts) == ("done", 2)
    assert job.note
