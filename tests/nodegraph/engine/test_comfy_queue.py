from nodegraph.engine.messages import Finished
from tests.nodegraph.engine.comfying import PROMPT, ask, begin, end, get, post, queue, run
from tests.nodegraph.engine.serving import NUMBERS, TOKEN

SAVED = [("save_2", "deep/cat_00001.png")]
IMAGES = [{"filename": "cat_00001.png", "subfolder": "deep", "type": "output"}]


def test_the_queue_shows_what_runs_and_what_waits(tmp_path):
    async def question(engine, client):
        ids = [await queue(client, client_id="me", extra_data={"mine": 1}) for _ in range(3)]
        await begin(engine)
        found = await get(client, "/queue")
        extra = {"mine": 1, "client_id": "me"}
        assert found["queue_running"] == [[1, ids[0], PROMPT, extra, ["2"]]]
        assert [item[1] for item in found["queue_pending"]] == ids[1:]

    ask(tmp_path, question)


def test_prompts_are_taken_out_of_the_queue(tmp_path):
    async def question(engine, client):
        ids = [await queue(client) for _ in range(4)]
        job = await begin(engine)
        await post(client, "/queue", delete=[ids[0], ids[2], "nobody"])
        assert [item[1] for item in (await get(client, "/queue"))["queue_pending"]] == [
            ids[1],
            ids[3],
        ]
        await post(client, "/queue", clear=True)
        assert (await get(client, "/queue"))["queue_pending"] == []
        assert engine.store.job(job.id).state == "running"
        assert await get(client, "/history") == {}

    ask(tmp_path, question)


def test_other_jobs_are_let_be(tmp_path):
    async def question(engine, client):
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        body = {"workflow": NUMBERS, "title": "ComfyUI prompt x"}
        response = await client.post("/api/jobs", json=body, headers=bearer)
        (job,) = (await response.json())["jobs"]
        await post(client, "/queue", clear=True)
        await post(client, "/interrupt")
        assert engine.store.job(job["id"]).state == "queued"
        assert await get(client, "/queue") == {"queue_running": [], "queue_pending": []}
        await run(engine)
        await post(client, "/history", clear=True)
        assert engine.store.job(job["id"]).state == "done"

    ask(tmp_path, question)


def test_a_running_prompt_is_interrupted_by_its_id_or_without(tmp_path):
    async def question(engine, client):
        one, _ = await queue(client), await queue(client)
        running, waiting = await begin(engine), engine.store.jobs().jobs[0]

        await post(client, "/interrupt", prompt_id="another")
        await post(client, "/interrupt", prompt_id=one)
        finished = Finished(running.id, "cancelled")
        engine.store.end(running.id, finished, ()).result()
        history = (await get(client, f"/history/{one}"))[one]
        assert history["status"]["status_str"] == "error"
        assert history["status"]["messages"][-1][0] == "execution_interrupted"
        assert engine.store.job(waiting.id).state == "queued"
        assert (await client.post("/interrupt")).status == 200

    ask(tmp_path, question)


def test_the_history_tells_what_was_made_and_how_it_went(tmp_path):
    async def question(engine, client):
        id = await queue(client, client_id="me")
        assert await get(client, f"/history/{id}") == {}
        timings = {
            name: {"seconds": 0, "turns": 1, "cached": name == "load_1"}
            for name in ("load_1", "save_2")
        }
        await run(engine, files=SAVED, timings=timings)
        entry = (await get(client, f"/history/{id}"))[id]
        assert entry["prompt"] == [1, id, PROMPT, {"client_id": "me"}, ["2"]]
        assert entry["outputs"] == {"2": {"images": IMAGES}}
        assert (entry["status"]["status_str"], entry["status"]["completed"]) == ("success", True)
        names = [name for name, _ in entry["status"]["messages"]]
        assert names == ["execution_start", "execution_cached", "execution_success"]
        assert entry["status"]["messages"][1][1]["nodes"] == ["1"]
        assert entry["meta"]["2"]["real_node_id"] == "2"

    ask(tmp_path, question)


def test_a_failure_names_comfyuis_node(tmp_path):
    async def question(engine, client):
        id = await queue(client)
        await run(engine, state="failed", blame="save_2")
        entry = (await get(client, f"/history/{id}"))[id]
        name, data = entry["status"]["messages"][-1]
        assert (name, entry["status"]["status_str"]) == ("execution_error", "error")
        assert (data["node_id"], data["node_type"]) == ("2", "SaveImage")
        assert data["exception_message"] == "the node is tired; let it rest"

    ask(tmp_path, question)


def test_the_history_is_given_in_parts_the_newest_last(tmp_path):
    async def question(engine, client):
        ids = []
        for _ in range(4):
            ids.append(await queue(client))
            await run(engine)
        assert list(await get(client, "/history")) == ids
        assert list(await get(client, "/history?max_items=2")) == ids[2:]
        assert list(await get(client, "/history?max_items=2&offset=1")) == ids[1:3]
        assert list(await get(client, "/history?max_items=-1")) == ids

    ask(tmp_path, question)


def test_the_history_is_forgotten_and_pictures_stay(tmp_path):
    async def question(engine, client):
        ids = []
        for _ in range(3):
            ids.append(await queue(client))
            await run(engine, files=SAVED)
        waiting = await queue(client)
        await post(client, "/history", delete=[ids[1], waiting, "nobody"])
        assert list(await get(client, "/history")) == [ids[0], ids[2]]
        await post(client, "/history", clear=True)
        assert await get(client, "/history") == {}
        assert (tmp_path / "outputs" / "deep" / "cat_00002.png").is_file()
        assert await get(client, "/prompt") == {"exec_info": {"queue_remaining": 1}}

    ask(tmp_path, question)


def test_prompts_outlive_the_engine(tmp_path):
    ids = []

    async def before(engine, client):
        ids.extend([await queue(client), await queue(client)])
        await run(engine, files=SAVED)

    async def after(engine, client):
        assert (await get(client, f"/history/{ids[0]}"))[ids[0]]["outputs"]["2"]["images"] == IMAGES
        assert [item[1] for item in (await get(client, "/queue"))["queue_pending"]] == ids[1:]
        await end(engine, await begin(engine))

    ask(tmp_path, before)
    ask(tmp_path, after)
