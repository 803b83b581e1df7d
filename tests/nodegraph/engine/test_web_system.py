import asyncio

from nodegraph import __version__, catalogue
from nodegraph.registry import load_packs
from nodegraph.workflow import catalogue as known
from tests.nodegraph.engine.serving import NUMBERS, message, within


def test_the_catalogue_is_all_that_an_editor_needs_and_is_sent_once(tmp_path):
    async def ask(engine, client):
        first = await client.get("/api/nodes")
        tag = first.headers["ETag"]
        again = await client.get("/api/nodes", headers={"If-None-Match": tag})
        other = await client.get("/api/nodes", headers={"If-None-Match": '"other"'})
        assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", tag)
        assert other.status == 200
        return await first.json()

    load_packs()
    assert catalogue.from_json(within(tmp_path, ask)) == dict(known())


def test_before_a_worker_is_ready_the_engine_is_warming_up(tmp_path):
    async def ask(engine, client):
        return await (await client.get("/api/system")).json()

    system = within(tmp_path, ask)
    assert system["state"] == "warming up"
    assert system["version"] == __version__
    assert system["data"] == str(tmp_path)
    assert system["jobs"] == {}


def test_what_goes_wrong_in_here_is_said_without_details(tmp_path, capfd):
    async def ask(engine, client):
        engine.store.counts = lambda: 1 / 0
        response = await client.get("/api/system")
        return response.status, await message(response)

    status, said = within(tmp_path, ask)
    assert status == 500
    assert said == "the engine stumbled over ZeroDivisionError; its log on stderr says where"
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_full_disk_is_said_in_words(tmp_path):
    async def ask(engine, client):
        await asyncio.wrap_future(engine.store.write(lambda db: fill(db)))
        note = {"nodegraph": 1, "nodes": NUMBERS["nodes"], "extra": {"note": "x" * 2**19}}
        response = await client.post("/api/jobs", json={"workflow": note})
        assert response.status == 507
        assert "free some space" in await message(response)
        assert (await (await client.get("/api/jobs")).json())["total"] == 0

    def fill(db):
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")

    within(tmp_path, ask)


def test_an_address_or_a_method_that_means_nothing_is_answered_in_words(tmp_path):
    async def ask(engine, client):
        nothing, wrong = await client.get("/api/nothing"), await client.put("/api/system")
        assert (nothing.status, wrong.status) == (404, 405)
        assert "openapi.json" in await message(nothing)
        assert wrong.headers["Allow"] == "GET"

    within(tmp_path, ask)
