import struct

import pytest
from aiohttp import WSMsgType

from nodegraph.engine.feed import COUNT
from tests.nodegraph.engine.comfying import (
    PROMPT,
    Socket,
    ask,
    begin,
    end,
    picture,
    post,
    queue,
    tell,
)

SAVED = [("save_2", "cat_00001.png")]


def kinds(told):
    return [kind for kind, _ in told]


def test_the_first_word_is_the_status_and_the_clients_id(tmp_path):
    async def question(engine, client):
        status = {"exec_info": {"queue_remaining": 0}}
        async with Socket(client, "me") as socket:
            assert await socket.next() == ("status", {"status": status, "sid": "me"})
        async with client.ws_connect("/api/ws") as unnamed:
            assert len((await unnamed.receive_json())["data"]["sid"]) == 32

    ask(tmp_path, question)


def test_a_run_is_told_from_its_start_to_nothing_more(tmp_path):
    async def question(engine, client):
        async with Socket(client) as socket:
            await socket.next()
            id = await queue(client, client_id="me")
            job = await begin(engine)
            tell(engine, job, "NodeFinished", "load_1", cached=True, seconds=0)
            tell(engine, job, "NodeStarted", "save_2", turn=[])
            tell(engine, job, "Progress", "save_2", step=1, total=2, note="")
            tell(engine, job, "NodeFinished", "save_2", cached=False, seconds=1)
            await end(engine, job, files=SAVED)
            told = await socket.until("executed")
            assert kinds(told) == [
                "status",
                "execution_start",
                "status",
                "execution_cached",
                "executing",
                "progress",
                "progress",
                "executed",
            ]
            assert all(data.get("prompt_id", id) == id for _, data in told)
            assert told[3][1]["nodes"] == ["1"]
            assert told[4][1] == {"node": "2", "display_node": "2", "prompt_id": id}
            assert [data["value"] for kind, data in told if kind == "progress"] == [1, 2]
            images = [{"filename": "cat_00001.png", "subfolder": "", "type": "output"}]
            assert told[-1][1]["output"] == {"images": images}
            rest = await socket.until("executing")
            assert kinds(rest) == ["execution_success", "status", "executing"]
            assert rest[1][1]["status"]["exec_info"]["queue_remaining"] == 0
            assert rest[2][1] == {"node": None, "prompt_id": id}

    ask(tmp_path, question)


def test_a_failure_and_an_interruption_are_told(tmp_path):
    async def question(engine, client):
        async with Socket(client) as socket:
            await queue(client, client_id="me")
            await end(engine, await begin(engine), state="failed", blame="load_1")
            error = (await socket.until("execution_error"))[-1][1]
            assert (error["node_id"], error["node_type"]) == ("1", "LoadImage")
            assert error["exception_message"] == "the node is tired; let it rest"
            assert (await socket.until("executing"))[-1][1]["node"] is None
            await queue(client, client_id="me")
            job = await begin(engine)
            tell(engine, job, "NodeStarted", "save_2", turn=[])
            await end(engine, job, state="cancelled")
            told = (await socket.until("execution_interrupted"))[-1][1]
            assert (told["node_id"], told["node_type"]) == ("2", "SaveImage")

    ask(tmp_path, question)


def test_a_client_is_told_of_its_own_prompts_alone(tmp_path):
    async def question(engine, client):
        async with Socket(client, "you") as socket:
            await queue(client, client_id="me")
            await end(engine, await begin(engine))
            id = await queue(client, client_id="you")
            await begin(engine)
            told = await socket.until("execution_start")
            assert told.pop()[1]["prompt_id"] == id
            assert kinds(told) == ["status"] * 5

    ask(tmp_path, question)


