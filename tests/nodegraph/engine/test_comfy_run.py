"""A script of the kind that drives ComfyUI's server, against an engine with the embedded model."""

import asyncio
import io
import json
import signal
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from aiohttp import ClientSession, WSMsgType
from PIL import Image

from tests.nodegraph.comfy.prompts import text_to_picture
from tests.nodegraph.programs import launch

PROMPT = text_to_picture("a red fox", "euler", "normal") | {
    "10": {"class_type": "PreviewImage", "inputs": {"images": ["8", 0]}}
}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """An engine as a process of its own."""
    data = tmp_path_factory.mktemp("data")
    process = launch("serve", "--comfy-api", "--data", data)
    yield json.loads(process.stdout.readline())["url"]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def fetch(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data), timeout=60) as response:
        return response.read()


async def drive(url, prompt):
    """Post a prompt and listen until nothing of it runs; return its id and what was told."""
    async with ClientSession() as session, session.ws_connect(f"{url}/ws?clientId=script") as ws:
        answer = await asyncio.to_thread(
            fetch, f"{url}/prompt", {"prompt": prompt, "client_id": "script"}
        )
        id, told = json.loads(answer)["prompt_id"], []
        while ("executing", None) not in told:
            message = await ws.receive(timeout=120)
            if message.type is WSMsgType.TEXT:
                frame = json.loads(message.data)
                told.append((frame["type"], frame["data"].get("node")))
        return id, told


@pytest.mark.slow
def test_a_script_for_comfyui_gets_its_picture_here(url):
    id, told = asyncio.run(drive(url, PROMPT))
    executing = [node for kind, node in told if kind == "executing"]
    assert set(executing[:-1]) == {"3", "4", "6", "7", "8", "9", "10"}
    assert ("progress", "3") in told
    entry = json.loads(fetch(f"{url}/history/{id}"))[id]
    assert entry["status"]["status_str"] == "success"
    for node in ("9", "10"):
        (place,) = entry["outputs"][node]["images"]
        data = fetch(f"{url}/api/view?{urlencode(place)}")
        assert Image.open(io.BytesIO(data)).size == (64, 64)


@pytest.mark.slow
def test_what_is_made_already_is_told_as_cached(url):
    asyncio.run(drive(url, PROMPT))
    id, told = asyncio.run(drive(url, PROMPT | {"5": PROMPT["5"]}))
    assert ("execution_cached", None) in told
    entry = json.loads(fetch(f"{url}/history/{id}"))[id]
    assert "8" in entry["status"]["messages"][1][1]["nodes"]
    assert entry["outputs"]["9"]["images"]


@pytest.mark.slow
def test_a_run_that_fails_names_the_scripts_own_node(url):
    huge = {"width": 16384, "height": 16384, "batch_size": 4096}
    prompt = PROMPT | {"5": {"class_type": "EmptyLatentImage", "inputs": huge}}
    id, told = asyncio.run(drive(url, prompt))
    assert "execution_error" in [kind for kind, _ in told]
    kind, data = json.loads(fetch(f"{url}/history/{id}"))[id]["status"]["messages"][-1]
    assert (kind, data["node_id"], data["node_type"]) == ("execution_error", "3", "KSampler")
    assert data["exception_message"].startswith("node 3 (KSampler) failed: noise of shape")


@pytest.mark.slow
def test_a_prompt_that_cannot_run_is_refused_at_once(url):
    wrong = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd_xl.safetensors"}}
    with pytest.raises(HTTPError) as error:
        fetch(f"{url}/prompt", {"prompt": PROMPT | {"4": wrong}})
    answer = json.loads(error.value.read())
    assert answer["node_errors"]["4"]["errors"][0]["type"] == "value_not_in_list"
