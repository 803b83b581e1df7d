import asyncio
import json
import struct

import pytest

from nodegraph.engine.client import Client, RefusedError, UnreachableError
from nodegraph.engine.client.events import (
    Connected,
    JobChanged,
    Lost,
    Notice,
    Position,
    Preview,
    Told,
)
from tests.nodegraph.engine.peer import hang_up, hello, job, refuse, talk, told


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Try again at once."""
    monkeypatch.setattr("nodegraph.engine.client.following.FIRST", 0.001)
    monkeypatch.setattr("nodegraph.engine.client.waiting.PAUSE", 0.001)


def hear(count, *lines, **about):
    """Return the first events of a client whose lines are these, one after the other."""

    async def speak(client, peer):
        found = []
        async for event in client.events(**about):
            found.append(event)
            if len(found) == count:
                return found, peer.paths()

    return talk({"GET /events": list(lines)}, speak)


def change(n, **about):
    return {"n": n, "type": "job", "job": job(**about)}


def test_events_come_as_what_they_are():
    head = json.dumps({"n": 1, "job": "j", "node": "n"}).encode()
    frames = [
        hello("e", 4),
        change(5, state="running"),
        {"n": 6, "type": "event", "job": "j", "event": {"event": "NodeStarted"}},
        {"n": 7, "type": "workers", "workers": []},
        struct.pack(">I", len(head)) + head + b"\xff\xd8",
    ]
    events, _ = hear(5, told(*frames))
    assert events[0] == Connected(Position("e", 4), anew=True)
    assert isinstance(events[1], JobChanged)
    assert events[1].job.state == "running"
    assert events[2] == Told("j", {"event": "NodeStarted"})
    assert events[3] == Notice("workers", frames[3])
    assert events[4] == Preview("j", "n", b"\xff\xd8")


def test_a_line_that_breaks_goes_on_where_it_was():
    broken = told(hello("e", 4), change(5), then=hang_up)
    events, paths = hear(4, broken, told(hello("e", 9), change(6)))
    assert isinstance(events[2], Lost)
    assert events[3] == Connected(Position("e", 5), anew=False)
    assert paths == ["GET /events", "GET /events?after=5&epoch=e"]


def test_after_a_restart_of_the_engine_the_state_is_to_be_asked_for():
    broken = told(hello("e", 4), then=hang_up)
    events, _ = hear(3, broken, told(hello("another", 1)))
    assert events[2] == Connected(Position("another", 1), anew=True)


def test_after_a_gap_the_state_is_to_be_asked_for():
    events, paths = hear(
        4,
        told(hello("e", 4), {"type": "gap", "n": 90}, then=hang_up),
        told(hello("e", 91)),
        after=Position("e", 2),
        job="j",
    )
    assert events[1] == Connected(Position("e", 90), anew=True)
    assert events[3] == Connected(Position("e", 90), anew=False)
    assert paths == ["GET /events?job=j&after=2&epoch=e", "GET /events?job=j&after=90&epoch=e"]


def test_who_never_answered_is_not_waited_for():
    with pytest.raises(RefusedError, match="too many clients watch"):
        hear(1, refuse(503, "too many clients watch"))

    async def ask():
        async with Client("http://127.0.0.1:1", "t") as client:
            await anext(client.events())

    with pytest.raises(UnreachableError, match="no engine answers"):
        asyncio.run(ask())


def wait(jobs, **answers):
    """Return the states that jobs ended in."""
    answers = {name.replace("_", " /"): answer for name, answer in answers.items()}

    async def speak(client, peer):
        submitted = (await client.jobs(batch="b")).jobs
        peer.answers |= answers
        return [one.state for one in await client.wait(submitted)]

    return talk({"GET /jobs": {"jobs": jobs, "total": len(jobs)}}, speak)


def page(*jobs):
    return {"jobs": jobs, "total": len(jobs)}


def test_jobs_are_waited_for_until_the_last_has_ended():
    line = told(hello(), change(1, state="failed"), change(2, state="done", number=2))
    both = [job(), job(number=2)]
    assert wait(both, GET_events=line, GET_jobs=page(*both)) == ["failed", "done"]


def test_a_job_that_had_ended_before_anybody_listened_is_not_waited_for():
    assert wait([job("done")], GET_events=told(hello()), GET_jobs=page(job("done"))) == ["done"]


def test_a_job_that_ends_while_the_engine_is_started_anew_is_heard_of():
    lines = [told(hello("e"), then=hang_up), told(hello("another"))]
    answers = [page(job("running")), hang_up, page(job("done"))]
    assert wait([job()], GET_events=lines, GET_jobs=answers) == ["done"]


def test_jobs_that_change_together_are_asked_for():
    line = told(hello(), {"n": 1, "type": "jobs"})
    answers = [page(job()), page(job("cancelled"))]
    assert wait([job()], GET_events=line, GET_jobs=answers) == ["cancelled"]


def test_a_job_that_was_deleted_is_not_waited_for():
    assert wait([job("running")], GET_events=told(hello()), GET_jobs=page()) == ["running"]
