import ast
import inspect
import json
import zlib
from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError

import nodegraph.comfy
import nodegraph.engine
from nodegraph.engine.web import guard
from nodegraph.engine.web.app import ROUTES
from nodegraph.engine.web.guard import Guard
from nodegraph.engine.web.routes import Routes
from tests.nodegraph.engine.serving import BEARER, GUARD, NUMBERS, TOKEN, exchange, within

HOST = "Host: 127.0.0.1:1"
AUTH = f"Authorization: Bearer {TOKEN}"


def statuses(tmp_path, *requests, **about):
    async def ask(engine, client):
        return [(await exchange(client, one))[0] for one in requests]

    return within(tmp_path, ask, **about)


def sockets(tmp_path, query, **headers):
    """Return the status that a WebSocket is opened, or refused, with."""

    async def ask(engine, client):
        try:
            async with client.ws_connect(f"/api/events{query}", headers=headers) as socket:
                assert (await socket.receive_json())["type"] == "hello"
        except WSServerHandshakeError as error:
            return error.status
        return 101

    return within(tmp_path, ask, headers={})


# The token


def test_every_route_wants_the_token(tmp_path):
    async def ask(engine, client):
        for route in ROUTES:
            path = route.path.replace("{id}", "1").replace("{", "").replace("}", "")
            for headers in ({}, {"Authorization": "Bearer wrong"}):
                response = await client.request(route.method, path, headers=headers)
                assert response.status == 401, route.path
                assert response.headers["WWW-Authenticate"] == "Bearer"

    within(tmp_path, ask, headers={})


def test_what_is_not_there_is_not_said_without_the_token(tmp_path):
    paths = ("/", "/api", "/api/nothing", "/favicon.ico")
    assert statuses(tmp_path, *(f"GET {path} HTTP/1.1\n{HOST}" for path in paths)) == [401] * 4


@pytest.mark.parametrize(
    "header",
    [
        "Authorization: Bearer",
        f"Authorization: Bearer {TOKEN}x",
        f"Authorization: Bearer {TOKEN[:-1]}",
        f"Authorization: Basic {TOKEN}",
        f"Authorization: {TOKEN}",
        "Authorization: Bearer \xff\xfe",
        f"Cookie: token={TOKEN}",
        f"X-Token: {TOKEN}",
    ],
)
def test_a_wrong_token_is_refused(tmp_path, header):
    assert statuses(tmp_path, f"GET /api/system HTTP/1.1\n{HOST}\n{header}") == [401]


def test_a_token_in_the_address_is_for_the_websocket_alone(tmp_path):
    assert statuses(tmp_path, f"GET /api/system?token={TOKEN} HTTP/1.1\n{HOST}") == [401]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {}, 401),
        ("?token=", {}, 401),
        ("?token=wrong", {}, 401),
        ("", {"Authorization": "Bearer wrong"}, 401),
        (f"?token={TOKEN}", {"Authorization": "Bearer wrong"}, 401),
        (f"?token={TOKEN}", {}, 101),
        ("", BEARER, 101),
    ],
)
def test_the_websocket_wants_the_token(tmp_path, query, headers, status):
    assert sockets(tmp_path, query, **headers) == status


def test_the_token_is_compared_in_constant_time():
    assert "hmac.compare_digest" in inspect.getsource(Guard._check_token)
    assert inspect.getsource(guard).count("self.token") == 1


def test_asking_for_an_upgrade_opens_nothing_else(tmp_path):
    upgrade = "Upgrade: websocket\nConnection: Upgrade"
    requests = [
        f"GET /api/{path}?token={TOKEN} HTTP/1.1\n{HOST}\n{upgrade}" for path in ("nodes", "queue")
    ]
    assert statuses(tmp_path, *requests) == [401, 401]


# Host and Origin


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8188",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1",
        "10.0.0.1",
        "0.0.0.0",
        "[::",
        "",
    ],
)
def test_a_name_that_is_not_ours_is_refused_whoever_asks(tmp_path, host):
    """DNS rebinding: a page of evil.example asks evil.example, which now leads here."""
    request = f"GET /api/system HTTP/1.1\nHost: {host}\n{AUTH}"
    assert statuses(tmp_path, request) == [403]


def test_a_request_without_a_name_is_refused(tmp_path):
    assert statuses(tmp_path, f"GET /api/system HTTP/1.0\n{AUTH}") == [403]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:7", "LOCALHOST", "[::1]:9", "127.0.0.9"])
def test_loopback_has_several_names_and_a_tunnel_any_port(tmp_path, host):
    assert statuses(tmp_path, f"GET /api/system HTTP/1.1\nHost: {host}\n{AUTH}") == [200]


def test_a_name_that_was_allowed_is_ours(tmp_path):
    guard = Guard(TOKEN, names=frozenset({"engine.example"}))
    requests = [
        f"GET /api/system HTTP/1.1\nHost: {name}\n{AUTH}"
        for name in ("Engine.Example:443", "other.example")
    ]
    assert statuses(tmp_path, *requests, guard=guard) == [200, 403]


def test_on_all_addresses_numbers_are_ours_and_names_are_not(tmp_path):
    guard = Guard(TOKEN, "0.0.0.0", chosen=True)
    requests = [
        f"GET /api/system HTTP/1.1\nHost: {name}\n{AUTH}"
        for name in ("192.168.1.7:80", "localhost", "0.0.0.0", "evil.example")
    ]
    assert statuses(tmp_path, *requests, guard=guard) == [200, 200, 200, 403]


