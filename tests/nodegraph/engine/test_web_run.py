"""From an upload to a picture, and every value on the way: one run with a worker, looked at."""

import asyncio
import io
import json
from types import SimpleNamespace

import numpy as np
import PIL.Image
import pytest
from aiohttp import FormData, WSMsgType

from tests.nodegraph.engine.serving import message, serving

NODES = {
    "load": {"type": "image.load", "params": {"path": "cat.png"}},
    "save": {
        "type": "image.save",
        "params": {"name": "cats/cat"},
        "inputs": {"image": "load.image"},
    },
    "one": {"type": "value.integer", "params": {"value": 7}},
    "begin": {
        "type": "flow.repeat.begin",
        "zone": "zone",
        "params": {"times": 3},
        "inputs": {"value": "one.int"},
    },
    "body": {"type": "value.list", "inputs": {"items": ["begin.index", "begin.value"]}},
    "end": {"type": "flow.repeat.end", "zone": "zone", "inputs": {"value": "begin.value"}},
}  # fmt: skip
QUESTIONS = {
    "turns": "values",
    "loaded": "values/load/image",
    "turn": "values/body/list?turn=1",
    "no turn": "values/body/list?turn=9",
    "no output": "values/load/imag",
    "inside": "values/outer%2Finner/image",
    "no picture": "values/one/int/picture",
    "too large": "values/load/image/picture?picture=10000",
    "item": "values/body/list?turn=1&item=1",
    "no item": "values/body/list?turn=1&item=2",
    "no data": "values/model/model/data",
    "no window": "values/load/image/data?window=1,2",
    "outside": "values/load/image/data?window=30,0,8,8",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """What came of one run: events, the job, its values."""
    return asyncio.run(asyncio.wait_for(_run(tmp_path_factory.mktemp("data")), 120))


async def _run(folder):
    async with serving(folder) as (engine, client), client.ws_connect("/api/events") as socket:
        early = await client.get("/api/models")
        await engine.start()
        form = FormData()
        form.add_field("file", _picture(), filename="cat.png")
        assert (await client.post("/api/uploads", data=form)).status == 201
        asked = {"workflow": {"nodegraph": 1, "nodes": NODES}, "targets": ["save", "end", "body"]}
        (job,) = (await (await client.post("/api/jobs", json=asked)).json())["jobs"]
        told = [frame async for frame in _until_the_end(socket, job["id"])]
        path = f"/api/jobs/{job['id']}"
        picture = await client.get(f"{path}/values/load/image/picture?picture=16")
        data = await client.get(f"{path}/values/load/image/data?window=4,2,3,1")
        return SimpleNamespace(
            early=(early.status, await message(early)),
            told=told,
            job=await (await client.get(path)).json(),
            answers={name: await _answer(client, f"{path}/{q}") for name, q in QUESTIONS.items()},
            picture=(picture.content_type, await picture.read()),
            data=await data.read(),
            models=await (await client.get("/api/models")).json(),
            system=await (await client.get("/api/system")).json(),
            freed=(await client.post("/api/system/free", json={"models": False})).status,
        )


def _picture():
    data = io.BytesIO()
    PIL.Image.new("RGB", (32, 8), "blue").save(data, "PNG")
    return data.getvalue()


async def _until_the_end(socket, job):
    async for frame in socket:
        if frame.type is not WSMsgType.TEXT:
            continue
        yield (data := json.loads(frame.data))
        if data["type"] == "job" and data["job"]["state"] in ("done", "failed"):
            return


async def _answer(client, path):
    response = await client.get(path)
    return response.status, await response.json()


def test_the_job_is_done_and_its_picture_in_the_gallery(run):
    assert (run.job["state"], run.job["error"]) == ("done", None)
    (output,) = run.job["outputs"]
    assert (output["name"], output["node"]) == ("cats/cat_00001.png", "save")
    assert run.job["timings"]["body"]["turns"] == 3


def test_watchers_hear_of_the_workers_the_job_and_its_run(run):
    states = [data["job"]["state"] for data in run.told if data["type"] == "job"]
    assert states == ["queued", "running", "done"]
    workers = [data["workers"][0]["state"] for data in run.told if data["type"] == "workers"]
    assert workers.index("warming up") < workers.index("idle") < workers.index("busy")
    events = [data["event"]["event"] for data in run.told if data["type"] == "event"]
    assert (events[0], events[-1]) == ("RunStarted", "RunFinished")
    numbers = [data["n"] for data in run.told if "n" in data]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_value_is_described_and_shown(run):
    status, about = run.answers["loaded"]
    assert status == 200
    assert about["shape"] == [1, 8, 32, 3]
    kind, data = run.picture
    assert kind in ("image/webp", "image/jpeg")
    assert max(PIL.Image.open(io.BytesIO(data)).size) == 16


def test_the_numbers_of_a_value_are_given_area_by_area(run):
    numbers = np.load(io.BytesIO(run.data), allow_pickle=False)
    assert (numbers.shape, numbers.dtype) == ((1, 1, 3, 3), np.float32)
    assert numbers[0, 0, 0].tolist() == [0.0, 0.0, 1.0]


def test_one_item_of_a_list_can_be_looked_at(run):
    status, about = run.answers["item"]
    assert (status, about["kind"], about["text"]) == (200, "number", "7")


def test_every_turn_of_a_zone_can_be_looked_at(run):
    assert run.answers["turns"][0] == 200
    assert "body" in json.dumps(run.answers["turns"][1])
    status, about = run.answers["turn"]
    assert status == 200
    assert "7" in json.dumps(about)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("no turn", 404),
        ("no output", 404),
        ("inside", 404),
        ("no picture", 404),
        ("too large", 400),
        ("no item", 404),
        ("no data", 404),
        ("no window", 400),
        ("outside", 404),
    ],
)
def test_what_is_not_kept_or_makes_no_sense_is_said_in_words(run, name, status):
    found, answer = run.answers[name]
    assert found == status
    assert answer["error"]["message"]


def test_models_are_listed_once_a_worker_is_ready(run):
    assert run.early == (503, "no worker is ready yet; ask again when one is idle")
    assert "critters" in [model["name"] for model in run.models["models"]]


def test_the_engine_tells_of_its_worker_and_its_jobs(run):
    assert run.system["state"] == "ready"
    assert run.system["jobs"] == {"done": 1}
    (worker,) = run.system["workers"]
    assert worker["memory"]["process"] > 0
    assert run.freed == 204
