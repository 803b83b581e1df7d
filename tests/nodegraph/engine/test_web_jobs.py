import asyncio
import json

import pytest

from nodegraph import workflow
from tests.nodegraph.engine.serving import NUMBERS, message, within


async def submit(client, **asked):
    response = await client.post("/api/jobs", json={"workflow": NUMBERS} | asked)
    assert response.status == 201, await response.text()
    return (await response.json())["jobs"]


async def get(client, path):
    return await (await client.get(path)).json()


def test_a_submission_is_answered_with_its_jobs_and_told_to_watchers(tmp_path):
    async def ask(engine, client):
        reader = engine.feed.reader()
        (job,) = await submit(client, title="numbers", priority=2)
        assert (job["state"], job["number"], job["title"]) == ("queued", 1, "numbers")
        told = json.loads((await reader.next()).entries[0].text)
        assert (told["type"], told["job"]) == ("job", job)
        assert await get(client, f"/api/jobs/{job['id']}") == job

    within(tmp_path, ask)


def test_both_documents_of_a_job_are_given(tmp_path):
    async def ask(engine, client):
        (job,) = await submit(client, set={"one.value": 5})
        path = f"/api/jobs/{job['id']}/workflow"
        assert await get(client, path) == NUMBERS
        text = await (await client.get(f"{path}?resolved=1")).text()
        assert workflow.dumps(workflow.loads(text)) == text
        assert json.loads(text)["nodes"]["one"]["params"] == {"value": 5}

    within(tmp_path, ask)


def test_a_sweep_is_one_batch_that_can_be_listed(tmp_path):
    async def ask(engine, client):
        await submit(client)
        jobs = await submit(client, sweep={"one.value": "1..3"})
        page = await get(client, f"/api/jobs?batch={jobs[0]['batch']}&order=queue")
        assert [job["values"] for job in page["jobs"]] == [{"one.value": n} for n in (1, 2, 3)]
        assert (await get(client, "/api/jobs"))["total"] == 4

    within(tmp_path, ask)


def test_the_same_request_makes_the_same_jobs_however_often_it_comes(tmp_path):
    async def ask(engine, client):
        asked = {"sweep": {"one.value": "1..3"}, "request": "mine"}
        several = await asyncio.gather(*(submit(client, **asked) for _ in range(5)))
        assert all(jobs == several[0] for jobs in several)
        assert (await get(client, "/api/jobs"))["total"] == 3

    within(tmp_path, ask)


def test_what_is_wrong_with_a_submission_is_said_with_its_places(tmp_path):
    async def ask(engine, client):
        asked = {"workflow": NUMBERS, "set": {"one.value": "many"}, "targets": ["bath"]}
        response = await client.post("/api/jobs", json=asked)
        assert response.status == 422
        problems = (await response.json())["error"]["problems"]
        assert [problem["path"] for problem in problems] == ['set["one.value"]', "$.nodes"]
        verdict = await (await client.post("/api/validate", json=asked)).json()
        assert verdict["problems"] == problems
        assert (await get(client, "/api/jobs"))["total"] == 0

    within(tmp_path, ask)


def test_a_submission_of_another_form_is_refused_by_the_names_of_its_entries(tmp_path):
    async def ask(engine, client):
        asked = {"workflow": NUMBERS, "prority": 1, "dtype": "int8", "targets": "both"}
        response = await client.post("/api/jobs", json=asked)
        assert response.status == 400
        problems = (await response.json())["error"]["problems"]
        assert {problem["path"] for problem in problems} == {"prority", "dtype", "targets"}

    within(tmp_path, ask)


