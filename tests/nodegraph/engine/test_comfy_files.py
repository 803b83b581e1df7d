import io
import json

import pytest
from aiohttp import FormData
from PIL import Image

from tests.nodegraph.engine.comfying import ask, get, picture, post, queue, run


def form(data=b"", name="dog.png", **fields):
    """A form as scripts send it: what is said of the file comes first."""
    made = FormData()
    for key, value in fields.items():
        made.add_field(key, value)
    made.add_field("image", data or picture(), filename=name, content_type="image/png")
    return made


async def upload(client, status=200, path="/upload/image", **fields):
    response = await client.post(path, data=form(**fields))
    assert response.status == status, await response.text()
    return await response.json()


async def view(client, status=200, **query):
    response = await client.get("/view", params=query)
    assert response.status == status, await response.text()
    return response, await response.read()


def opened(data):
    return Image.open(io.BytesIO(data))


# Sending


def test_a_picture_is_sent_listed_loaded_and_seen(tmp_path):
    async def question(engine, client):
        assert await upload(client) == {"name": "dog.png", "subfolder": "", "type": "input"}
        told = await get(client, "/object_info/LoadImage")
        listed = told["LoadImage"]["input"]["required"]["image"][0]
        assert listed == ["cat.png", "dog.png"]
        prompt = {
            "1": {"class_type": "LoadImage", "inputs": {"image": "dog.png"}},
            "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
        }
        await queue(client, prompt)
        response, data = await view(client, filename="dog.png", type="input")
        assert data == picture()
        assert response.content_type == "image/png"

    ask(tmp_path, question)


def test_another_picture_of_a_name_gets_a_number_unless_it_shall_replace(tmp_path):
    async def question(engine, client):
        await upload(client)
        assert (await upload(client))["name"] == "dog.png"
        other = picture((0, 0, 250))
        assert (await upload(client, data=other))["name"] == "dog_00001.png"
        assert (await upload(client, data=other, overwrite="true"))["name"] == "dog.png"
        assert (tmp_path / "uploads" / "dog.png").read_bytes() == other

    ask(tmp_path, question)


def test_a_subfolder_is_part_of_the_name(tmp_path):
    async def question(engine, client):
        answer = await upload(client, subfolder="clip/space")
        assert answer == {"name": "dog.png", "subfolder": "clip/space", "type": "input"}
        await view(client, filename="dog.png", subfolder="clip/space", type="input")
        await view(client, filename="clip/space/dog.png [input]")
        prompt = {
            "1": {"class_type": "LoadImage", "inputs": {"image": "clip/space/dog.png [input]"}},
            "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
        }
        await queue(client, prompt)
        workflow = json.loads(engine.store.documents(engine.store.jobs().jobs[0].id)[1])
        assert workflow["nodes"]["load_1"]["params"] == {"path": "clip/space/dog.png"}

    ask(tmp_path, question)


def test_a_mask_becomes_the_transparency_of_its_picture(tmp_path):
    async def question(engine, client):
        mask = picture((0, 0, 0, 77), mode="RGBA")
        about = json.dumps({"filename": "cat.png", "type": "input"})
        answer = await upload(
            client, path="/upload/mask", data=mask, name="masked.png", original_ref=about
        )
        masked = opened((tmp_path / "uploads" / answer["name"]).read_bytes())
        assert masked.getpixel((3, 3)) == (250, 100, 0, 77)

    ask(tmp_path, question)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"original_ref": "{"}, 400),
        ({"original_ref": "[]"}, 400),
        ({}, 400),
        ({"original_ref": '{"filename": "gone.png", "type": "input"}'}, 404),
        ({"original_ref": '{"filename": "../engine.db", "type": "input"}'}, 400),
        ({"original_ref": '{"filename": "cat.png", "type": "input"}', "data": b"text"}, 400),
        ({"original_ref": '{"filename": "cat.png", "type": "input"}', "data": picture(size=(9, 9))},
         400),
    ],
)  # fmt: skip
def test_a_mask_without_its_picture_is_refused(tmp_path, fields, status):
    async def question(engine, client):
        await upload(client, status, path="/upload/mask", **fields)
        assert sorted(path.name for path in (tmp_path / "uploads").iterdir()) == ["cat.png"]

    ask(tmp_path, question)


ODD = ["../x.png", "..", "/etc/x.png", "a\\..\\..\\x.png", "con.png", "nul", ".x.png"]


@pytest.mark.parametrize("name", ODD)
def test_names_do_not_lead_out_of_the_uploads(tmp_path, name):
    async def question(engine, client):
        response = await client.post("/upload/image", data=form(name=name))
        assert response.status in (200, 400)
        inside = await client.post("/upload/image", data=form(subfolder=name))
        assert inside.status in (200, 400)
        outside = [path for path in tmp_path.rglob("*.png") if "uploads" not in path.parts]
        assert outside == []

    ask(tmp_path, question)


