import pytest

from nodegraph.engine.web.comfy import models
from nodegraph.engine.web.comfy.routes import COMFY
from nodegraph.engine.web.guard import Guard
from tests.nodegraph.engine.comfying import PROMPT, ask, get, post
from tests.nodegraph.engine.serving import BEARER, TOKEN, exchange

HOST = "Host: 127.0.0.1:1"


def test_classes_are_told_one_and_all(tmp_path):
    async def question(engine, client):
        every = await get(client, "/object_info")
        assert await get(client, "/object_info/KSampler") == {"KSampler": every["KSampler"]}
        assert await get(client, "/object_info/WarpDrive") == {}

    ask(tmp_path, question)


def test_models_are_listed_by_kind(tmp_path):
    async def question(engine, client):
        assert {"checkpoints", "loras", "vae"} <= set(await get(client, "/models"))
        assert await get(client, "/models/checkpoints") == ["critters"]
        assert await get(client, "/api/models/checkpoints") == ["critters"]
        assert await get(client, "/models/loras") == []
        assert (await client.get("/models/warps")).status == 404

    ask(tmp_path, question)


def test_files_that_a_worker_has_told_of_are_listed_by_kind(tmp_path, monkeypatch):
    kinds = {"checkpoints": ["/m/a.safetensors"], "loras": ["/m/hat.safetensors"]}
    kinds["embeddings"] = ["/m/word.safetensors"]

    async def question(engine, client):
        monkeypatch.setitem(models._told, engine, kinds)
        assert await get(client, "/models/checkpoints") == ["critters", "/m/a.safetensors"]
        assert await get(client, "/models/loras") == ["/m/hat.safetensors"]
        assert await get(client, "/embeddings") == ["word"]
        told = (await get(client, "/object_info/LoraLoader"))["LoraLoader"]
        assert told["input"]["required"]["lora_name"][0] == ["/m/hat.safetensors"]

    ask(tmp_path, question)


def test_the_machine_is_told_of(tmp_path):
    async def question(engine, client):
        found = await get(client, "/system_stats")
        assert found["system"]["comfyui_version"]
        assert found["system"]["ram_total"] > found["system"]["ram_free"] > 0
        assert found["devices"] == []
        assert (await get(client, "/features"))["max_upload_size"] == engine.settings.body
        assert (await client.post("/free", json={"unload_models": True})).status == 200
        assert (await client.post("/free")).status == 200

    ask(tmp_path, question)


# Who may ask


def test_where_both_have_a_route_ours_answers_and_wants_its_token(tmp_path):
    async def question(engine, client):
        assert (await client.get("/api/models")).status == 401
        assert (await client.get("/api/jobs")).status == 401
        answer = await client.get("/api/models", headers=BEARER)
        assert "no worker" in (await answer.json())["error"]["message"]

    ask(tmp_path, question)


def test_without_being_asked_for_there_are_no_such_routes(tmp_path):
    from nodegraph.engine.web.app import ROUTES

    async def question(engine, client):
        for path in ("/prompt", "/queue", "/api/prompt", "/ws"):
            assert (await client.get(path, headers=BEARER)).status == 404

    ask(tmp_path, question, routes=ROUTES)


@pytest.mark.parametrize(
    "guard", [Guard(TOKEN, chosen=True), Guard(TOKEN, host="0.0.0.0", chosen=True)]
)
def test_a_token_that_was_chosen_is_wanted_on_every_route(tmp_path, guard):
    async def question(engine, client):
        for route in COMFY:
            path = route.path.replace("{", "").replace("}", "")
            assert (await client.request(route.method, path)).status == 401, route.path
        assert (await client.get("/prompt", headers=BEARER)).status == 200
        async with client.ws_connect(f"/ws?clientId=me&token={TOKEN}") as socket:
            assert (await socket.receive_json())["type"] == "status"

    ask(tmp_path, question, guard=guard)


@pytest.mark.parametrize(
    "headers",
    [
        "Host: evil.example",
        f"{HOST}\nOrigin: http://evil.example",
        f"{HOST}\nOrigin: null",
        f"{HOST}\nSec-Fetch-Site: cross-site",
        "Host: 127.0.0.1.evil.example",
    ],
)
def test_pages_of_other_sites_are_refused_token_or_not(tmp_path, headers):
    async def question(engine, client):
        for route in COMFY:
            path = route.path.replace("{", "").replace("}", "")
            upgrade = "\nUpgrade: websocket\nConnection: upgrade" if path.endswith("ws") else ""
            line = f"{route.method} {path} HTTP/1.1\n{headers}{upgrade}"
            assert (await exchange(client, line))[0] == 403, route.path

    ask(tmp_path, question)


def test_odd_bodies_are_answered_with_a_sentence(tmp_path):
    async def question(engine, client):
        for path in ("/queue", "/history", "/interrupt", "/free"):
            for data in (b"{", b"[]", b"\xff", b"[" * 1000):
                response = await client.post(path, data=data)
                assert response.status in (400, 422)
                assert (await response.json())["error"]["message"]
            await post(client, path, delete="all", clear=0, prompt_id=[1])
        assert (await client.post("/prompt", json={"prompt": PROMPT})).status == 200

    ask(tmp_path, question)
