import json

import pytest

from nodegraph.comfy.site import Site
from nodegraph.engine.web.comfy import intake
from nodegraph.engine.web.comfy.asked import loads, read
from nodegraph.errors import PlanError, Problem
from nodegraph.workflow import catalogue
from tests.nodegraph.engine.comfying import PROMPT, ask, get, post, queue


def test_a_prompt_is_a_job_of_ours_that_remembers_what_was_asked(tmp_path):
    async def question(engine, client):
        answer = await post(client, "/prompt", prompt=PROMPT, client_id="me")
        assert (answer["number"], answer["node_errors"]) == (1, {})
        (job,) = engine.store.jobs().jobs
        assert job.title == f"ComfyUI prompt {answer['prompt_id']}"
        assert job.targets == ("save_2",)
        workflow = json.loads(engine.store.documents(job.id)[1])
        assert workflow["nodes"]["load_1"]["params"] == {"path": "cat.png"}
        asked = loads(workflow["extra"]["comfyui"])
        assert (asked.prompt, asked.client_id, asked.outputs) == (PROMPT, "me", ("2",))
        assert await get(client, "/prompt") == {"exec_info": {"queue_remaining": 1}}

    ask(tmp_path, question)


def test_every_route_is_under_api_too(tmp_path):
    async def question(engine, client):
        for path in ("prompt", "queue", "history", "features", "embeddings", "object_info"):
            assert await get(client, f"/api/{path}") == await get(client, f"/{path}")

    ask(tmp_path, question)


def test_a_prompts_own_id_is_kept_and_makes_one_job(tmp_path):
    async def question(engine, client):
        assert await queue(client, prompt_id="my own / id") == "my own / id"
        assert await queue(client, prompt_id="my own / id") == "my own / id"
        assert engine.store.jobs().total == 1

    ask(tmp_path, question)


@pytest.mark.parametrize(
    ("more", "number"),
    [({}, 3), ({"front": True}, -3), ({"number": -7}, -7), ({"number": 2.5}, 2.5)],
)
def test_a_prompt_has_its_place_in_the_queue(tmp_path, more, number):
    async def question(engine, client):
        await queue(client)
        await queue(client)
        answer = await post(client, "/prompt", prompt=PROMPT, **more)
        assert answer["number"] == number
        pending = (await get(client, "/queue"))["queue_pending"]
        assert [item[0] for item in pending] == ([number, 1, 2] if number < 0 else [1, 2, number])

    ask(tmp_path, question)


def test_what_is_no_prompt_is_refused_in_comfyuis_shape(tmp_path):
    async def question(engine, client):
        async def refused(data):
            response = await client.post("/prompt", data=data)
            answer = await response.json()
            assert response.status == 400
            assert set(answer["error"]) == {"type", "message", "details", "extra_info"}
            return answer["error"]["type"]

        assert await refused(b"no json") == "invalid_prompt"
        assert await refused(b"") == "invalid_prompt"
        assert await refused(b"[1]") == "no_prompt"
        assert await refused(b'{"prompt": {}}') == "prompt_no_outputs"
        assert await refused(b'{"prompt": {"1": 2}}') == "invalid_prompt"
        assert await refused(b'{"prompt": {"1": {"class_type": "Warp"}}}') == "invalid_prompt"
        assert await refused(b'{"prompt": {}, "number": "x"}') == "invalid_prompt"
        assert await refused(b'{"prompt": {}, "number": NaN}') == "invalid_prompt"
        assert await refused(b'{"prompt": {}, "prompt_id": []}') == "invalid_prompt"
        assert engine.store.jobs().total == 0

    ask(tmp_path, question)


def test_errors_are_said_by_node(tmp_path):
    async def question(engine, client):
        prompt = PROMPT | {"1": {"class_type": "LoadImage", "inputs": {"image": "gone.png"}}}
        answer = await post(client, "/prompt", 400, prompt=prompt)
        assert answer["error"]["type"] == "prompt_outputs_failed_validation"
        assert answer["node_errors"]["1"]["dependent_outputs"] == ["2"]
        assert answer["node_errors"]["1"]["errors"][0]["extra_info"]["input_name"] == "image"

    ask(tmp_path, question)


def test_what_only_our_plan_finds_wrong_is_said_by_their_node():
    site = Site(catalogue(), find_picture=lambda name: name)
    made = intake.attempt(read(json.dumps({"prompt": PROMPT}).encode()), site)
    problems = [Problem("$.nodes.load_1.params.path", "there is no file", "load_1", "path")]
    answer = intake.in_their_words(PlanError(problems), made).to_json()
    assert answer["error"]["type"] == "prompt_outputs_failed_validation"
    assert answer["node_errors"]["1"]["class_type"] == "LoadImage"
    assert answer["node_errors"]["1"]["errors"][0]["message"] == "there is no file"


def test_good_outputs_are_queued_and_bad_ones_said(tmp_path):
    async def question(engine, client):
        bad = {"class_type": "PreviewImage", "inputs": {"images": ["9", 0]}}
        answer = await post(client, "/prompt", prompt=PROMPT | {"3": bad})
        assert answer["node_errors"]["3"]["errors"][0]["type"] == "bad_linked_input"
        (item,) = (await get(client, "/queue"))["queue_pending"]
        assert item[4] == ["2"]

    ask(tmp_path, question)


def test_only_the_outputs_asked_for_run(tmp_path):
    async def question(engine, client):
        more = {"3": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}
        await queue(client, PROMPT | more, partial_execution_targets=["3"])
        (job,) = engine.store.jobs().jobs
        assert job.targets == ("preview_3",)

    ask(tmp_path, question)


def test_secrets_in_what_comes_along_are_not_kept():
    extra = {"api_key_comfy_org": "s", "auth_token_comfy_org": "s", "extra_pnginfo": {"a": 1}}
    asked = read(json.dumps({"prompt": {}, "extra_data": extra}).encode())
    assert asked.extra_data == {"extra_pnginfo": {"a": 1}}


def test_nan_comes_back_as_it_was_sent(tmp_path):
    async def question(engine, client):
        data = json.dumps({"prompt": PROMPT}).replace('"inputs"', '"is_changed": [NaN], "inputs"')
        response = await client.post("/prompt", data=data)
        assert response.status == 200
        assert "NaN" in await (await client.get("/queue")).text()

    ask(tmp_path, question)


def test_a_model_that_is_not_known_yet_is_waited_for_and_not_denied(tmp_path):
    async def question(engine, client):
        prompt = PROMPT | {
            "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dreams"}},
            "5": {"class_type": "VAEEncode", "inputs": {"pixels": ["1", 0], "vae": ["4", 2]}},
            "6": {"class_type": "VAEDecode", "inputs": {"samples": ["5", 0], "vae": ["4", 2]}},
            "7": {"class_type": "PreviewImage", "inputs": {"images": ["6", 0]}},
        }
        answer = await post(client, "/prompt", 400, prompt=prompt)
        assert answer["error"]["type"] == "models_unknown"
        assert engine.store.jobs().total == 0

    ask(tmp_path, question, patience=0.01)
