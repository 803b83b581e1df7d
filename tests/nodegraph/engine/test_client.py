import asyncio
import socket

import pytest
from aiohttp import web

from nodegraph.engine import address
from nodegraph.engine.address import Address
from nodegraph.engine.client import Client, RefusedError, UnreachableError
from nodegraph.engine.filenames import FileNameError
from nodegraph.engine.jobs import Output
from tests.nodegraph.engine.peer import TOKEN, hang_up, job, listening, refuse, talk


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def system(client, peer):
    return client.system()


def test_where_nobody_answers_the_remedy_is_said():
    async def ask():
        async with Client(f"http://127.0.0.1:{free_port()}", "t") as client:
            await client.system()

    with pytest.raises(UnreachableError, match=r"Connection refused.*nodegraph serve") as refused:
        asyncio.run(ask())
    assert not refused.value.sent


@pytest.mark.parametrize("url", ["http://a:b", "http://", "http://x:99999999", "http://["])
def test_what_is_no_address_is_said_to_be_none(url):
    async def ask():
        async with Client(url, "t") as client:
            await client.system()

    with pytest.raises(UnreachableError, match="is no address; write http://HOST:PORT"):
        asyncio.run(ask())


def test_a_wrong_token_is_said_to_be_wrong():
    with pytest.raises(RefusedError, match="does not know this token; give the one") as refused:
        talk({}, system, token="another")
    assert refused.value.status == 401


def test_a_refusal_has_every_problem_with_its_place():
    problem = {"path": "$.nodes.a", "message": "no", "node": "a", "socket": ""}
    answers = {"POST /jobs": refuse(422, "two", problem, problem | {"path": "set.b"})}
    with pytest.raises(RefusedError, match=r"set\.b: no") as refused:
        talk(answers, lambda client, peer: client.submit("{}"))
    assert [one.path for one in refused.value.problems] == ["$.nodes.a", "set.b"]


def test_another_program_is_not_taken_for_an_engine():
    async def page(_):
        return web.Response(text="<html>", status=200)

    with pytest.raises(RefusedError, match="check that it is a Nodegraph engine"):
        talk({"GET /system": page}, system)


def test_an_engine_that_was_started_anew_is_found_again(tmp_path):
    async def run():
        async with listening({"GET /system": {"life": 1}}) as (first, _):
            here = Address(first.address.url, TOKEN)
            address.leave(here, tmp_path)
            client = Client(data=tmp_path)
            assert await client.system() == {"life": 1}
        async with listening({"GET /system": {"life": 2}}) as (second, _), client:
            address.leave(Address(second.address.url, TOKEN), tmp_path)
            assert await client.system() == {"life": 2}

    asyncio.run(run())


def test_a_submission_whose_line_breaks_is_sent_again_under_the_same_name():
    async def speak(client, peer):
        jobs = await client.submit("{}", sweep={"a.b": range(2)})
        return jobs, [(await one.json())["request"] for one in peer.asked]

    jobs, names = talk({"POST /jobs": [hang_up, {"jobs": [job()]}]}, speak)
    assert [one.number for one in jobs] == [1]
    assert len(names) == 2
    assert len(set(names)) == 1


def test_a_long_list_comes_in_pages_and_each_job_once(monkeypatch):
    monkeypatch.setattr("nodegraph.engine.client.client.PAGE", 2)
    pages = [[5, 4], [4, 3], [2, 1]]  # a job was accepted after the first page
    answers = [{"jobs": [job(number=n) for n in page], "total": 6} for page in pages]

    async def speak(client, peer):
        return [one.number async for one in client.all_jobs(state=["done", "failed"])], peer.paths()

    numbers, paths = talk({"GET /jobs": answers}, speak)
    assert numbers == [5, 4, 3, 2, 1]
    assert "state=done,failed" in paths[0]
    assert [path.rpartition("=")[2] for path in paths] == ["0", "2", "4"]


def output(name="fox_00001.png"):
    return Output(7, "j", "save", name, 3, 0, 0, 1.0)


async def picture(_):
    return web.Response(body=b"fox")


def test_a_download_takes_its_name_or_the_next_number(tmp_path):
    async def speak(client, peer):
        return [await client.fetch(output("a/fox_00001.png"), tmp_path) for _ in range(2)]

    paths = talk({"GET /outputs/7/file": picture}, speak)
    assert [path.name for path in paths] == ["fox_00001.png", "fox_00002.png"]
    assert [path.read_bytes() for path in paths] == [b"fox", b"fox"]


def test_a_download_that_breaks_off_leaves_nothing(tmp_path):
    async def half(request):
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"fo")
        await hang_up(request)
        return response

    with pytest.raises(UnreachableError, match="try again"):
        talk({"GET /outputs/7/file": half}, lambda client, _: client.fetch(output(), tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../fox.png", "/fox.png", "a/../../fox.png", "C:\\fox.png"])
def test_a_download_stays_in_its_folder_whatever_the_engine_calls_it(tmp_path, name):
    with pytest.raises(FileNameError):
        talk(
            {"GET /outputs/7/file": picture},
            lambda client, _: client.fetch(output(name), tmp_path / "in"),
        )
    assert [path.name for path in tmp_path.rglob("*")] == ["in"]


def test_parts_of_a_path_may_hold_any_character():
    async def speak(client, peer):
        await client.value("j", "outer/inner?", "a b", turn=(0, 3))
        return peer.asked[0].raw_path

    found = talk({"GET /jobs/j/values/outer/inner?/a b": {}}, speak)
    assert found == "/api/jobs/j/values/outer%2Finner%3F/a%20b?turn=0,3"