def test_a_link_does_not_lead_out_of_the_uploads(tmp_path):
    async def question(engine, client):
        (tmp_path / "secret.png").write_bytes(picture())
        (tmp_path / "uploads" / "away").symlink_to(tmp_path)
        (tmp_path / "uploads" / "secret.png").symlink_to(tmp_path / "secret.png")
        await upload(client, 400, subfolder="away")
        await upload(client, 400, subfolder="a\0b")
        await view(client, 400, filename="secret.png", type="input")
        await view(client, 400, filename="secret.png", subfolder="away", type="input")
        prompt = {
            "1": {"class_type": "LoadImage", "inputs": {"image": "secret.png"}},
            "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
        }
        await post(client, "/prompt", 400, prompt=prompt)

    ask(tmp_path, question)


def test_only_pictures_for_the_input_are_taken(tmp_path):
    async def question(engine, client):
        await upload(client, 400, type="output")
        assert (await client.post("/upload/image", data={"other": "x"})).status == 400
        assert (await client.post("/upload/image", data=b"x")).status == 400
        assert (await client.post("/upload/image", json={})).status == 400

    ask(tmp_path, question)


def test_what_is_too_large_is_refused(tmp_path):
    async def question(engine, client):
        response = await client.post("/upload/image", data=form(b"x" * 3000))
        assert response.status == 413
        assert (await client.post("/prompt", data=b"x" * 3000)).status == 413

    ask(tmp_path, question, body=2000)


# Seeing


def test_outputs_are_seen_by_name_and_subfolder(tmp_path):
    async def question(engine, client):
        id = await queue(client)
        await run(engine, files=[("save_2", "deep/cat_00001.png")])
        outputs = (await get(client, f"/history/{id}"))[id]["outputs"]
        (place,) = outputs["2"]["images"]
        response, data = await view(client, **place)
        assert (response.content_type, data) == ("image/png", picture())

    ask(tmp_path, question)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ({"preview": "webp;90"}, "webp"),
        ({"preview": "jpeg"}, "jpeg"),
        ({"preview": "webp;9999"}, "png"),
        ({"channel": "rgb"}, "png"),
        ({"channel": "a"}, "png"),
        ({"preview": "gif;90"}, "png"),
    ],
)
def test_a_picture_is_given_in_another_form(tmp_path, query, kind):
    async def question(engine, client):
        response, data = await view(client, filename="cat.png", type="input", **query)
        assert response.content_type == f"image/{kind}"
        assert (opened(data).format, opened(data).size) == (kind.upper(), (16, 8))

    ask(tmp_path, question)


def test_channels_are_taken_apart(tmp_path):
    async def question(engine, client):
        (tmp_path / "uploads" / "veil.png").write_bytes(picture((9, 8, 7, 50), mode="RGBA"))
        _, data = await view(client, filename="veil.png", type="input", channel="rgb")
        assert opened(data).getpixel((0, 0)) == (9, 8, 7)
        _, data = await view(client, filename="veil.png", type="input", channel="a")
        assert opened(data).getpixel((0, 0)) == (0, 0, 0, 50)

    ask(tmp_path, question)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 404),
        ({"filename": "gone.png"}, 404),
        ({"filename": "../engine.db"}, 400),
        ({"filename": "/etc/passwd"}, 400),
        ({"filename": "passwd", "subfolder": "/etc"}, 404),
        ({"filename": "engine.db", "subfolder": ".."}, 400),
        ({"filename": "a\0b"}, 400),
        ({"filename": "cat.png", "type": "models"}, 400),
        ({"filename": "cat.png", "type": "temp"}, 404),
        ({"filename": f"{'0' * 32}-9.webp", "type": "temp"}, 404),
    ],
)
def test_what_may_not_be_seen_is_refused(tmp_path, query, status):
    async def question(engine, client):
        await view(client, status, **query)

    ask(tmp_path, question)


def test_what_is_no_picture_is_not_turned_into_one(tmp_path):
    async def question(engine, client):
        (tmp_path / "uploads" / "page.html").write_text("<script>")
        response, _ = await view(client, filename="page.html", type="input")
        assert response.content_type == "application/octet-stream"
        await view(client, 422, filename="page.html", type="input", preview="webp")

    ask(tmp_path, question)


def test_a_preview_that_is_not_kept_says_so(tmp_path):
    async def question(engine, client):
        prompt = {
            "1": {"class_type": "LoadImage", "inputs": {"image": "cat.png"}},
            "1:2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
        }
        id = await queue(client, prompt)
        await run(engine)
        (place,) = (await get(client, f"/history/{id}"))[id]["outputs"]["1:2"]["images"]
        assert place["type"] == "temp"
        _, data = await view(client, 404, **place)
        assert "run the job again" in json.loads(data)["error"]["message"]

    ask(tmp_path, question)
