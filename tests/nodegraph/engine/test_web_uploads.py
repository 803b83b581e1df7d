import asyncio
import io
import json
import struct
import zlib

import PIL.Image
import pytest
from aiohttp import FormData

from tests.nodegraph.engine.serving import TOKEN, connection, exchange, message, within


def picture(width=4, height=3):
    data = io.BytesIO()
    PIL.Image.new("RGB", (width, height)).save(data, "PNG")
    return data.getvalue()


def bomb(width, height):
    """Return a PNG that says it is huge, and is not."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


async def send(client, name, data):
    form = FormData(quote_fields=False)
    form.add_field("file", data, filename=name, content_type="application/octet-stream")
    return await client.post("/api/uploads", data=form)


async def send_raw(client, disposition, data=b"data"):
    """Send a form whose field is described by these very words."""
    kind = "Content-Type: multipart/form-data; boundary=b"
    body = b"--b\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + data + b"\r\n--b--\r\n"
    request = (
        f"POST /api/uploads HTTP/1.1\nHost: localhost\nAuthorization: Bearer {TOKEN}\n"
        f"{kind}\nContent-Length: {len(body)}"
    )
    return await exchange(client, request, more=body)


async def until(condition):
    while not condition():
        await asyncio.sleep(0.01)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_kept_under_its_name_and_given_back(tmp_path):
    data = picture()

    async def ask(engine, client):
        response = await send(client, "cat.png", data)
        assert response.status == 201
        assert await response.json() == {"name": "cat.png", "size": len(data)}
        given = await client.get("/api/uploads/cat.png")
        assert (given.status, given.content_type) == (200, "image/png")
        assert await given.read() == data

    within(tmp_path, ask)


def test_another_file_of_that_name_gets_a_number_and_the_same_file_is_kept_once(tmp_path):
    async def ask(engine, client):
        sent = [picture(), picture(9), picture()]
        return [(await (await send(client, "cat.png", one)).json())["name"] for one in sent]

    first, second, third = within(tmp_path, ask)
    assert first == third == "cat.png"
    assert second.startswith("cat_0000")
    assert files(tmp_path / "uploads") == [first, second]


def test_what_is_no_picture_is_only_for_saving(tmp_path):
    async def ask(engine, client):
        await send(client, "page.html", b"<script>alert(1)</script>")
        return (await client.get("/api/uploads/page.html")).headers

    headers = within(tmp_path, ask)
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment"


NAMES = [
    "../evil.png",
    "../../evil.png",
    "a/../../evil.png",
    "/tmp/evil.png",
    "folder/evil.png",
    "..\\evil.png",
    "C:\\evil.png",
    "C:evil.png",
    "\\\\host\\share\\evil.png",
    "..",
    ".",
    ".hidden",
    "CON",
    "con.png",
    "NUL",
    "aux.txt",
    "COM1.png",
    "lpt9",
    "COM\u00b9.png",
    "CONIN$",
    "evil.png.",
    "evil.png ",
    "evil.png:stream",
    "evil\u0001.png",
    "x" * 300,
    "a|b.png",
    "what?.png",
    "cat.png.gz",
    "cat.png.BR",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_out_of_the_folder_or_means_something_else_elsewhere(tmp_path, name):
    async def ask(engine, client):
        before = files(tmp_path)
        plain = f'form-data; name="file"; filename="{name}"'.replace("\\", "\\\\")
        status, _, body = await send_raw(client, plain.encode())
        assert status == 400, body
        assert files(tmp_path) == before

    within(tmp_path / "data", ask)


@pytest.mark.parametrize(
    "disposition",
    [
        b"form-data; name=\"file\"; filename*=utf-8''..%2Fevil.png",
        b"form-data; name=\"file\"; filename*=utf-8''%2Ftmp%2Fevil.png",
        b"form-data; name=\"file\"; filename*=utf-8''evil%00.png",
        b'form-data; name="file"; filename="evil\x00.png"',
        b'form-data; name="file"; filename=""',
        b'form-data; name="file"',
        b'form-data; name="other"; filename="evil.png"',
        b"form-data",
        b"nonsense",
    ],
)
def test_encoded_names_and_forms_without_a_file_are_refused(tmp_path, disposition):
    async def ask(engine, client):
        before = files(tmp_path)
        status, _, _ = await send_raw(client, disposition)
        assert status == 400
        assert files(tmp_path) == before

    within(tmp_path / "data", ask)


@pytest.mark.parametrize(
    "path",
    [
        "..%2Fengine.db",
        "%2e%2e%2fengine.db",
        "..%5cengine.db",
        "%2Fetc%2Fpasswd",
        "..",
        "../engine.db",
        "a%2F..%2F..%2Fengine.db",
        "%00",
        "..%252Fengine.db",
        "%c0%ae%c0%ae%2fengine.db",
        "link.png",
        "folder",
        "CON",
    ],
)
def test_no_address_leads_out_of_the_folder(tmp_path, path):
    uploads = tmp_path / "uploads"
    (uploads / "folder").mkdir(parents=True)
    (tmp_path / "secret").write_text("secret")
    (uploads / "link.png").symlink_to(tmp_path / "secret")

    async def ask(engine, client):
        request = (
            f"GET /api/uploads/{path} HTTP/1.1\nHost: localhost\nAuthorization: Bearer {TOKEN}"
        )
        status, _, body = await exchange(client, request)
        assert status in (400, 404, 422), body
        assert "error" in json.loads(body)

    within(tmp_path, ask)


def test_a_link_is_never_written_through(tmp_path):
    (tmp_path / "uploads").mkdir()
    (tmp_path / "victim").write_text("as it was")
    (tmp_path / "uploads" / "cat.png").symlink_to(tmp_path / "victim")

    async def ask(engine, client):
        return await (await send(client, "cat.png", b"as it was")).json()

    assert within(tmp_path, ask)["name"] != "cat.png"
    assert (tmp_path / "victim").read_text() == "as it was"


def test_a_large_file_is_refused_by_its_length_and_in_chunks(tmp_path):
    async def pieces():
        for _ in range(64):
            yield b"x" * 4096

    async def ask(engine, client):
        whole = await send(client, "big.bin", b"x" * 2**18)
        form = FormData()
        form.add_field("file", pieces(), filename="big.bin")
        chunked = await client.post("/api/uploads", data=form)
        return [(one.status, await message(one)) for one in (whole, chunked)]

    found = within(tmp_path, ask, upload=2**16)
    assert [status for status, _ in found] == [413, 413]
    assert all("send less at once" in said for _, said in found)
    assert files(tmp_path / "uploads") == []


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path, capfd):
    begun = (
        f"POST /api/uploads HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="cat.png"\r\n\r\n'
    )

    async def ask(engine, client):
        async with connection(client) as (_, writer):
            writer.write(begun.encode() + b"x" * 50_000)
            await until(lambda: files(tmp_path / "uploads"))
        await until(lambda: not files(tmp_path / "uploads"))

    within(tmp_path, ask)
    assert capfd.readouterr().err == ""


def test_what_a_crash_left_of_an_upload_is_gone_at_the_next_start(tmp_path):
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / ".cat.a1b2c3d4.tmp").write_bytes(b"half")

    async def ask(engine, client):
        return files(tmp_path / "uploads")

    assert within(tmp_path, ask) == []


@pytest.mark.parametrize("size", [(2**14, 2**14), (2**31 - 1, 2**31 - 1), (100_000, 5_000)])
def test_a_picture_of_too_many_pixels_is_refused_unopened(tmp_path, size):
    async def ask(engine, client):
        response = await send(client, "bomb.png", bomb(*size))
        return response.status, await message(response)

    status, said = within(tmp_path, ask)
    assert status == 422
    assert "send a smaller picture" in said
    assert files(tmp_path / "uploads") == []
