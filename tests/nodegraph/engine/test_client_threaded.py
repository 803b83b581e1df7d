import asyncio
import queue
import threading
from concurrent.futures import CancelledError

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from nodegraph.engine.client import Client, ThreadedClient
from nodegraph.engine.client.events import Connected, Notice
from tests.nodegraph.engine.peer import TOKEN, Peer, hello, told

WAIT = 20


@pytest.fixture
def engine():
    """An engine on a thread of its own, and a client of it on another."""
    frames = [{"n": n, "type": "workers"} for n in (1, 2)]
    peer = Peer(**{"GET /events": told(hello(), *frames), "GET /system": {"version": "1"}})
    loop, app = asyncio.new_event_loop(), web.Application()
    app.router.add_route("*", "/{path:.*}", peer.answer)
    server = TestServer(app)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start_server(), loop).result(WAIT)
    client = ThreadedClient(str(server.make_url("")), TOKEN)
    yield client
    client.close()
    asyncio.run_coroutine_threadsafe(server.close(), loop).result(WAIT)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(WAIT)
    loop.close()


def test_every_method_of_the_client_can_be_called_from_any_thread(engine):
    assert engine.do(Client.system).result(WAIT) == {"version": "1"}


def test_what_goes_wrong_is_in_the_future():
    with ThreadedClient("http://127.0.0.1:1", "t") as client:
        assert "no engine answers" in str(client.do(Client.system).exception(WAIT))


def test_events_are_called_back_until_that_is_cancelled(engine):
    heard = queue.SimpleQueue()
    following = engine.follow(heard.put)
    found = [heard.get(timeout=WAIT) for _ in range(3)]
    assert isinstance(found[0], Connected)
    assert [type(event) for event in found[1:]] == [Notice, Notice]
    following.cancel()
    with pytest.raises(CancelledError):
        following.result(WAIT)


def test_a_callback_that_raises_keeps_no_event_from_coming(engine, caplog):
    heard = queue.SimpleQueue()

    def hear(event):
        heard.put(event)
        raise ValueError("a fault of the window's")

    engine.follow(hear)
    assert [heard.get(timeout=WAIT) for _ in range(3)]
    engine.close()
    assert "a fault of the window's" in caplog.text


def test_a_client_that_was_closed_ends_what_goes_on(engine):
    following = engine.follow(lambda event: None)
    engine.close()
    assert following.cancelled()
    engine.close()
