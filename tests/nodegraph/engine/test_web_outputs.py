import asyncio
import io
import uuid

import PIL.Image
import pytest

from nodegraph.engine.jobs import Accepted
from nodegraph.engine.messages import Finished
from nodegraph.record import encode_picture
from tests.nodegraph.engine.serving import NUMBERS, message, within


async def finished(engine, name="cat_00001.png", size=(64, 32)):
    """Let a job have saved a picture; returns the job."""
    id = uuid.uuid4().hex
    accepted = Accepted(id, id, "cats", "{}", "{}", {})
    await asyncio.wrap_future(engine.store.accept([accepted]))
    (job,) = await asyncio.wrap_future(engine.store.take("cpu"))
    folder = engine.gallery.begin(job)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    picture = PIL.Image.new("RGB", size, "red")
    (folder / name).write_bytes(encode_picture(picture, "png", 90, {"workflow": NUMBERS}))
    saved = engine.gallery.measure(job, [("save", name)])
    job = await asyncio.wrap_future(engine.store.end(id, Finished(id, "done"), saved))
    engine.gallery.publish(id)
    return job


def test_outputs_are_listed_newest_first_a_page_at_a_time(tmp_path):
    async def ask(engine, client):
        jobs = [await finished(engine) for _ in range(3)]
        page = await (await client.get("/api/outputs?limit=2")).json()
        assert page["total"] == 3
        assert [one["job"] for one in page["outputs"]] == [jobs[2].id, jobs[1].id]
        rest = await (await client.get("/api/outputs?limit=2&offset=2")).json()
        assert [one["job"] for one in rest["outputs"]] == [jobs[0].id]
        of_one = await (await client.get(f"/api/outputs?job={jobs[1].id}")).json()
        assert of_one["total"] == 1

    within(tmp_path, ask)


def test_an_output_gives_its_file_its_thumbnail_and_its_workflow(tmp_path):
    async def ask(engine, client):
        (output,) = (await finished(engine)).outputs
        about = await (await client.get(f"/api/outputs/{output.id}")).json()
        assert (about["width"], about["height"], about["node"]) == (64, 32, "save")
        file = await client.get(f"/api/outputs/{output.id}/file")
        assert file.content_type == "image/png"
        assert len(await file.read()) == about["size"]
        small = await (await client.get(f"/api/outputs/{output.id}/thumbnail?side=16")).read()
        assert PIL.Image.open(io.BytesIO(small)).size == (16, 8)
        recipe = await (await client.get(f"/api/outputs/{output.id}/workflow")).json()
        assert recipe == NUMBERS

    within(tmp_path, ask)


def test_a_part_of_a_file_can_be_asked_for(tmp_path):
    async def ask(engine, client):
        (output,) = (await finished(engine)).outputs
        part = await client.get(f"/api/outputs/{output.id}/file", headers={"Range": "bytes=1-3"})
        return part.status, await part.read()

    assert within(tmp_path, ask) == (206, b"PNG")


def test_a_deleted_output_is_gone_and_watchers_are_told(tmp_path):
    async def ask(engine, client):
        (output,) = (await finished(engine)).outputs
        path = engine.gallery.path(output.id)
        reader = engine.feed.reader()
        assert (await client.delete(f"/api/outputs/{output.id}")).status == 204
        assert not path.exists()
        assert (await client.get(f"/api/outputs/{output.id}")).status == 404
        assert '"outputs"' in (await reader.next()).entries[0].text

    within(tmp_path, ask)


def test_the_index_is_made_anew_from_the_files(tmp_path):
    async def ask(engine, client):
        await finished(engine)
        PIL.Image.new("RGB", (8, 8)).save(tmp_path / "outputs" / "found.png")
        assert (await client.post("/api/outputs/rebuild")).status == 204
        page = await (await client.get("/api/outputs")).json()
        assert "found.png" in [one["name"] for one in page["outputs"]]

    within(tmp_path, ask)


@pytest.mark.parametrize("side", ["0", "15", "1025", "-1", "many", "1e3"])
def test_a_thumbnail_has_a_size_that_is_allowed(tmp_path, side):
    async def ask(engine, client):
        return (await client.get(f"/api/outputs/1/thumbnail?side={side}")).status

    assert within(tmp_path, ask) == 400


@pytest.mark.parametrize(
    "id", ["..%2F..%2Fetc%2Fpasswd", "%2e%2e", "-1", "1.0", "9" * 30, "%00", "\u0661", "1%2F..%2F2"]
)
def test_an_output_is_asked_for_by_number_and_by_nothing_else(tmp_path, id):
    async def ask(engine, client):
        await finished(engine)
        return (await client.get(f"/api/outputs/{id}/file")).status

    assert within(tmp_path, ask) == 404


@pytest.mark.parametrize("what", ["file", "thumbnail", "workflow"])
def test_an_output_that_became_a_link_leads_nowhere(tmp_path, what):
    secret = tmp_path / "secret.png"
    secret.write_bytes(encode_picture(PIL.Image.new("RGB", (8, 8)), "png", 90, {"workflow": {}}))

    async def ask(engine, client):
        (output,) = (await finished(engine)).outputs
        path = engine.gallery.path(output.id)
        path.unlink()
        path.symlink_to(secret)
        response = await client.get(f"/api/outputs/{output.id}/{what}")
        assert response.status == 400
        assert "leads out" in await message(response)

    within(tmp_path / "data", ask)


def test_a_picture_without_a_record_says_so(tmp_path):
    async def ask(engine, client):
        (output,) = (await finished(engine)).outputs
        PIL.Image.new("RGB", (8, 8)).save(engine.gallery.path(output.id))
        response = await client.get(f"/api/outputs/{output.id}/workflow")
        assert response.status == 422
        assert "carries no Nodegraph workflow" in await message(response)

    within(tmp_path, ask)
