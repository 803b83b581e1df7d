import asyncio
import json
import struct

from aiohttp import WSMsgType

from tests.nodegraph.engine.serving import TOKEN, connection, message, within


async def hear(socket, count):
    """Return the next text frames as data."""
    return [json.loads(await socket.receive_str(timeout=10)) for _ in range(count)]


def test_a_watcher_is_greeted_and_told_what_happens(tmp_path):
    async def ask(engine, client):
        engine.feed.publish({"type": "old"})
        async with client.ws_connect("/api/events") as socket:
            (hello,) = await hear(socket, 1)
            assert hello == {"type": "hello", "epoch": engine.feed.epoch, "last": 1}
            engine.feed.publish({"type": "event", "job": "a", "event": {"event": "RunStarted"}})
            assert await hear(socket, 1) == [
                {"n": 2, "type": "event", "job": "a", "event": {"event": "RunStarted"}}
            ]

    within(tmp_path, ask)


def test_a_broken_line_is_taken_up_after_the_last_event(tmp_path):
    async def ask(engine, client):
        for _ in range(3):
            engine.feed.publish({"type": "one"})
        where = f"/api/events?after=1&epoch={engine.feed.epoch}"
        async with client.ws_connect(where) as socket:
            return [frame.get("n") for frame in await hear(socket, 3)]

    assert within(tmp_path, ask) == [None, 2, 3]


def test_events_of_another_life_are_not_taken_for_those_of_this(tmp_path):
    async def ask(engine, client):
        engine.feed.publish({"type": "one"})
        async with client.ws_connect("/api/events?after=1&epoch=other") as socket:
            return (await hear(socket, 2))[1]

    assert within(tmp_path, ask) == {"type": "gap", "n": 1}


def test_one_job_can_be_watched_alone(tmp_path):
    async def ask(engine, client):
        async with client.ws_connect("/api/events?job=b") as socket:
            await hear(socket, 1)
            for job in "aba":
                engine.feed.publish({"type": "event", "job": job})
            engine.feed.publish({"type": "workers"})
            return [(frame["type"], frame["n"]) for frame in await hear(socket, 2)]

    assert within(tmp_path, ask) == [("event", 2), ("workers", 4)]


def test_previews_come_as_binary_frames(tmp_path):
    async def ask(engine, client):
        async with client.ws_connect("/api/events") as socket:
            await hear(socket, 1)
            engine.feed.preview("a", "node", b"picture")
            return await socket.receive_bytes(timeout=10)

    data = within(tmp_path, ask)
    (length,) = struct.unpack_from(">I", data)
    assert json.loads(data[4 : 4 + length])["job"] == "a"
    assert data[4 + length :] == b"picture"


def test_a_client_that_does_not_read_holds_up_nobody_and_is_told_what_it_missed(tmp_path):
    note = "x" * 10_000

    async def ask(engine, client):
        async with connection(client) as (reader, writer):
            writer.write(
                f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
            )
            assert b"101" in await reader.readuntil(b"\r\n\r\n")
            async with client.ws_connect("/api/events") as quick:
                await hear(quick, 1)
                for number in range(1, 3001):  # 30 MB, more than any buffer and than the ring
                    engine.feed.publish({"type": "note", "text": note})
                    engine.feed.preview("a", "node", note.encode())
                    frame = await quick.receive(timeout=10)
                    while frame.type is WSMsgType.BINARY:
                        frame = await quick.receive(timeout=10)
                    assert json.loads(frame.data)["n"] == number
            heard = b""
            while b'"type": "gap"' not in heard[-2_000_000:]:
                heard += await asyncio.wait_for(reader.read(2**20), 10)
            assert heard.count(b'"type": "hello"') == 1

    within(tmp_path, ask)


def test_fifty_watchers_hear_everything(tmp_path):
    async def ask(engine, client):
        async def watch():
            async with client.ws_connect("/api/events") as socket:
                await hear(socket, 1)
                ready.release()
                return [frame["n"] for frame in await hear(socket, 100)]

        ready = asyncio.Semaphore(0)
        watching = [asyncio.create_task(watch()) for _ in range(50)]
        for _ in watching:
            await ready.acquire()
        for _ in range(100):
            engine.feed.publish({"type": "one"})
        heard = await asyncio.gather(*watching)
        assert all(numbers == list(range(1, 101)) for numbers in heard)

    within(tmp_path, ask)


def test_when_the_engine_ends_watchers_are_told(tmp_path):
    async def ask(engine, client):
        async with client.ws_connect("/api/events") as socket:
            await hear(socket, 1)
            await engine.dismiss()
            return (await socket.receive(timeout=10)).type

    assert within(tmp_path, ask) is WSMsgType.CLOSE


def test_a_client_that_sends_too_much_is_dropped(tmp_path):
    async def ask(engine, client):
        async with client.ws_connect("/api/events") as socket:
            await hear(socket, 1)
            await socket.send_str("x" * 10_000)
            return (await socket.receive(timeout=10)).type

    assert within(tmp_path, ask) is WSMsgType.CLOSE


def test_more_than_may_watch_are_turned_away_in_words(tmp_path):
    async def ask(engine, client):
        async with client.ws_connect("/api/events") as socket:
            await hear(socket, 1)
            response = await client.get("/api/events")
            return response.status, await message(response)

    status, said = within(tmp_path, ask, max_watchers=1)
    assert (status, said) == (503, "too many clients watch already; close some of them")