def test_previews_are_frames_with_two_numbers_before_the_picture(tmp_path):
    async def question(engine, client):
        async with Socket(client) as socket:
            await queue(client, client_id="me")
            job = await begin(engine)
            await socket.until("execution_start")
            await socket.next()
            for form, number in (("JPEG", 1), ("PNG", 2), ("WEBP", 1)):
                sent = picture(form=form)
                engine.feed.preview(job.id, "save_2", sent)
                frame = await socket.socket.receive_bytes(timeout=20)
                assert struct.unpack(">II", frame[:8]) == (1, number)
                assert form == "WEBP" or frame[8:] == sent

    ask(tmp_path, question)


@pytest.mark.parametrize(
    ("method", "early", "shown"),
    [
        (None, True, True),
        (None, False, False),
        ("default", False, False),
        ("none", True, False),
        ("auto", False, True),
    ],
)
def test_previews_are_for_clients_that_can_expect_them(tmp_path, method, early, shown):
    """A client that connects after it has posted may take any picture for its result."""

    async def question(engine, client):
        more = {} if method is None else {"extra_data": {"preview_method": method}}
        if not early:
            await queue(client, client_id="me", **more)
        async with Socket(client) as socket:
            await socket.next()
            if early:
                await queue(client, client_id="me", **more)
            job = await begin(engine)
            await socket.until("execution_start")
            await socket.next()
            engine.feed.preview(job.id, "save_2", picture())
            tell(engine, job, "NodeStarted", "save_2", turn=[])
            await socket.until("executing")
            await end(engine, job)
            message = await socket.socket.receive(timeout=20)
            assert (message.type is WSMsgType.BINARY) == shown

    ask(tmp_path, question)


def test_of_a_prompt_that_never_began_only_the_queue_is_told(tmp_path):
    async def question(engine, client):
        async with Socket(client) as socket:
            id = await queue(client, client_id="me")
            await post(client, "/queue", delete=[id])
            await queue(client, client_id="me")
            await begin(engine)
            assert set(kinds(await socket.until("execution_start"))) == {
                "status",
                "execution_start",
            }

    ask(tmp_path, question)


def test_one_that_comes_back_is_told_what_goes_on(tmp_path):
    async def question(engine, client):
        id = await queue(client, client_id="me")
        job = await begin(engine)
        async with Socket(client) as socket:
            await socket.next()
            tell(engine, job, "NodeStarted", "save_2", turn=[])
            assert (await socket.until("executing"))[-1][1]["prompt_id"] == id
            await end(engine, job)
            assert (await socket.until("execution_success"))[-1][1]["prompt_id"] == id

    ask(tmp_path, question)


def test_who_missed_events_is_told_how_its_prompt_ended(tmp_path):
    async def question(engine, client):
        async with Socket(client) as socket:
            await queue(client, client_id="me")
            job = await begin(engine)
            await socket.until("execution_start")
            await end(engine, job)
            for _ in range(COUNT + 1):
                engine.feed.publish({"type": "jobs"})
            assert (await socket.until("execution_success"))[-1][0] == "execution_success"

    ask(tmp_path, question)


def test_where_one_node_is_several_of_ours_it_runs_once(tmp_path):
    steps = ("sampler_3", "schedule_3", "noise_3", "sample_3")

    async def question(engine, client):
        async with Socket(client) as socket:
            await queue(client, {**PROMPT, **SAMPLED}, client_id="me")
            job = await begin(engine)
            for name in steps:
                tell(engine, job, "NodeStarted", name, turn=[])
                tell(engine, job, "NodeFinished", name, cached=False, seconds=1)
            tell(engine, job, "NodeStarted", "decode_8", turn=[])
            await end(engine, job)
            told = await socket.until("execution_success")
            nodes = [data["node"] for kind, data in told if kind == "executing"]
            assert nodes == ["3", "8"]

    ask(tmp_path, question)


SAMPLED = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 7,
            "steps": 2,
            "cfg": 3.0,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 0.5,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["6", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "critters"}},
    "5": {"class_type": "VAEEncode", "inputs": {"pixels": ["1", 0], "vae": ["4", 2]}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "fox", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "PreviewImage", "inputs": {"images": ["8", 0]}},
}