@pytest.mark.parametrize(
    "header",
    [
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: ",
        "Origin: http://127.0.0.1:2",
        "Origin: http://127.0.0.1",
        "Origin: file://",
        "Origin: http://[",
        "Origin: http://127.0.0.1:1.evil.example",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_pages_of_other_sites_are_refused_whatever_they_know(tmp_path, method, header):
    request = f"{method} /api/system HTTP/1.1\n{HOST}\n{AUTH}\n{header}"
    assert statuses(tmp_path, request) == [403]


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_pages_of_other_sites_open_no_websocket(tmp_path, origin):
    assert sockets(tmp_path, f"?token={TOKEN}", Origin=origin) == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "https://127.0.0.1:1"])
def test_our_own_pages_may_ask(tmp_path, origin):
    request = f"GET /api/system HTTP/1.1\n{HOST}\n{AUTH}\nOrigin: {origin}"
    assert statuses(tmp_path, request) == [200]


def test_no_other_site_is_ever_allowed_in(tmp_path):
    async def ask(engine, client):
        asked = f"OPTIONS /api/jobs HTTP/1.1\n{HOST}\nOrigin: http://evil.example"
        return (await exchange(client, f"{asked}\nAccess-Control-Request-Method: POST"))[1]

    assert not [name for name in within(tmp_path, ask) if name.startswith("access-control")]


def test_browsers_make_no_more_of_an_answer_than_it_is(tmp_path):
    async def ask(engine, client):
        return (await client.get("/api/system")).headers

    headers = within(tmp_path, ask)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


# Routes for programs that know of no token


@pytest.mark.parametrize(
    ("guard", "status"),
    [
        (Guard(TOKEN), 204),
        (Guard(TOKEN, chosen=True), 401),
        (Guard(TOKEN, "0.0.0.0", chosen=True), 401),
        (Guard(TOKEN, "192.168.1.7", names=frozenset({"127.0.0.1"})), 401),
    ],
)
def test_a_token_may_be_missing_only_on_loopback_where_nobody_chose_it(tmp_path, guard, status):
    routes = Routes()

    @routes.get("/prompt", tokenless=True)
    async def prompt(engine) -> None:
        """Answer."""

    request = f"GET /prompt HTTP/1.1\n{HOST}"
    assert statuses(tmp_path, request, guard=guard, routes=routes) == [status]
    evil = [f"{request}\nOrigin: http://evil.example", "GET /prompt HTTP/1.1\nHost: evil.example"]
    assert statuses(tmp_path, *evil, guard=guard, routes=routes) == [403, 403]


# Bodies


def test_a_body_is_refused_by_its_length_before_it_is_read(tmp_path):
    length = f"Content-Length: {64 * 2**20 + 1}"
    request = f"POST /api/jobs HTTP/1.1\n{HOST}\n{AUTH}\n{length}"
    assert statuses(tmp_path, request) == [413]


def test_a_body_in_chunks_is_refused_as_soon_as_it_is_too_large(tmp_path):
    async def ask(engine, client):
        request = f"POST /api/jobs HTTP/1.1\n{HOST}\n{AUTH}\nTransfer-Encoding: chunked"
        piece = b"1000\r\n" + b"x" * 4096 + b"\r\n"
        return await exchange(client, request, more=piece * 32)

    status, _, body = within(tmp_path, ask, body=2**16)
    assert status == 413
    assert "65,536 bytes" in json.loads(body)["error"]["message"]


def test_a_small_body_that_unpacks_into_a_large_one_is_refused(tmp_path):
    async def ask(engine, client):
        packed = zlib.compress(b" " * 2**22)
        coding = {"Content-Encoding": "deflate"}
        return (await client.post("/api/jobs", data=packed, headers=coding)).status

    assert within(tmp_path, ask, body=2**16) == 413


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"workflow": {"a": NaN}}',
        b'{"workflow": "{}", "workflow": "{}"}',
        b"\xff\xfe",
        b'{"workflow": 7}',
        b"null",
        b"",
        b'{"workflow": "\\ud800"}',
    ],
)
def test_json_that_means_harm_or_nothing_is_refused(tmp_path, body):
    async def ask(engine, client):
        return (await client.post("/api/jobs", data=body)).status

    assert within(tmp_path, ask) in (400, 422)


def test_a_workflow_reads_no_file_outside_of_what_it_may(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"picture")
    data = tmp_path / "data"
    (data / "uploads").mkdir(parents=True)
    (data / "uploads" / "link.png").symlink_to(secret)
    paths = (str(secret), "../../secret.png", "link.png")

    async def ask(engine, client):
        for path in paths:
            nodes = {
                "load": {"type": "image.load", "params": {"path": path}},
                "save": {"type": "image.save", "inputs": {"image": "load.image"}},
            }
            body = {"workflow": {"nodegraph": 1, "nodes": nodes}}
            response = await client.post("/api/jobs", json=body)
            assert response.status == 422
            assert "outside of the folders" in await response.text()

    within(data, ask, readable=())


# What the code may do at all


FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "subprocess", "pty", "runpy"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "system", "popen", "execv", "execve", "spawnv"}


def test_the_engine_loads_no_pickle_runs_no_code_and_installs_nothing():
    packages = (nodegraph.engine, nodegraph.comfy)
    for path in (path for one in packages for path in Path(one.__path__[0]).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found = {(node.module or "").partition(".")[0]}
            else:
                found = set()
            assert not found & FORBIDDEN_MODULES, path
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                harmless = isinstance(node.func, ast.Attribute) and name == "compile"  # re's
                assert name not in FORBIDDEN_CALLS or harmless, path


def test_a_guard_that_lets_in_is_the_one_that_is_tested(tmp_path):
    async def ask(engine, client):
        return (await client.post("/api/jobs", json={"workflow": NUMBERS})).status

    assert within(tmp_path, ask, guard=GUARD) == 201