def test_jobs_are_listed_a_page_at_a_time_by_state_and_text(tmp_path):
    async def ask(engine, client):
        for title in ("cats", "dogs", "more cats"):
            await submit(client, title=title)
        page = await get(client, "/api/jobs?limit=2")
        assert [job["title"] for job in page["jobs"]] == ["more cats", "dogs"]
        assert page["total"] == 3
        cats = await get(client, "/api/jobs?text=cats&state=queued&state=running,done")
        assert [job["title"] for job in cats["jobs"]] == ["more cats", "cats"]
        assert (await get(client, "/api/jobs?state=done"))["total"] == 0

    within(tmp_path, ask)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "offset=-1", "limit=x", "state=ready", "order=up", "x=1"]
)
def test_a_question_that_makes_no_sense_is_refused(tmp_path, query):
    async def ask(engine, client):
        return (await client.get(f"/api/jobs?{query}")).status

    assert within(tmp_path, ask) == 400


def test_queued_jobs_change_places(tmp_path):
    async def ask(engine, client):
        one, two, three = [(await submit(client, title=name))[0]["id"] for name in "abc"]
        await client.patch(f"/api/jobs/{three}", json={"before": one})
        await client.patch(f"/api/jobs/{one}", json={"last": True})
        moved = await client.patch(f"/api/jobs/{two}", json={"priority": 7})
        assert (await moved.json())["priority"] == 7
        page = await get(client, "/api/jobs?order=queue")
        assert [job["id"] for job in page["jobs"]] == [two, three, one]

    within(tmp_path, ask)


def test_one_job_is_cancelled_or_all(tmp_path):
    async def ask(engine, client):
        jobs = await submit(client, sweep={"one.value": "1..3"})
        response = await client.post(f"/api/jobs/{jobs[1]['id']}/cancel")
        assert (await response.json())["state"] == "cancelled"
        rest = (await (await client.post("/api/jobs/cancel")).json())["jobs"]
        assert {job["id"] for job in rest} == {jobs[0]["id"], jobs[2]["id"]}
        assert (await get(client, "/api/jobs?state=cancelled"))["total"] == 3

    within(tmp_path, ask)


def test_a_job_runs_again_as_it_was(tmp_path):
    async def ask(engine, client):
        (job,) = await submit(client, title="numbers", set={"one.value": 5}, priority=1)
        (again,) = (await (await client.post(f"/api/jobs/{job['id']}/again")).json())["jobs"]
        same = ("title", "values", "priority", "targets", "device", "dtype")
        assert [again[name] for name in same] == [job[name] for name in same]
        assert again["id"] != job["id"]
        assert engine.store.documents(again["id"]) == engine.store.documents(job["id"])

    within(tmp_path, ask)


def test_only_an_ended_job_can_be_deleted(tmp_path):
    async def ask(engine, client):
        path = f"/api/jobs/{(await submit(client))[0]['id']}"
        early = await client.delete(path)
        assert early.status == 409
        assert "cancel it" in await message(early)
        await client.post(f"{path}/cancel")
        assert (await client.delete(path)).status == 204
        assert (await client.get(path)).status == 404

    within(tmp_path, ask)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/workflow"),
        ("GET", "/values"),
        ("GET", "/values/both/list"),
        ("GET", "/values/both/list/picture"),
        ("DELETE", ""),
        ("PATCH", ""),
        ("POST", "/cancel"),
        ("POST", "/again"),
    ],
)
def test_a_job_that_is_not_there_is_not_found(tmp_path, method, path):
    async def ask(engine, client):
        return (await client.request(method, f"/api/jobs/nobody{path}", json={})).status

    assert within(tmp_path, ask) == 404


def test_many_jobs_at_once_are_told_as_one_change(tmp_path):
    async def ask(engine, client):
        reader = engine.feed.reader()
        jobs = await submit(client, sweep={"one.value": "1..200"})
        told = [json.loads(entry.text)["type"] for entry in (await reader.next()).entries]
        return len(jobs), told

    assert within(tmp_path, ask) == (200, ["jobs"])


def test_a_workflow_comes_back_as_one_of_the_newest_node_types(tmp_path):
    async def ask(engine, client):
        answer = await client.post("/api/migrate", json={"workflow": NUMBERS})
        wrong = await client.post("/api/migrate", json={"workflow": "{}"})
        return (await answer.json())["workflow"], wrong.status

    text, status = within(tmp_path, ask)
    assert json.loads(text)["nodes"].keys() == NUMBERS["nodes"].keys()
    assert status == 422
